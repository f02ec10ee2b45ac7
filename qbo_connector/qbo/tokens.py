"""Access tokens for one connection: one refresh by one holder, and every answer stored before it is used.

Intuit changes the refresh token about once a day, and the one before it dies; two workers that refresh at the
same moment, or one that loses what it got, cut the connection. So there is a lease (a row with a time, never
a lock held over HTTP) and a compare-and-set on the version of the stored tokens.
"""

import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol
from uuid import uuid4

from qbo_connector.errors import QboAuthorizationExpired, QboUnavailable
from qbo_connector.qbo.clock import Clock, utc_now

REFRESH_LEASE_S = 40.0
"""Longer than the longest token call (see ``oauth``): nobody may refresh beside a holder who is only slow."""
REFRESH_EARLY_S = 120.0
LAST_MOMENT_S = 5.0
WAIT_S = 10.0
PAUSE_S = 0.1
"""Between two looks at the store while somebody else refreshes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenSet:
    """One answer of Intuit's token endpoint. Secrets stay out of ``repr``.

    Args:
        expires_in: seconds of the access token, 3600.
        refresh_expires_in: seconds until the refresh token dies of disuse, about 100 days.
        hard_expires_in: seconds until the grant ends whatever happens, five years at first; None where Intuit
            does not say (policy of November 2025).
        granted_at: when the answer came.
        scopes: as granted, where the answer says.
    """

    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    expires_in: int
    refresh_expires_in: int
    granted_at: datetime
    hard_expires_in: int | None = None
    scopes: tuple[str, ...] = ()

    @property
    def expires_at(self) -> datetime:
        """End of the access token."""
        return self.granted_at + timedelta(seconds=self.expires_in)

    @property
    def refresh_expires_at(self) -> datetime:
        """End of the grant if nobody refreshes until then."""
        return self.granted_at + timedelta(seconds=self.refresh_expires_in)

    @property
    def hard_expires_at(self) -> datetime | None:
        """End of the grant in any case."""
        if self.hard_expires_in is None:
            return None
        return self.granted_at + timedelta(seconds=self.hard_expires_in)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredTokens:
    """Tokens with the version under which they stand in the store."""

    version: int
    tokens: TokenSet


class TokenStore(Protocol):
    """Where tokens live, encrypted; implemented in ``store``. Every method is one short transaction."""

    def load(self, connection_id: str) -> StoredTokens:
        """The tokens as they stand now.

        Raises:
            QboAuthorizationExpired: if the connection has none.
        """
        ...

    def save(self, connection_id: str, expected_version: int, tokens: TokenSet) -> bool:
        """Store under the next version, only if ``expected_version`` still stands; whether it was stored."""
        ...

    def acquire_refresh(self, connection_id: str, holder: str, seconds: float) -> bool:
        """Take the lease if it is free or has lapsed; whether it was taken."""
        ...

    def release_refresh(self, connection_id: str, holder: str) -> None:
        """Give the lease back, if ``holder`` still has it."""
        ...


class Refresher(Protocol):
    """The one verb of :class:`~qbo_connector.qbo.oauth.QboOAuth` that is needed here."""

    def refresh(self, refresh_token: str) -> TokenSet:
        """New tokens for an old refresh token."""
        ...


class TokenSource:
    """Hands out access tokens of one connection; any number of processes may have one each.

    Args:
        connection_id: key in the store.
        store: shared by all processes.
        oauth: refreshes.
        clock: the present.
        wait_s: longest time to wait, in seconds, while somebody else refreshes.
    """

    def __init__(
        self,
        connection_id: str,
        store: TokenStore,
        oauth: Refresher,
        clock: Clock = utc_now,
        *,
        wait_s: float = WAIT_S,
    ) -> None:
        self._connection_id = connection_id
        self._store = store
        self._oauth = oauth
        self._clock = clock
        self._wait_s = wait_s
        self._known: StoredTokens | None = None

    def access_token(self) -> str:
        """A token that is good for two more minutes, or the best there is while somebody else refreshes.

        Raises:
            QboAuthorizationExpired: if the grant is gone.
            QboAccessLost: if the person who connected lost access.
            QboUnavailable: if no token could be had now.
        """
        known = self._known
        if known and self._left(known) > REFRESH_EARLY_S:
            return known.tokens.access_token
        return self._obtain(bad_token=None)

    def refreshed_after_401(self, bad_token: str) -> str:
        """Another token than ``bad_token``, which QuickBooks has just refused.

        Raises:
            QboAuthorizationExpired, QboAccessLost, QboUnavailable: as above.
        """
        return self._obtain(bad_token=bad_token)

    def _obtain(self, *, bad_token: str | None) -> str:
        give_up = time.monotonic() + self._wait_s
        while True:
            stored = self._load()
            if self._usable(stored, bad_token):
                return stored.tokens.access_token
            holder = uuid4().hex
            if self._store.acquire_refresh(self._connection_id, holder, REFRESH_LEASE_S):
                return self._refresh_as(holder, bad_token)
            if stored.tokens.access_token != bad_token and self._left(stored) > LAST_MOMENT_S:
                return stored.tokens.access_token
            if time.monotonic() > give_up:
                raise QboUnavailable(
                    "another worker has not finished refreshing the tokens", retry_after=self._wait_s
                )
            time.sleep(PAUSE_S)

    def _refresh_as(self, holder: str, bad_token: str | None) -> str:
        """We hold the lease: look again (the last holder may just have finished), else refresh and store."""
        try:
            stored = self._load()
            if self._usable(stored, bad_token):
                return stored.tokens.access_token
            return self._refresh(stored)
        finally:
            self._store.release_refresh(self._connection_id, holder)

    def _refresh(self, stored: StoredTokens) -> str:
        try:
            fresh = self._oauth.refresh(stored.tokens.refresh_token)
        except QboAuthorizationExpired:
            return self._after_refusal(stored)
        return self._stored(stored, fresh)

    def _after_refusal(self, refused: StoredTokens) -> str:
        """``invalid_grant``: read the store once more, since somebody may have stored a newer token since."""
        stored = self._load()
        if stored.version == refused.version:
            raise QboAuthorizationExpired("Intuit no longer knows this grant")
        if self._usable(stored, refused.tokens.access_token):
            return stored.tokens.access_token
        return self._stored(stored, self._oauth.refresh(stored.tokens.refresh_token))

    def _stored(self, before: StoredTokens, fresh: TokenSet) -> str:
        """Store first, use afterwards. Who was overtaken (by a new sign-in) takes what stands there."""
        if self._store.save(self._connection_id, before.version, fresh):
            self._known = StoredTokens(version=before.version + 1, tokens=fresh)
            return fresh.access_token
        return self._load().tokens.access_token

    def _load(self) -> StoredTokens:
        self._known = self._store.load(self._connection_id)
        return self._known

    def _usable(self, stored: StoredTokens, bad_token: str | None) -> bool:
        return stored.tokens.access_token != bad_token and self._left(stored) > REFRESH_EARLY_S

    def _left(self, stored: StoredTokens) -> float:
        return (stored.tokens.expires_at - self._clock()).total_seconds()
