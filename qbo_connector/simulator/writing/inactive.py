"""What happens to names: the suffix of the inactive, and everyone who mentions a renamed one."""

from typing import Any

from qbo_connector.simulator.company.company import Company, name_of
from qbo_connector.simulator.company.records import Body, Record
from qbo_connector.simulator.entities.references import target_of
from qbo_connector.simulator.writing.draft import Draft

SUFFIX = " (deleted)"
_NAME_FIELDS = ("Name", "DisplayName", "FullyQualifiedName")


def rename(draft: Draft) -> None:
    """Add " (deleted)" to the names of an entry made inactive; take it away when it comes back."""
    if draft.before is None or not draft.kind.can_be_inactive:
        return
    was, is_now = draft.before.active, draft.body.get("Active", True) is not False
    for field in _NAME_FIELDS:
        text = draft.body.get(field)
        if not text:
            continue
        if was and not is_now and not text.endswith(SUFFIX):
            draft.body[field] = text + SUFFIX
        elif is_now and not was:
            draft.body[field] = text.removesuffix(SUFFIX)


def carry_new_name(company: Company, record: Record, before: Body) -> None:
    """Show an entry's new name wherever it is referred to. QuickBooks looks names up when it answers."""
    name = name_of(record)
    former = Record(kind=record.kind, id=record.id, body=before, updated=record.updated, sequence=0)
    if name == name_of(former):
        return
    for other in company.records():
        _rename_in(other.body, record, name, owner=other.kind.name)
    for child in list(company.table(record.kind.name).values()):
        if "FullyQualifiedName" in child.body and child.body.get("ParentRef", {}).get("value") == record.id:
            _move_below(company, child, name)


def _move_below(company: Company, child: Record, parent: str) -> None:
    """Give a sub-entry the path under its parent's new name, and all below it theirs."""
    before = child.body
    own = str(before.get("DisplayName") or before.get("Name", ""))
    company.index.remove(child)
    child.body = {**before, "FullyQualifiedName": f"{parent}:{own}"}
    company.index.add(child)
    company.touch(child)
    carry_new_name(company, child, before)


def _rename_in(node: Any, target: Record, name: str, *, owner: str) -> None:
    if isinstance(node, list):
        for member in node:
            _rename_in(member, target, name, owner=owner)
    elif isinstance(node, dict):
        for field, member in node.items():
            if isinstance(member, dict) and member.get("value") == target.id and "name" in member:
                if target_of(field, owner=owner) == target.kind.name:
                    node[field] = {**member, "name": name}
            else:
                _rename_in(member, target, name, owner=owner)
