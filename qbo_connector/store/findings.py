"""A finding is one classified reason why something did not sync, or a warning, as people see it.

The same reason again raises the count of the open finding; it opens no second one.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any, NotRequired, Required, TypedDict, Unpack

from sqlalchemy import ColumnElement, ForeignKey, Index, Select, bindparam, delete, select, text, update
from sqlalchemy.orm import Mapped, Session, mapped_column
from sqlalchemy.sql.dml import ReturningUpdate

from qbo_connector.store.clock import utc_now
from qbo_connector.store.dialects import insert_into
from qbo_connector.store.loading import load as load_row
from qbo_connector.store.loading import load_within
from qbo_connector.store.row import Row, reachable_within, within
from qbo_connector.store.states import FindingClass, FindingScope, FindingState
from qbo_connector.store.types import EncryptedJson, Json, closed

OPEN = text("state = 'open'")
KEY = ("scope", "scope_id", "code", "subject")


class Finding(Row):
    """One reason.

    ``scope_id`` is the id of what it is about, 0 for the installation. ``subject`` tells lines, customers or items
    of one record apart. ``leading``: the one shown first among several. ``causes`` are fingerprints of what
    brought it about, by cause, such as "mirror:customer:acme"; ``details`` is what stands under Details.
    ``operation_id`` is no foreign key, as operations point here.
    """

    __tablename__ = "findings"
    __table_args__ = (
        reachable_within(),
        within("record_id", "records"),
        within("pairing_id", "pairings"),
        within("source_account_id", "source_accounts"),
        within("connection_id", "connections"),
        Index("uq_findings_open", *KEY, unique=True, sqlite_where=OPEN, postgresql_where=OPEN),
        Index("ix_findings_state", "organization_id", "state", "category", "last_seen_at"),
        Index("ix_findings_record", "record_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    organization_id: Mapped[int | None] = mapped_column(ForeignKey("organizations.id"), default=None)
    scope: Mapped[FindingScope] = mapped_column(closed(FindingScope, "scope"))
    scope_id: Mapped[int]
    record_id: Mapped[int | None] = mapped_column(default=None)
    pairing_id: Mapped[int | None] = mapped_column(default=None)
    source_account_id: Mapped[int | None] = mapped_column(default=None)
    connection_id: Mapped[int | None] = mapped_column(default=None)
    code: Mapped[str]
    subject: Mapped[str] = mapped_column(default="")
    category: Mapped[FindingClass] = mapped_column(closed(FindingClass, "category"))
    params: Mapped[dict[str, str]] = mapped_column(Json, default_factory=dict, insert_default=dict)
    details: Mapped[dict[str, Any] | None] = mapped_column(EncryptedJson, default=None)
    state: Mapped[FindingState] = mapped_column(closed(FindingState, "state"), default=FindingState.OPEN)
    leading: Mapped[bool] = mapped_column(default=False)
    count: Mapped[int] = mapped_column(default=1)
    causes: Mapped[dict[str, str]] = mapped_column(Json, default_factory=dict, insert_default=dict)
    operation_id: Mapped[int | None] = mapped_column(default=None)
    first_seen_at: Mapped[datetime] = mapped_column(default_factory=utc_now, insert_default=utc_now)
    last_seen_at: Mapped[datetime] = mapped_column(default_factory=utc_now, insert_default=utc_now)
    resolved_at: Mapped[datetime | None] = mapped_column(default=None)
    resolved_by: Mapped[str] = mapped_column(default="")


class Watch(Row):
    """A cause that an open finding waits for."""

    __tablename__ = "finding_watches"
    __table_args__ = (Index("ix_finding_watches_cause", "organization_id", "cause"),)

    finding_id: Mapped[int] = mapped_column(ForeignKey("findings.id", ondelete="CASCADE"), primary_key=True)
    cause: Mapped[str] = mapped_column(primary_key=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"))


class Seen(TypedDict):
    """What was found, and about what."""

    scope: Required[FindingScope]
    code: Required[str]
    category: Required[FindingClass]
    organization_id: NotRequired[int | None]
    record_id: NotRequired[int | None]
    pairing_id: NotRequired[int | None]
    source_account_id: NotRequired[int | None]
    connection_id: NotRequired[int | None]
    subject: NotRequired[str]
    params: NotRequired[dict[str, str]]
    details: NotRequired[dict[str, Any] | None]
    leading: NotRequired[bool]
    causes: NotRequired[dict[str, str]]
    operation_id: NotRequired[int | None]


def raise_(session: Session, **seen: Unpack[Seen]) -> Finding:
    """Open a finding, or count the open one of the same key once more, with the newer particulars."""
    values: dict[str, Any] = {**seen, "scope_id": _scope_id(seen), "last_seen_at": utc_now()}
    statement = insert_into(session, Finding).values(**values)
    newer = {name: statement.excluded[name] for name in values if name not in KEY}
    counted = statement.on_conflict_do_update(
        index_elements=list(KEY), index_where=OPEN, set_={**newer, "count": Finding.count + 1}
    )
    options = {"populate_existing": True}
    finding = session.scalars(counted.returning(Finding), execution_options=options).one()
    _watch(session, finding)
    return finding


def load(session: Session, finding_id: int) -> Finding:
    """Raises NotThere if there is none."""
    return load_row(session, Finding, finding_id)


def load_in(session: Session, organization_id: int, finding_id: int) -> Finding:
    """Raises NotThere if the organization has none of this id."""
    return load_within(session, Finding, organization_id, finding_id)


def list_of_record(session: Session, record_id: int, *, open_only: bool = True) -> Sequence[Finding]:
    """The findings of a record, the leading one first."""
    return session.scalars(_of_record(open_only=open_only), {"record": record_id}).all()


@cache
def _of_record(*, open_only: bool) -> Select[Finding]:
    query = select(Finding).where(Finding.record_id == bindparam("record"))
    wanted = query.where(Finding.state == FindingState.OPEN) if open_only else query
    return wanted.order_by(Finding.leading.desc(), Finding.id)


def list_open(session: Session, scope: FindingScope, scope_id: int = 0) -> Sequence[Finding]:
    """The open findings about one thing, the leading one first."""
    query = select(Finding).where(*_open_of(scope, scope_id))
    return session.scalars(query.order_by(Finding.leading.desc(), Finding.id)).all()


def list_open_wide(session: Session, organization_id: int) -> Sequence[Finding]:
    """The organization's open findings that are about more than one record: the banners."""
    query = select(Finding).where(
        Finding.organization_id == organization_id,
        Finding.state == FindingState.OPEN,
        Finding.scope != FindingScope.RECORD,
    )
    return session.scalars(query.order_by(Finding.last_seen_at.desc(), Finding.id)).all()


