"""A connection is our stored link to one QuickBooks company: realm, tokens, state."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache

from sqlalchemy import ForeignKey, Index, Update, bindparam, or_, select, text, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from qbo_connector.store import clock
from qbo_connector.store.clock import utc_now
from qbo_connector.store.dialects import insert_of, is_postgresql, rows_changed
from qbo_connector.store.loading import load as load_row
from qbo_connector.store.loading import load_within, save
from qbo_connector.store.row import Row, reachable_within
from qbo_connector.store.states import ConnectionState
from qbo_connector.store.types import EncryptedJson, closed


class Connection(Row):
    """One QuickBooks company of one organization.

    ``environment`` is "production", "sandbox" or a simulator's base URL, and never changes: what was connected
    to one can not be sent to another. ``shadow``: plan and record, send nothing. ``read_share``: metered reads
    a month; None leaves it to the installation's budget.
    """

    __tablename__ = "connections"
    __table_args__ = (
        reachable_within(),
        Index(
            "uq_connections_live",
            "environment",
            "realm_id",
            "organization_id",
            unique=True,
            sqlite_where=text("state != 'disconnected'"),
            postgresql_where=text("state != 'disconnected'"),
        ),
        Index("ix_connections_realm", "realm_id", "environment"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"), index=True)
    realm_id: Mapped[str]
    environment: Mapped[str]
    company_name: Mapped[str] = mapped_column(default="")
    country: Mapped[str] = mapped_column(default="")
    home_currency: Mapped[str] = mapped_column(default="")
    state: Mapped[ConnectionState] = mapped_column(
        closed(ConnectionState, "state"), default=ConnectionState.ACTIVE
    )
    paused_reason: Mapped[str] = mapped_column(default="")
    tokens: Mapped[dict[str, str] | None] = mapped_column(EncryptedJson, default=None)
    token_version: Mapped[int] = mapped_column(default=0)
    access_expires_at: Mapped[datetime | None] = mapped_column(default=None)
    refresh_expires_at: Mapped[datetime | None] = mapped_column(default=None)
    refresh_hard_expires_at: Mapped[datetime | None] = mapped_column(default=None)
    scopes: Mapped[str] = mapped_column(default="")
    refresh_holder: Mapped[str] = mapped_column(default="")
    refresh_until: Mapped[datetime | None] = mapped_column(default=None)
    shadow: Mapped[bool] = mapped_column(default=False)
    read_share: Mapped[int | None] = mapped_column(default=None)
    webhooks_alive_at: Mapped[datetime | None] = mapped_column(default=None)
    echo_expected_at: Mapped[datetime | None] = mapped_column(default=None)
    connected_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"), default=None)
    created_at: Mapped[datetime] = mapped_column(default_factory=utc_now, insert_default=utc_now)
    disconnected_at: Mapped[datetime | None] = mapped_column(default=None)


class Turn(Row):
    """When a connection's turn last came: who waited longest goes next."""

    __tablename__ = "turns"

    connection_id: Mapped[int] = mapped_column(ForeignKey("connections.id"), primary_key=True, autoincrement=False)
    claimed_at: Mapped[datetime]


def add(session: Session, connection: Connection) -> Connection:
    """Store a new connection.

    Raises:
        sqlalchemy.exc.IntegrityError: if the organization has this company connected already.
    """
    return save(session, connection)


def load(session: Session, connection_id: int) -> Connection:
    """Raises NotThere if there is none."""
    return load_row(session, Connection, connection_id)


def load_in(session: Session, organization_id: int, connection_id: int) -> Connection:
    """Raises NotThere if the organization has none of this id."""
    return load_within(session, Connection, organization_id, connection_id)


def find_live(session: Session, organization_id: int, *, environment: str, realm_id: str) -> Connection | None:
    """The organization's connection to this company that is not disconnected."""
    query = select(Connection).where(
        Connection.organization_id == organization_id,
        Connection.environment == environment,
        Connection.realm_id == realm_id,
        Connection.state != ConnectionState.DISCONNECTED,
    )
    return session.scalar(query)


def list_by_realm(session: Session, *, environment: str, realm_id: str) -> Sequence[Connection]:
    """Every live connection to a company: a webhook concerns all of them."""
    query = select(Connection).where(
        Connection.realm_id == realm_id,
        Connection.environment == environment,
        Connection.state != ConnectionState.DISCONNECTED,
    )
    return session.scalars(query.order_by(Connection.id)).all()


