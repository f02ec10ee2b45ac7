"""Mending a mapping of the sync that speaks of a field which is gone: other fields, or no mapping any more."""

from collections.abc import Collection
from dataclasses import replace

from qbo_connector.mapping.targets import CUSTOM
from qbo_connector.plan.field_mapping import QUICKBOOKS
from qbo_connector.policy.catalogue import Reason
from qbo_connector.policy.properties import YES_WORDS
from qbo_connector.policy.saying import said
from qbo_connector.sync.asks import Refused
from qbo_connector.sync.field_mapping import (
    PREFERENCES,
    MappingPage,
    MappingRefused,
    OwnRow,
    delete_mapping,
    mapping_page,
    save_mapping,
)
from qbo_connector.sync.list_reading import read_again
from qbo_connector.sync.mapping_repair import mappings_meant
from qbo_connector.sync.pairings import RulesChanged
from qbo_connector.sync.press import Press
from qbo_connector.sync.views import FindingView, finding_view


def map_field(press: Press) -> int | None:
    """Fill the mapping that the finding is about from or into another field, or remove it (H-37).

    A custom field is looked for in QuickBooks as it is now: one metered read (H-58). A mapping that is not there
    any more was mended already, so that the record is only looked at again.

    Raises:
        Refused: no field was chosen for a side that is gone, one that is gone as well, or two that do not fit.
        ConnectorError: QuickBooks could not be read.
        RulesChanged: somebody else saved rules twice meanwhile.
    """
    removing = press.optional("remove").casefold() in YES_WORDS
    if not removing and press.optional("target_field").startswith(CUSTOM):
        read_again(press.services, press.target.organization_id, press.target.pairing_id, PREFERENCES)
    try:
        _mend(press, removing=removing)
    except RulesChanged:
        # Somebody saved rules between our reading and our writing: once more, upon what they are by now.
        _mend(press, removing=removing)
    return press.sync()


def _mend(press: Press, *, removing: bool) -> None:
    organization_id, pairing_id = press.target.organization_id, press.target.pairing_id
    page = mapping_page(press.services, organization_id, pairing_id)
    row = _meant(press, page)
    if row is None:
        return
    if not removing:
        _fill_otherwise(press, page, row)
        return
    delete_mapping(
        press.services,
        organization_id,
        pairing_id,
        row.place,
        expected_version=page.pairing.rules_version,
        asked_by=press.asked_by,
    )


def _meant(press: Press, page: MappingPage) -> OwnRow | None:
    """The mapping to mend; none where it was mended already."""
    found = mappings_meant(page.own, press.optional("subject"))
    if len(found) > 1:
        raise press.without("mapping")
    return found[0] if found else None


def _fill_otherwise(press: Press, page: MappingPage, row: OwnRow) -> None:
    source = _chosen(
        press, "source_field", row.source_key, {one.key for one in page.sources}, origin=page.source_name
    )
    target = _chosen(press, "target_field", row.target_key, {one.key for one in page.targets}, origin=QUICKBOOKS)
    if (source, target) == (row.source_key, row.target_key):
        return
    try:
        save_mapping(
            press.services,
            press.target.organization_id,
            press.target.pairing_id,
            source=source,
            target=target,
            place=row.place,
            expected_version=page.pairing.rules_version,
            asked_by=press.asked_by,
        )
    except MappingRefused as err:
        view = _gone(press, target, QUICKBOOKS)
        raise Refused(replace(view, sentence=str(err), explanation="")) from err


def _chosen(press: Press, name: str, standing: str, there: Collection[str], *, origin: str) -> str:
    """The field that was chosen for a side; where none was, the one that stands, as long as it is there."""
    key = press.optional(name) or (standing if standing in there else press.text(name))
    if key not in there:
        raise Refused(_gone(press, key, origin))
    return key


def _gone(press: Press, key: str, origin: str) -> FindingView:
    words = key.replace(CUSTOM, "custom field ")
    return finding_view(said(Reason.FIELD_MAPPING_GONE, {}, field=words, origin=origin), press.role)
