"""The tokens of connections as the client core wants them: its `TokenStore`, over the tables."""

from datetime import timedelta

from qbo_connector.errors import QboAuthorizationExpired
from qbo_connector.qbo.tokens import StoredTokens, TokenSet
from qbo_connector.store import tokens
from qbo_connector.store.database import Database
from qbo_connector.store.failures import NotThere
from qbo_connector.store.tokens import Grant


class DatabaseTokenStore:
    """Every method is one short transaction; see `qbo.tokens.TokenStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def load(self, connection_id: str) -> StoredTokens:
        """The tokens as they stand now.

        Raises:
            QboAuthorizationExpired: the connection has none.
        """
        try:
            with self._database.reading() as session:
                stored = tokens.load(session, int(connection_id))
        except NotThere as err:
            raise QboAuthorizationExpired("the connection has no tokens") from err
        return StoredTokens(version=stored.version, tokens=token_set(stored.grant))

    def save(self, connection_id: str, expected_version: int, fresh: TokenSet) -> bool:
        """Store under the next version, only if the expected one still stands."""
        return self._database.write(
            lambda session: tokens.save(session, int(connection_id), expected_version, grant_of(fresh))
        )

    def acquire_refresh(self, connection_id: str, holder: str, seconds: float) -> bool:
        """Take the refresh lease."""
        return self._database.write(
            lambda session: tokens.acquire_refresh(session, int(connection_id), holder, seconds)
        )

    def release_refresh(self, connection_id: str, holder: str) -> None:
        """Give the refresh lease back."""
        self._database.write(lambda session: tokens.release_refresh(session, int(connection_id), holder))


def grant_of(fresh: TokenSet) -> Grant:
    """What Intuit answered, as it is stored."""
    return Grant(
        tokens={"access_token": fresh.access_token, "refresh_token": fresh.refresh_token},
        access_expires_at=fresh.expires_at,
        refresh_expires_at=fresh.refresh_expires_at,
        refresh_hard_expires_at=fresh.hard_expires_at,
        scopes=" ".join(fresh.scopes),
    )


def token_set(grant: Grant) -> TokenSet:
    """What is stored, as Intuit answered it; seconds count from the end of the access token backwards."""
    ends = grant.access_expires_at
    if ends is None:
        raise QboAuthorizationExpired("the stored grant has no end")
    granted_at = ends - timedelta(hours=1)
    left = (grant.refresh_expires_at - granted_at).total_seconds() if grant.refresh_expires_at else 0
    hard = grant.refresh_hard_expires_at
    return TokenSet(
        access_token=grant.tokens["access_token"],
        refresh_token=grant.tokens["refresh_token"],
        expires_in=3600,
        refresh_expires_in=int(left),
        hard_expires_in=int((hard - granted_at).total_seconds()) if hard else None,
        granted_at=granted_at,
        scopes=tuple(grant.scopes.split()),
    )
