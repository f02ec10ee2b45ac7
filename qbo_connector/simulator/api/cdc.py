"""Change data capture (reference §5.1)."""

from datetime import datetime, timedelta
from typing import Any

from qbo_connector.simulator.api.call import Call
from qbo_connector.simulator.clock import parse_moment, stamp
from qbo_connector.simulator.company.company import Company
from qbo_connector.simulator.entities.kinds import EntityKind, Op
from qbo_connector.simulator.entities.registry import kind_named
from qbo_connector.simulator.faults import fault, required, unsupported

_MOST = 1000


def changes(company: Company, call: Call) -> dict[str, Any]:
    """Everything that changed since a moment, by entity; at most 1000 records in all, oldest first.

    Raises:
        IntuitFault: 2020, 4001 or a bad date.
    """
    query = call.request.query
    kinds = [_kind(name) for name in _names(query.get("entities", ""))]
    since = _moment(query.get("changedSince", ""))
    _check_age(company, since, query["changedSince"])
    room = _MOST
    groups: list[dict[str, Any]] = []
    for kind in kinds:
        rows = _changed(company, kind, since)[:room]
        room -= len(rows)
        groups.append({kind.answer_name: rows, "startPosition": 1, "maxResults": len(rows)} if rows else {})
    return {"CDCResponse": [{"QueryResponse": groups}]}


def _names(entities: str) -> list[str]:
    names = [name.strip() for name in entities.split(",") if name.strip()]
    if not names:
        raise required("entities")
    return list(dict.fromkeys(names))


def _kind(name: str) -> EntityKind:
    kind = kind_named(name)
    if kind is None or Op.CDC not in kind.operations:
        raise fault("4001", "Invalid query", f"Entity {name} is not supported for change data capture", "entities")
    return kind


def _moment(text: str) -> datetime:
    if not text:
        raise required("changedSince")
    try:
        return parse_moment(text.replace(" ", "+"))
    except ValueError:
        raise fault("2070", "Invalid Date Format", f"Invalid Date Format : {text}", "changedSince") from None


def _check_age(company: Company, since: datetime, text: str) -> None:
    """Refuse to look back too far; worded as reported in Wish-Org/QuickBooksSharp#19 (October 2024)."""
    days = company.knobs.cdc_lookback_days
    if days is not None and since < company.clock.now() - timedelta(days=days):
        raise unsupported(f"cdc with changedSince date {text} which is older than fixed days")


def _changed(company: Company, kind: EntityKind, since: datetime) -> list[dict[str, Any]]:
    live = [record for record in company.table(kind.name).values() if record.updated >= since]
    live.sort(key=lambda record: record.sequence)
    gone = [stone for stone in company.tombstones if stone.entity == kind.name and stone.at >= since]
    buried = [
        {"domain": "QBO", "status": "Deleted", "Id": stone.id, "MetaData": {"LastUpdatedTime": stamp(stone.at)}}
        for stone in gone
    ]
    return [record.body for record in live] + buried
