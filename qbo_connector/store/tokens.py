"""The tokens of a connection: refreshed by one holder at a time, saved by compare-and-set."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from qbo_connector.store import clock
from qbo_connector.store.connections import Connection
from qbo_connector.store.dialects import rows_changed
from qbo_connector.store.failures import NotThere


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """What Intuit granted, with the instants at which it ends.

    ``tokens`` holds whatever the OAuth layer wants to find again, such as access_token and refresh_token.
    """

    tokens: dict[str, str]
    access_expires_at: datetime | None = None
    refresh_expires_at: datetime | None = None
    refresh_hard_expires_at: datetime | None = None
    scopes: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredGrant:
    """A grant with the version that a saver must name."""

    version: int
    grant: Grant


def load(session: Session, connection_id: int) -> StoredGrant:
    """The present grant.

    Raises:
        NotThere: if the connection does not exist or has no tokens.
    """
    query = select(Connection).where(Connection.id == connection_id)
    row = session.scalar(query.execution_options(populate_existing=True))
    if row is None or row.tokens is None:
        raise NotThere(f"connection {connection_id} has no tokens")
    grant = Grant(
        tokens=row.tokens,
        access_expires_at=row.access_expires_at,
        refresh_expires_at=row.refresh_expires_at,
        refresh_hard_expires_at=row.refresh_hard_expires_at,
        scopes=row.scopes,
    )
    return StoredGrant(version=row.token_version, grant=grant)


def save(session: Session, connection_id: int, expected_version: int, grant: Grant) -> bool:
    """Replace the grant if it still has the expected version; the version rises by one."""
    statement = (
        update(Connection)
        .where(Connection.id == connection_id, Connection.token_version == expected_version)
        .values(
            tokens=grant.tokens,
            access_expires_at=grant.access_expires_at,
            refresh_expires_at=grant.refresh_expires_at,
            refresh_hard_expires_at=grant.refresh_hard_expires_at,
            scopes=grant.scopes,
            token_version=expected_version + 1,
        )
    )
    return rows_changed(session, statement) == 1


def acquire_refresh(session: Session, connection_id: int, holder: str, seconds: float) -> bool:
    """Become the one who refreshes, for some seconds; False while another one is."""
    free = or_(
        Connection.refresh_until.is_(None),
        Connection.refresh_until <= clock.now(session),
        Connection.refresh_holder == holder,
    )
    statement = (
        update(Connection)
        .where(Connection.id == connection_id, free)
        .values(refresh_holder=holder, refresh_until=clock.after(session, seconds))
    )
    return rows_changed(session, statement) == 1


def release_refresh(session: Session, connection_id: int, holder: str) -> None:
    """Stop being the one who refreshes."""
    statement = (
        update(Connection)
        .where(Connection.id == connection_id, Connection.refresh_holder == holder)
        .values(refresh_holder="", refresh_until=None)
    )
    rows_changed(session, statement)
