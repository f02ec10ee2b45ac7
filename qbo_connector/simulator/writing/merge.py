"""Merging two list entries, as a person does inside QuickBooks; the API has no such call."""

from typing import Any

from qbo_connector.simulator.company.company import Company, name_of
from qbo_connector.simulator.company.records import Record
from qbo_connector.simulator.entities.references import target_of
from qbo_connector.simulator.wire.numbers import decimal_of, money


def merge(company: Company, entity: str, *, keep: str, drop: str) -> None:
    """Let `drop` go up in `keep`: references move over, balances add up, a Merge event tells of it.

    Raises:
        ValueError: they are the same, or one does not exist.
    """
    kept, dropped = company.find(entity, keep), company.find(entity, drop)
    if kept is None or dropped is None or keep == drop:
        raise ValueError(f"cannot merge {entity} {drop} into {keep}")
    for record in company.records():
        _repoint(record.body, dropped, kept, owner=record.kind.name)
    for field in ("Balance", "BalanceWithJobs"):
        if field in kept.body:
            total = decimal_of(kept.body[field]) + decimal_of(dropped.body.get(field))
            kept.body[field] = money(total)
    company.index.remove(dropped)
    del company.table(entity)[drop]
    company.replace(kept, kept.body, operation="Update")
    company.tell(kept, "Merge", deleted_id=drop)


def _repoint(node: Any, source: Record, target: Record, *, owner: str) -> None:
    if isinstance(node, list):
        for member in node:
            _repoint(member, source, target, owner=owner)
    elif isinstance(node, dict):
        for field, member in node.items():
            points = isinstance(member, dict) and member.get("value") == source.id
            if points and target_of(field, owner=owner) == target.kind.name:
                node[field] = {**member, "value": target.id}
                if "name" in member:
                    node[field]["name"] = name_of(target)
            else:
                _repoint(member, source, target, owner=owner)
