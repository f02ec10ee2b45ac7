"""The choice between two versions, field by field: checked against what differs now, carried out by a worker."""

from collections.abc import Mapping
from dataclasses import replace

from qbo_connector.canonical import Invoice
from qbo_connector.errors import DocumentInvalid
from qbo_connector.policy.catalogue import Finding, Reason
from qbo_connector.policy.catalogue.wording import clean, shorten
from qbo_connector.policy.saying import said
from qbo_connector.store import operations
from qbo_connector.sync.asks import CONFLICT, Refused
from qbo_connector.sync.corrections import corrected, counting
from qbo_connector.sync.merging import SEEN, WINNERS, Comparison, Side, choice, comparison, kept_dates
from qbo_connector.sync.press import Press
from qbo_connector.sync.push import copy_meant
from qbo_connector.sync.recording import known_about
from qbo_connector.sync.situation import Situation
from qbo_connector.sync.source import read_given
from qbo_connector.sync.views import finding_view, only_the_source
from qbo_connector.sync.wishes import MERGE

LONGEST = 60


def merge_fields(press: Press) -> int | None:
    """Send the source's version with what QuickBooks keeps, for these two versions alone (H-34).

    Raises:
        Refused: a side is missing, unknown or cannot be kept; or one of the versions is not the one that was seen.
        ConnectorError: the source cannot be read.
    """
    with press.services.database.reading() as session:
        known = operations.find_by_key(session, press.target.organization_id, press.key)
    if known is not None:
        return known.id
    given, seen = _given(press), press.optional(SEEN)
    if not seen:
        raise _missing(press, SEEN, "Look at both versions first; this choice names none.")
    situation = press.situation()
    copy = copy_meant(press.services, situation, {})
    document = read_given(press.services, situation)
    found = comparison(press.services, situation, document, copy=copy)
    if found is None or not found.open or found.seen != seen:
        outdated = said(Reason.PREVIEW_OUTDATED, known_about(situation))
        raise Refused(finding_view(outdated, press.role), CONFLICT)
    winners = _winners(press, situation, found, given)
    _check_dates(press, situation, document, found, winners)
    chosen = choice(found, winners, situation.rules.source_name)
    return press.sync(intent="update", **{MERGE: chosen})


def _given(press: Press) -> Mapping[str, str]:
    given = press.inputs.get(WINNERS)
    if not isinstance(given, Mapping):
        raise _missing(press, WINNERS, "Choose a side for each field.")
    return {str(key): str(side) for key, side in given.items()}


def _winners(press: Press, situation: Situation, found: Comparison, given: Mapping[str, str]) -> dict[str, Side]:
    """A side for every field that differs; where only the source's value can go, it need not be named."""
    fields = {one.key: one for one in found.shown}
    for key, side in given.items():
        if key not in fields:
            raise _refused(press, key, side, f"“{_short(key)}” is no field in which both sides differ.")
        label = fields[key].label
        if side not in set(Side):
            raise _refused(press, label, side, f"“{_short(side)}” is no side to take for “{label}”.")
        if side == Side.QUICKBOOKS and fields[key].kept is None:
            raise _refused(press, label, side, f"{label}: {only_the_source(label, situation.rules.source_name)}.")
    for key, one in fields.items():
        if one.kept is not None and key not in given:
            raise _missing(press, one.label, f"Choose a side for “{one.label}”.")
    return {key: Side(side) for key, side in given.items()}


def _check_dates(
    press: Press, situation: Situation, given: Invoice, found: Comparison, winners: Mapping[str, Side]
) -> None:
    """Each date may be right, and both together not."""
    keys = [key for key, side in winners.items() if side is Side.QUICKBOOKS]
    before = counting(given, situation.record.overrides or {})
    dates = {**before, **kept_dates(given, found.fields, keys)}
    try:
        corrected(given, {name: told for name, told in dates.items() if told is not None})
    except DocumentInvalid as err:
        sentence = "With these dates the invoice would be due before it is issued; take one side for both."
        raise _refused(press, err.params["field"], err.params["value"], sentence) from err


def _short(text: str) -> str:
    """What somebody sent, fit to stand in a sentence."""
    return shorten(clean(text), LONGEST)


def _refused(press: Press, field: str, value: str, sentence: str) -> Refused:
    known = {"document": "this choice", "field": field, "value": value}
    return _in_words(press, said(Reason.FIELD_INVALID, known), sentence)


def _missing(press: Press, field: str, sentence: str) -> Refused:
    return _in_words(press, said(Reason.FIELD_MISSING, {"document": "this choice", "field": field}), sentence)


def _in_words(press: Press, finding: Finding, sentence: str) -> Refused:
    view = finding_view(finding, press.role)
    return Refused(replace(view, sentence=sentence, explanation="", remedy="", fixes=()))
