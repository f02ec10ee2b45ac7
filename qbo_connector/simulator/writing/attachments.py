"""Attachables: notes and files hung on records."""

from qbo_connector.simulator.entities.registry import kind_named
from qbo_connector.simulator.faults import business
from qbo_connector.simulator.writing.draft import Draft


def complete_attachable(draft: Draft) -> None:
    """A note or a file, on records that exist.

    Raises:
        IntuitFault: 6000.
    """
    if "Note" not in draft.body and "FileName" not in draft.body:
        raise business("You must have at least a note string or file attachment")
    if draft.before is not None:
        system = {"FileAccessUri", "TempDownloadUri", "Size"} & draft.before.body.keys()
        draft.body.update({name: draft.before.body[name] for name in system})


def check_attachable_links(draft: Draft) -> None:
    """Every linked record must exist; QuickBooks says which one does not.

    Raises:
        IntuitFault: 6000.
    """
    for link in draft.body.get("AttachableRef", []):
        link.setdefault("IncludeOnSend", False)
        reference = link.get("EntityRef", {})
        entity, identifier = str(reference.get("type", "")), str(reference.get("value", ""))
        if not identifier:
            continue
        kind = kind_named(entity)
        if kind is None or draft.company.find(kind.name, identifier) is None:
            named = f"{entity} {identifier}"
            raise business(f"The entity {named} that you are trying to link does not exist. {named}")
