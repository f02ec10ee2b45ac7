"""What pages and card show of a document that somebody edited in QuickBooks: both versions, and the choice."""

from dataclasses import replace

from qbo_connector.canonical import Invoice
from qbo_connector.policy.catalogue.fixes import Fix
from qbo_connector.sync.merging import SEEN, comparison
from qbo_connector.sync.services import Services
from qbo_connector.sync.situation import Situation
from qbo_connector.sync.views import ComparedView, FindingView, FixView, compared_view

Versions = tuple[tuple[ComparedView, ...], FindingView | None]


def both_versions(
    services: Services, situation: Situation, given: Invoice, finding: FindingView | None, *, copy: int
) -> Versions:
    """The fields that differ, and the finding with the button that chooses among them, where that can be pressed.

    The button carries which versions were shown, so that it counts for no others. `given` is the document as its
    source gives it.
    """
    found = comparison(services, situation, given, copy=copy)
    fields = found.shown if found else ()
    shown = tuple(compared_view(one, situation.rules.source_name) for one in fields)
    if finding is None:
        return shown, None
    seen = found.seen if found and found.open and fields else ""
    fixes = tuple(_with_seen(fix, seen) for fix in finding.fixes if seen or fix.action != Fix.MERGE_FIELDS)
    return shown, replace(finding, fixes=fixes)


def _with_seen(fix: FixView, seen: str) -> FixView:
    if fix.action != Fix.MERGE_FIELDS:
        return fix
    return replace(fix, preset={**fix.preset, SEEN: seen}, settled=(*fix.settled, SEEN))
