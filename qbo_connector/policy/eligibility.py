"""Why a record may or may not sync: an ordered list of checks, the same for the widget, the plan and the API.

Order of T-16: connection, status, preflight, entitlement, then the rest. The list is worked out whole, so that a
person sees in one go everything that must be done.
"""

from collections.abc import Iterator
from dataclasses import replace

from qbo_connector.canonical import Invoice, Origin, Status
from qbo_connector.policy.catalogue import Reason, as_list
from qbo_connector.policy.check import Check
from qbo_connector.policy.cutoff import cutoff
from qbo_connector.policy.filters import filters
from qbo_connector.policy.foreseen import foreseen, of_connection
from qbo_connector.policy.policies import Finalization, LocationTracking, Switch
from qbo_connector.policy.preflight import preflight
from qbo_connector.policy.rules import Rules
from qbo_connector.policy.saying import said
from qbo_connector.policy.standing import Standing


def checks(
    document: Invoice | None, rules: Rules, standing: Standing, *, synced: bool = False
) -> tuple[Check, ...]:
    """Every check in order; without a document only those that concern the whole pairing.

    Args:
        document: the record as its source gives it.
        rules: what the pairing obeys.
        standing: where it stands beside the document.
        synced: whether QuickBooks has a document of this record; only then can a voided one have an effect there.
    """
    return tuple(_checks(document, rules, standing, synced=synced))


def _checks(document: Invoice | None, rules: Rules, standing: Standing, *, synced: bool) -> Iterator[Check]:
    yield _connection(rules, standing)
    if document is None:
        yield from of_connection(standing)
    else:
        yield _status(document, rules, synced=synced)
        if rules.policies.finalization is not Finalization.IGNORED and not document.withdrawn:
            yield _finalized(document, rules)
    yield from preflight(rules, standing)
    if document is None:
        yield from foreseen(rules, standing)
    yield from _entitlement(rules, standing)
    yield _switched_on(document, rules, standing)
    if document:
        yield _direction(document, rules)
        yield _not_dismissed(document, standing)
        yield _no_snapshot(document)
        if not document.withdrawn:
            yield from _about_content(document, rules, standing)


def _about_content(document: Invoice, rules: Rules, standing: Standing) -> Iterator[Check]:
    """What a document must be like to be sent; one that is withdrawn needs none of it."""
    if (check := cutoff(document, rules, standing)) is not None:
        yield check
    yield from filters(document, rules, standing)
    if rules.policies.location_tracking is LocationTracking.REQUIRED:
        yield _has_location(document, rules)


def known_of(document: Invoice | None, rules: Rules, standing: Standing) -> dict[str, str]:
    """The placeholders that every sentence about a document may use."""
    company = standing.company.name if standing.company else ""
    return {
        "document": document.title if document else "",
        "source": rules.source_name,
        "company": company,
        "customer": str(document.customer) if document else "",
    }


def _connection(rules: Rules, standing: Standing) -> Check:
    known = known_of(None, rules, standing)
    expired = standing.connected and standing.connection_state == "expired"
    finding = said(Reason.CONNECTION_EXPIRED if expired else Reason.CONNECTION_MISSING, known)
    return Check.of("connection", "QuickBooks is connected", finding, good=standing.connected and not expired)


def _status(document: Invoice, rules: Rules, *, synced: bool) -> Check:
    label = (document.status_label or _words(document.status)).lower()
    values = {
        "document": document.title,
        "source": rules.source_name,
        "status": label,
        "allowed": as_list([_words(status) for status in rules.policies.eligible_statuses]),
    }
    code = Reason.NOT_ELIGIBLE_DRAFT if document.status is Status.DRAFT else Reason.NOT_ELIGIBLE_STATUS
    good = _status_counts(document.status, rules, synced=synced)
    return Check.of("status", f"The invoice is {label}", said(code, values), good=good)


def _status_counts(status: Status, rules: Rules, *, synced: bool) -> bool:
    """A document withdrawn before it was ever sent has nothing to change in QuickBooks."""
    match status:
        case Status.VOID:
            return synced and rules.policies.void_propagates is Switch.YES
        case Status.DELETED:
            return synced
        case _:
            return status in rules.policies.eligible_statuses


def _words(status: Status) -> str:
    return status.replace("_", " ")


def _finalized(document: Invoice, rules: Rules) -> Check:
    values = {"document": document.title, "source": rules.source_name}
    finding = said(Reason.NOT_ELIGIBLE_NOT_FINALIZED, values)
    check = Check.of("finalized", "It has been finalized", finding, good=document.finalized)
    return replace(check, overridden=rules.policies.finalization is Finalization.PREFERRED)


def _entitlement(rules: Rules, standing: Standing) -> Iterator[Check]:
    needed = rules.policies.entitlement
    known = known_of(None, rules, standing)
    if needed.beta:
        finding = said(Reason.ENTITLEMENT_BETA, known)
        good = "beta" in standing.entitlements
        yield Check.of("beta", "Your organization takes part in the beta", finding, good=good)
    if needed.plan:
        values = {"feature": "QuickBooks syncing", "allowed": needed.included_in, "price": needed.price}
        finding = said(Reason.ENTITLEMENT_PLAN, {**known, **values})
        good = bool(standing.entitlements & {"plan", "addon"})
        yield Check.of("plan", "Your plan includes QuickBooks syncing", finding, good=good)


def _switched_on(document: Invoice | None, rules: Rules, standing: Standing) -> Check:
    finding = said(Reason.NOT_ELIGIBLE_SYNC_OFF, known_of(document, rules, standing))
    return Check.of("switched_on", "This sync is turned on", finding, good=standing.pairing_on)


def _direction(document: Invoice, rules: Rules) -> Check:
    values = {
        "document": document.title,
        "origin": rules.source_name,
        "target": "QuickBooks",
        "kinds": "invoices",
        "source": rules.source_name,
    }
    finding = said(Reason.NOT_ELIGIBLE_DIRECTION, values)
    return Check.of("direction", "This sync sends invoices", finding, good=rules.policies.sends_documents)


def _not_dismissed(document: Invoice, standing: Standing) -> Check:
    good = not standing.dismissed_by
    values = {
        "document": document.title,
        "user": standing.dismissed_by,
        "date": standing.dismissed_on or "an earlier day",
    }
    finding = said(Reason.NOT_ELIGIBLE_DISMISSED, values)
    return Check.of("not_dismissed", "It has not been set aside", finding, good=good)


def _no_snapshot(document: Invoice) -> Check:
    finding = said(Reason.NOT_ELIGIBLE_IMPORTED_SNAPSHOT, {"document": document.title})
    good = document.origin is not Origin.IMPORT
    return Check.of("no_snapshot", "It is no imported history", finding, good=good)


def _has_location(document: Invoice, rules: Rules) -> Check:
    values = {"document": document.title, "field": "location", "source": rules.source_name}
    finding = said(Reason.FIELD_MISSING, values, subject="location")
    return Check.of("location", "It has a location", finding, good=document.location is not None)
