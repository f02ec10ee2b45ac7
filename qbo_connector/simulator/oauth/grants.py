"""What users have consented to, and the tokens that stand for it (reference §1.2, §1.3)."""

import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from qbo_connector.simulator.clock import Clock
from qbo_connector.simulator.knobs import Knobs

ACCESS_TTL = timedelta(seconds=3600)
CODE_TTL = timedelta(minutes=10)
ACCOUNTING = "com.intuit.quickbooks.accounting"
_ACCESS_HEAD = "eyJlbmMiOiJBMTI4Q0JDLUhTMjU2IiwiYWxnIjoiZGlyIn0.."


@dataclass(slots=True, eq=False, kw_only=True)
class Grant:
    """One consent of one user for one company."""

    realm_id: str
    scope: str
    began: datetime
    refresh_token: str
    rotated: datetime
    used: datetime
    revoked: bool = False
    member: bool = True
    access: dict[str, datetime] = field(default_factory=dict)  # token to its end
    former: dict[str, datetime] = field(default_factory=dict)  # earlier refresh token to when it was replaced

    def idle_until(self, knobs: Knobs) -> datetime:
        """When it dies if nobody refreshes it."""
        return min(self.used + timedelta(seconds=knobs.idle_ttl_s), self.hard_until(knobs))

    def hard_until(self, knobs: Knobs) -> datetime:
        """When it dies whatever anybody does."""
        return self.began + timedelta(seconds=knobs.hard_ttl_s)

    def alive(self, now: datetime, knobs: Knobs) -> bool:
        """Whether it can still be refreshed."""
        return not self.revoked and now < self.idle_until(knobs)


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """An authorization code on its way back through the browser."""

    realm_id: str
    scope: str
    redirect_uri: str
    nonce: str
    expires: datetime


class Grants:
    """Every grant, by each of its tokens."""

    def __init__(self, *, clock: Clock, knobs: Callable[[], Knobs]) -> None:
        self._clock = clock
        self._knobs = knobs
        self._guard = threading.RLock()
        self._codes: dict[str, Code] = {}
        self._by_refresh: dict[str, Grant] = {}
        self._by_access: dict[str, Grant] = {}

    def issue_code(self, *, realm_id: str, scope: str, redirect_uri: str, nonce: str = "") -> str:
        """A code the app can exchange once."""
        code = f"AB1{secrets.token_urlsafe(36)}"
        expires = self._clock.now() + CODE_TTL
        with self._guard:
            self._codes[code] = Code(
                realm_id=realm_id, scope=scope, redirect_uri=redirect_uri, nonce=nonce, expires=expires
            )
        return code

    def take_code(self, code: str, *, redirect_uri: str) -> Code | None:
        """What a code stands for; None once used, expired or sent with another redirect address."""
        with self._guard:
            found = self._codes.pop(code, None)
        if found is None or found.redirect_uri != redirect_uri or self._clock.now() >= found.expires:
            return None
        return found

    def begin(self, *, realm_id: str, scope: str = ACCOUNTING) -> tuple[Grant, str]:
        """A new grant with its first access token."""
        now = self._clock.now()
        with self._guard:
            token = _refresh_token()
            grant = Grant(realm_id=realm_id, scope=scope, began=now, refresh_token=token, rotated=now, used=now)
            self._by_refresh[token] = grant
            return grant, self._new_access(grant)

    def refresh(self, token: str) -> tuple[Grant, str] | None:
        """A new access token, and past `rotate_after_s` a new refresh token; None if `token` is no good."""
        now = self._clock.now()
        with self._guard:
            grant = self._by_refresh.get(token)
            if grant is None or not grant.alive(now, self._knobs()) or not self._accepts(grant, token, now):
                return None
            grant.used = now
            if token == grant.refresh_token and now - grant.rotated >= self._seconds("rotate_after_s"):
                self._rotate(grant, now)
            return grant, self._new_access(grant)

    def grant_of_refresh(self, token: str) -> Grant | None:
        """The grant a refresh token once belonged to, dead or alive."""
        return self._by_refresh.get(token)

    def use(self, access_token: str) -> Grant | None:
        """The grant behind an access token; None for a token nobody issued."""
        return self._by_access.get(access_token)

    def is_valid(self, access_token: str) -> bool:
        """Whether an access token opens anything now."""
        grant = self._by_access.get(access_token)
        if grant is None or grant.revoked:
            return False
        return self._clock.now() < grant.access[access_token]

    def revoke(self, token: str) -> bool:
        """End the whole grant a refresh or access token belongs to; False if there is none."""
        with self._guard:
            grant = self._by_refresh.get(token) or self._by_access.get(token)
            if grant is None or grant.revoked:
                return False
            grant.revoked = True
            return True

    def all(self) -> list[Grant]:
        """Every grant that was ever made."""
        with self._guard:
            return list({id(grant): grant for grant in self._by_refresh.values()}.values())

    def restore(self, grant: Grant) -> None:
        """Take up a grant from the state file."""
        with self._guard:
            for token in (grant.refresh_token, *grant.former):
                self._by_refresh[token] = grant
            self._by_access.update(dict.fromkeys(grant.access, grant))

    def clear(self) -> None:
        """Forget every grant."""
        with self._guard:
            self._codes.clear()
            self._by_refresh.clear()
            self._by_access.clear()

    def _accepts(self, grant: Grant, token: str, now: datetime) -> bool:
        if token == grant.refresh_token:
            return True
        return now - grant.former[token] < self._seconds("old_token_grace_s")

    def _rotate(self, grant: Grant, now: datetime) -> None:
        grant.former[grant.refresh_token] = now
        grant.refresh_token = _refresh_token()
        grant.rotated = now
        self._by_refresh[grant.refresh_token] = grant

    def _new_access(self, grant: Grant) -> str:
        now = self._clock.now()
        for stale in [token for token, end in grant.access.items() if end + ACCESS_TTL < now]:
            del grant.access[stale]
            self._by_access.pop(stale, None)
        token = f"{_ACCESS_HEAD}{secrets.token_urlsafe(700)}"
        grant.access[token] = now + ACCESS_TTL
        self._by_access[token] = grant
        return token

    def _seconds(self, knob: str) -> timedelta:
        return timedelta(seconds=getattr(self._knobs(), knob))


def _refresh_token() -> str:
    return f"AB11{secrets.token_hex(23)}"