def list_in(session: Session, organization_id: int) -> Sequence[Connection]:
    """All connections of an organization, the live ones first."""
    query = select(Connection).where(Connection.organization_id == organization_id)
    ended = Connection.state == ConnectionState.DISCONNECTED
    return session.scalars(query.order_by(ended, Connection.company_name, Connection.id)).all()


def list_active(session: Session) -> Sequence[Connection]:
    """All that can be worked with, for the scheduler."""
    query = select(Connection).where(Connection.state == ConnectionState.ACTIVE)
    return session.scalars(query.order_by(Connection.id)).all()


def list_paused(session: Session) -> Sequence[Connection]:
    """All that stopped for a reason that may pass without a new sign-in."""
    query = select(Connection).where(Connection.state == ConnectionState.PAUSED)
    return session.scalars(query.order_by(Connection.id)).all()


def pause(session: Session, connection_id: int, *, reason: str, state: ConnectionState) -> bool:
    """Pause or expire an active connection; False if somebody did so before, so a finding is raised once."""
    connection = _locked(session, connection_id)
    if connection.state != ConnectionState.ACTIVE:
        return False
    connection.state = state
    connection.paused_reason = reason
    session.flush()
    return True


def resume(session: Session, connection_id: int) -> bool:
    """Make a paused or expired connection active again; False if there was nothing to resume."""
    connection = _locked(session, connection_id)
    if connection.state not in {ConnectionState.PAUSED, ConnectionState.EXPIRED}:
        return False
    connection.state = ConnectionState.ACTIVE
    connection.paused_reason = ""
    session.flush()
    return True


def set_shadow(session: Session, connection_id: int, *, on: bool) -> bool:
    """Let everything that writes to it plan and record only, or send again; False if it was so already."""
    statement = update(Connection).where(Connection.id == connection_id, Connection.shadow.is_not(on))
    return rows_changed(session, statement.values(shadow=on)) == 1


def disconnect(session: Session, connection_id: int) -> None:
    """Forget the tokens and end the connection; its history stays."""
    connection = _locked(session, connection_id)
    connection.state = ConnectionState.DISCONNECTED
    connection.tokens = None
    connection.token_version += 1
    connection.disconnected_at = utc_now()
    session.flush()


def expect_echo(session: Session, connection_id: int, *, since: datetime | None = None) -> None:
    """Note that something changed: the webhook channel, where there is one, should tell us so within a minute.

    ``since`` is when a write of ours left: its echo may be here before the answer is. An echo that is still
    expected stays the oldest one; only its coming ends the waiting for it.
    """
    rows_changed(session, _echo_expected(), {"connection": connection_id, "since": since or utc_now()})


@cache
def _echo_expected() -> Update:
    told = or_(Connection.echo_expected_at.is_(None), Connection.echo_expected_at <= Connection.webhooks_alive_at)
    hears = Connection.webhooks_alive_at.is_not(None)
    statement = update(Connection).where(Connection.id == bindparam("connection"), hears, told)
    return statement.values(echo_expected_at=bindparam("since"))


def hear_webhook(session: Session, connection_id: int, at: datetime) -> None:
    """Note that a delivery came: the channel worked then."""
    earlier = or_(Connection.webhooks_alive_at.is_(None), Connection.webhooks_alive_at < at)
    statement = update(Connection).where(Connection.id == connection_id, earlier)
    rows_changed(session, statement.values(webhooks_alive_at=at))


def take_turn(session: Session, connection_id: int, at: datetime | None) -> None:
    """Note that an operation of the connection was claimed, at this time or at the database's present."""
    taken = _turn_taken(by_postgresql=is_postgresql(session), by_database=at is None)
    session.execute(taken, {"connection": connection_id, **clock.present(session, at)})


@cache
def _turn_taken(*, by_postgresql: bool, by_database: bool) -> postgresql.Insert | sqlite.Insert:
    statement = insert_of(Turn.__table__, by_postgresql=by_postgresql).values(
        connection_id=bindparam("connection"), claimed_at=clock.parameter(by_database=by_database)
    )
    newer = {"claimed_at": statement.excluded.claimed_at}
    return statement.on_conflict_do_update(index_elements=["connection_id"], set_=newer)


def _locked(session: Session, connection_id: int) -> Connection:
    query = select(Connection).where(Connection.id == connection_id).with_for_update(key_share=True)
    return session.scalars(query.execution_options(populate_existing=True)).one()
