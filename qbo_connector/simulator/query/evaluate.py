"""Answering a query from a company's tables."""

from collections.abc import Callable, Iterable
from typing import Any

from qbo_connector.simulator.company.company import Company, name_of
from qbo_connector.simulator.company.records import TAX_CODE_BY_DEFAULT, Record
from qbo_connector.simulator.entities.kinds import EntityKind, Op
from qbo_connector.simulator.entities.registry import kind_named
from qbo_connector.simulator.query.compare import test_of
from qbo_connector.simulator.query.fields import QueryField, filter_field, projected
from qbo_connector.simulator.query.parser import parse, validation_error
from qbo_connector.simulator.query.statement import Condition, Operator, Statement

_PSEUDO_CODES = ("TAX", "NON", "CustomSalesTax")


def run_query(company: Company, text: str) -> dict[str, Any]:
    """The value of `QueryResponse`.

    Raises:
        IntuitFault: 4000 or 4001.
    """
    statement = parse(text, first=0 if company.knobs.start_at_zero else 1)
    kind = _kind_asked(company, statement.entity)
    if kind is None or Op.QUERY not in kind.operations:
        raise validation_error(f"invalid context declaration: {statement.entity}")
    found = matching(company, kind, statement)
    if statement.count:
        return {"totalCount": len(found)}
    page = found[statement.start - 1 : statement.start - 1 + statement.limit]
    rows = [projected(kind, record, statement.fields) if statement.fields else _row(record) for record in page]
    if kind.name == "TaxCode" and company.region.code == "US" and rows:
        rows = [*_pseudo_codes(statement), *rows]
    if not rows:
        return {}
    return {kind.answer_name: rows, "startPosition": statement.start, "maxResults": len(rows)}


def _row(record: Record) -> dict[str, Any]:
    """A record as a query shows it: without the tax code a customer has by default alone.

    The query recorded by minimul/qbo_api names one for two customers of 41, its reads by id name the default.
    """
    if not record.facts.get(TAX_CODE_BY_DEFAULT):
        return record.body
    return {name: value for name, value in record.body.items() if name != "DefaultTaxCodeRef"}


def _kind_asked(company: Company, name: str) -> EntityKind | None:
    kind = kind_named(name)
    if kind is not None and not company.knobs.entities_in_any_case and name != kind.name:
        return None
    return kind


def matching(company: Company, kind: EntityKind, statement: Statement) -> list[Record]:
    """Every record that meets the conditions, in order."""
    tests = [_test(company, kind, condition) for condition in statement.conditions]
    asks_active = any(condition.field.lower() == "active" for condition in statement.conditions)
    found = [
        record
        for record in _candidates(company, kind, statement.conditions)
        if (asks_active or record.active or not kind.can_be_inactive) and all(test(record) for test in tests)
    ]
    if not company.knobs.order_by_id and any(order.field.lower() == "id" for order in statement.order):
        raise validation_error("property 'Id' is not sortable")
    return _sorted(found, kind, statement)


def _candidates(company: Company, kind: EntityKind, conditions: tuple[Condition, ...]) -> Iterable[Record]:
    """The whole table, or with a condition on Id just those records."""
    table = company.table(kind.name)
    for condition in conditions:
        if condition.field.lower() == "id" and condition.operator in {Operator.EQ, Operator.IN}:
            return [table[value] for value in dict.fromkeys(condition.values) if value in table]
    return table.values()


def _test(company: Company, kind: EntityKind, condition: Condition) -> Callable[[Record], bool]:
    field = filter_field(kind, condition.field)
    if field.name == "Id" and condition.operator not in {Operator.EQ, Operator.IN}:
        raise validation_error(f"Operator {condition.operator.value} is not supported for property 'Id'")
    meets = test_of(condition, field.kind, today=company.clock.today().isoformat())
    return lambda record: meets(field.read(record))


def _sorted(found: list[Record], kind: EntityKind, statement: Statement) -> list[Record]:
    """As asked; else lists by their full name in plain ASCII order, documents by last change, newest first."""
    if not statement.order:
        if kind.is_transaction:
            return sorted(found, key=lambda record: record.sequence, reverse=True)
        return sorted(found, key=lambda record: (name_of(record), record.sequence))
    for order in reversed(statement.order):
        found = sorted(found, key=_key(filter_field(kind, order.field)), reverse=order.descending)
    return found


def _key(field: QueryField) -> Callable[[Record], tuple[int, Any]]:
    numeric = field.kind in {"decimal", "int"} or field.name == "Id"
    return lambda record: _sort_key(field.read(record), numeric=numeric)


def _sort_key(value: Any, *, numeric: bool) -> tuple[int, Any]:
    if value is None:
        return (0, 0)
    if numeric and str(value).replace(".", "").lstrip("-").isdigit():
        return (1, float(value))
    return (2, str(value).casefold())


def _pseudo_codes(statement: Statement) -> list[dict[str, Any]]:
    """American companies get three codes at the head of every page of tax codes; a known quirk of QuickBooks."""
    if statement.conditions:
        return []
    meta = {"CreateTime": _BIRTH, "LastUpdatedTime": _BIRTH}
    return [
        {
            "Name": name,
            "Description": name,
            "Active": True,
            "Taxable": name != "NON",
            "TaxGroup": False,
            "domain": "QBO",
            "sparse": False,
            "Id": name,
            "SyncToken": "0",
            "MetaData": meta,
        }
        for name in _PSEUDO_CODES
    ]


_BIRTH = "2014-09-18T20:17:04-07:00"
