"""A pairing joins a source account, or one part of it, to a connection, with its rules: "a sync"."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ForeignKey, Index, Select, UniqueConstraint, bindparam, or_, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from qbo_connector.store.clock import utc_now
from qbo_connector.store.connections import Connection
from qbo_connector.store.dialects import rows_changed
from qbo_connector.store.failures import NotThere
from qbo_connector.store.loading import load as load_row
from qbo_connector.store.loading import load_within, save
from qbo_connector.store.row import Row, reachable_within, within
from qbo_connector.store.sources import SourceAccount
from qbo_connector.store.states import PairingState
from qbo_connector.store.types import Json, closed


class Pairing(Row):
    """One sync. ``part`` is a subsidiary or location of the source account, or empty."""

    __tablename__ = "pairings"
    __table_args__ = (
        reachable_within(),
        within("source_account_id", "source_accounts"),
        within("connection_id", "connections"),
        UniqueConstraint("source_account_id", "connection_id", "part"),
        Index("ix_pairings_connection", "connection_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"), index=True)
    source_account_id: Mapped[int]
    connection_id: Mapped[int]
    name: Mapped[str]
    part: Mapped[str] = mapped_column(default="")
    rules: Mapped[dict[str, Any]] = mapped_column(Json, default_factory=dict, insert_default=dict)
    rules_version: Mapped[int] = mapped_column(default=1)
    state: Mapped[PairingState] = mapped_column(closed(PairingState, "state"), default=PairingState.OFF)
    shadow: Mapped[bool] = mapped_column(default=False)
    started_at: Mapped[datetime | None] = mapped_column(default=None)
    created_at: Mapped[datetime] = mapped_column(default_factory=utc_now, insert_default=utc_now)


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """A pairing and both of its ends."""

    pairing: Pairing
    connection: Connection
    account: SourceAccount


def add(session: Session, pairing: Pairing) -> Pairing:
    """Store a new pairing."""
    return save(session, pairing)


def load(session: Session, pairing_id: int) -> Pairing:
    """Raises NotThere if there is none."""
    return load_row(session, Pairing, pairing_id)


def load_in(session: Session, organization_id: int, pairing_id: int) -> Pairing:
    """Raises NotThere if the organization has none of this id."""
    return load_within(session, Pairing, organization_id, pairing_id)


def load_with_ends(session: Session, pairing_id: int) -> Joined:
    """A pairing with what it joins, in one look.

    Raises:
        NotThere: there is none.
    """
    found = session.execute(_with_ends(), {"pairing": pairing_id}).one_or_none()
    if found is None:
        raise NotThere(f"Pairing {pairing_id} does not exist")
    pairing, connection, account = found
    return Joined(pairing=pairing, connection=connection, account=account)


@cache
def _with_ends() -> Select[Pairing, Connection, SourceAccount]:
    joined = (
        select(Pairing, Connection, SourceAccount)
        .join(Connection, Connection.id == Pairing.connection_id)
        .join(SourceAccount, SourceAccount.id == Pairing.source_account_id)
    )
    return joined.where(Pairing.id == bindparam("pairing"))


def is_in_shadow(session: Session, pairing_id: int) -> bool:
    """Whether nothing may be sent: it, or its whole company, plans and records only."""
    return bool(session.scalar(_shadowed(), {"pairing": pairing_id}))


@cache
def _shadowed() -> Select[bool]:
    either = select(or_(Pairing.shadow, Connection.shadow)).where(Pairing.id == bindparam("pairing"))
    return either.join(Connection, Connection.id == Pairing.connection_id)


def list_in(session: Session, organization_id: int) -> Sequence[Pairing]:
    """All pairings of an organization, by name."""
    query = select(Pairing).where(Pairing.organization_id == organization_id)
    return session.scalars(query.order_by(Pairing.name, Pairing.id)).all()


def list_of_connection(session: Session, connection_id: int) -> Sequence[Pairing]:
    """All pairings of a connection that are switched on."""
    query = select(Pairing).where(Pairing.connection_id == connection_id, Pairing.state == PairingState.ON)
    return session.scalars(query.order_by(Pairing.id)).all()


def list_of_source_account(session: Session, source_account_id: int) -> Sequence[Pairing]:
    """All pairings of a source account that are switched on."""
    query = select(Pairing).where(Pairing.source_account_id == source_account_id, Pairing.state == PairingState.ON)
    return session.scalars(query.order_by(Pairing.id)).all()


def switch_on(session: Session, pairing_id: int) -> None:
    """Switch it on; the first time is remembered, as cut-offs may count from it."""
    pairing = load(session, pairing_id)
    pairing.state = PairingState.ON
    pairing.started_at = pairing.started_at or utc_now()
    session.flush()


def switch_off(session: Session, pairing_id: int) -> None:
    """Switch it off; its records and links stay."""
    load(session, pairing_id).state = PairingState.OFF
    session.flush()


def set_shadow(session: Session, pairing_id: int, *, on: bool) -> bool:
    """Let it plan and record only, or let it send again; False if it was so already."""
    statement = update(Pairing).where(Pairing.id == pairing_id, Pairing.shadow.is_not(on))
    return rows_changed(session, statement.values(shadow=on)) == 1


def change_rules(session: Session, pairing_id: int, rules: Mapping[str, Any], *, expected_version: int) -> bool:
    """Replace the rules if nobody changed them in between; the version rises by one."""
    statement = (
        update(Pairing)
        .where(Pairing.id == pairing_id, Pairing.rules_version == expected_version)
        .values(rules=dict(rules), rules_version=expected_version + 1)
    )
    return rows_changed(session, statement) == 1