def list_watching(session: Session, organization_id: int, causes: Sequence[str]) -> Sequence[Finding]:
    """The organization's open findings that wait for one of these causes to change."""
    ids = select(Watch.finding_id).where(Watch.organization_id == organization_id, Watch.cause.in_(causes))
    query = select(Finding).where(Finding.id.in_(ids), Finding.state == FindingState.OPEN)
    return session.scalars(query.order_by(Finding.id)).all()


def is_any_watched(session: Session, organization_id: int) -> bool:
    """Whether any open finding of the organization waits for something; cheap, asked before changes count."""
    return session.scalar(_any_watched(), {"organization": organization_id}) is not None


@cache
def _any_watched() -> Select[int]:
    open_ones = select(Finding.id).where(Finding.id == Watch.finding_id, Finding.state == FindingState.OPEN)
    query = select(Watch.finding_id).where(Watch.organization_id == bindparam("organization"))
    return query.where(open_ones.exists()).limit(1)


def resolve(session: Session, finding_id: int, *, by: str) -> bool:
    """Close one finding; False if it was not open."""
    return _close(session, _one_closed(), {"finding": finding_id}, FindingState.RESOLVED, by) == 1


def dismiss(session: Session, finding_id: int, *, by: str) -> bool:
    """Set one finding aside; False if it was not open."""
    return _close(session, _one_closed(), {"finding": finding_id}, FindingState.DISMISSED, by) == 1


def resolve_for_record(session: Session, record_id: int, *, by: str, keep: Sequence[int] = ()) -> int:
    """Close a record's findings of every class, but for those just raised (``keep``); returns how many."""
    about = {"record": record_id, "keep": list(keep)}
    return _close(session, _of_record_closed(), about, FindingState.RESOLVED, by)


def resolve_scope(
    session: Session,
    scope: FindingScope,
    scope_id: int = 0,
    *,
    by: str,
    codes: Sequence[str] = (),
    keep: Sequence[int] = (),
) -> int:
    """Close the open findings about one thing, or those with these codes only; returns how many."""
    about = {"about": scope, "about_id": scope_id, "keep": list(keep)}
    if codes:
        about["codes"] = list(codes)
    return _close(session, _of_scope_closed(coded=bool(codes)), about, FindingState.RESOLVED, by)


def _scope_id(seen: Mapping[str, Any]) -> int:
    if seen["scope"] == FindingScope.INSTALLATION:
        return 0
    return int(seen[f"{seen['scope']}_id"])


def _watch(session: Session, finding: Finding) -> None:
    session.execute(delete(Watch).where(Watch.finding_id == finding.id))
    if finding.organization_id is None:
        return
    organization_id = finding.organization_id
    session.add_all(
        Watch(finding_id=finding.id, cause=cause, organization_id=organization_id) for cause in finding.causes
    )
    session.flush()


def _open_of(scope: FindingScope, scope_id: int) -> list[ColumnElement[bool]]:
    return [Finding.scope == scope, Finding.scope_id == scope_id, Finding.state == FindingState.OPEN]


def _close(
    session: Session, statement: ReturningUpdate[int], about: Mapping[str, Any], state: FindingState, by: str
) -> int:
    """What is closed waits for nothing any more, so that looking for whoever waits stays quick."""
    closed_now = {**about, "end": state, "at": utc_now(), "by": by}
    ids = session.scalars(statement, closed_now, execution_options={"synchronize_session": False}).all()
    if ids:
        session.execute(delete(Watch).where(Watch.finding_id.in_(ids)))
    return len(ids)


@cache
def _one_closed() -> ReturningUpdate[int]:
    return _closed(Finding.id == bindparam("finding"))


@cache
def _of_record_closed() -> ReturningUpdate[int]:
    about = (Finding.record_id == bindparam("record"), Finding.scope == FindingScope.RECORD)
    return _closed(*about, _not_kept())


@cache
def _of_scope_closed(*, coded: bool) -> ReturningUpdate[int]:
    about = (Finding.scope == bindparam("about"), Finding.scope_id == bindparam("about_id"))
    codes = (Finding.code.in_(bindparam("codes", expanding=True)),) if coded else ()
    return _closed(*about, _not_kept(), *codes)


def _not_kept() -> ColumnElement[bool]:
    return Finding.id.not_in(bindparam("keep", expanding=True))


def _closed(*about: ColumnElement[bool]) -> ReturningUpdate[int]:
    statement = update(Finding).where(*about, Finding.state == FindingState.OPEN)
    ended: dict[str, Any] = {
        "state": bindparam("end"),
        "resolved_at": bindparam("at"),
        "resolved_by": bindparam("by"),
    }
    return statement.values(**ended).returning(Finding.id)
