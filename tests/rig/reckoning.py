"""What must be true when everything has come to rest: each record one document, each document one record."""

from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from qbo_connector.store import findings
from qbo_connector.store.bindings import Binding
from qbo_connector.store.leases import ResourceLease
from qbo_connector.store.operations import Operation
from qbo_connector.store.records import Record
from qbo_connector.store.states import BindingState, OperationState, RecordState, StepState
from qbo_connector.store.steps import Step
from tests.rig.bookkeeper import Bookkeeper
from tests.rig.stage import Stage

OPEN_STEPS = (StepState.PLANNED, StepState.SENT, StepState.ANSWERED)


@dataclass(frozen=True, kw_only=True)
class Books:
    """Both sides as they stand: our tables, and every invoice, customer and item of QuickBooks by id."""

    records: Sequence[Record]
    bindings: Mapping[int, Sequence[Binding]]
    findings: Mapping[int, Sequence[str]]
    open_work: Sequence[str]
    invoices: Mapping[str, Mapping[str, Any]] = field(repr=False)
    customers: Sequence[str] = field(repr=False)
    items: Sequence[str] = field(repr=False)


def look(stage: Stage, bookkeeper: Bookkeeper, ours: str) -> Books:
    """Read both sides; of QuickBooks those invoices, customers and items whose number or name is like ``ours``."""
    with stage.services.database.reading() as session:
        records = session.scalars(select(Record).where(Record.pairing_id == stage.pairing_id)).all()
        return Books(
            records=records,
            bindings=_bindings(session),
            findings={one.id: [row.code for row in findings.list_of_record(session, one.id)] for one in records},
            open_work=[*_open_work(session)],
            invoices={one["Id"]: one for one in bookkeeper.every("Invoice", f"DocNumber LIKE '{ours}'")},
            customers=[one["DisplayName"] for one in bookkeeper.every("Customer", f"DisplayName LIKE '{ours}'")],
            items=[one["Name"] for one in bookkeeper.every("Item", f"Name LIKE '{ours}'")],
        )


def complaints(
    books: Books,
    totals: Mapping[str, Decimal],
    *,
    only: Container[str] | None = None,
    warned: Mapping[str, Sequence[str]] | None = None,
) -> list[str]:
    """Everything that is not as it must be, one sentence each.

    Args:
        books: as `look` read them.
        totals: of each record that should stand in QuickBooks, by the source's id; what is missing should not.
        only: records to look at, by the source's id; all, if nothing is told.
        warned: codes of the findings that a record should have beside its document, by the source's id.
    """
    found = list(books.open_work)
    bound = Counter(link.qbo_id for links in books.bindings.values() for link in links)
    found += [f"invoice {qbo_id} is bound {count} times" for qbo_id, count in bound.items() if count > 1]
    strays = [one for qbo_id, one in books.invoices.items() if qbo_id not in bound]
    found += [f"invoice {one['Id']} ({one.get('DocNumber')}) belongs to no record" for one in strays]
    for record in books.records:
        if only is not None and record.external_id not in only:
            continue
        if record.external_id in totals:
            name = record.external_id
            found += _of_record(books, record, totals[name], warned=(warned or {}).get(name, ()))
        elif books.bindings.get(record.id):
            found.append(f"{record.external_id} should not stand in QuickBooks, and does")
    return found


def _of_record(books: Books, record: Record, total: Decimal, *, warned: Sequence[str]) -> Iterable[str]:
    name, codes = record.external_id, books.findings[record.id]
    if record.state is not RecordState.SYNCED or [*codes] != [*warned]:
        yield f"{name} is {record.state}: {codes}"
    links = books.bindings.get(record.id, ())
    if len(links) != 1:
        yield f"{name} has {len(links)} links"
        return
    document = books.invoices.get(links[0].qbo_id)
    if document is None:
        yield f"{name} is linked to {links[0].qbo_id}, which is not there"
        return
    if Decimal(str(document["TotalAmt"])) != total:
        yield f"{name} comes to {total}, in QuickBooks to {document['TotalAmt']}"
    if document["SyncToken"] != links[0].sync_token:
        yield f"{name} is known in version {links[0].sync_token}, and is {document['SyncToken']}"


def _bindings(session: Session) -> Mapping[int, Sequence[Binding]]:
    found = defaultdict(list)
    active = Binding.state == BindingState.ACTIVE
    for link in session.scalars(select(Binding).where(active, Binding.record_id.is_not(None))):
        found[link.record_id or 0].append(link)
    return found


def _open_work(session: Session) -> Iterable[str]:
    for one in session.scalars(select(Operation).where(Operation.state != OperationState.DONE)):
        yield f"operation {one.id} ({one.intent}) is {one.state} {one.phase}, lease {one.lease_until}"
    for lease in session.scalars(select(ResourceLease)):
        yield f"{lease.resource_key} is still leased to operation {lease.operation_id}"
    for step in session.scalars(select(Step).where(Step.state.in_(OPEN_STEPS))):
        yield f"step {step.id} ({step.verb} {step.symbol}) of operation {step.operation_id} is {step.state}"
