"""What stops or troubles a sync because of how it and its QuickBooks company are set up, as it would fail."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from qbo_connector.canonical.company import Company
from qbo_connector.policy.catalogue import FindingClass, Reason
from qbo_connector.policy.check import Check
from qbo_connector.policy.policies import (
    CustomNumbers,
    LocationTracking,
    MemoSource,
    NumberPolicy,
    PreflightCheck,
    Switch,
)
from qbo_connector.policy.rules import Rules
from qbo_connector.policy.saying import said
from qbo_connector.policy.standing import Standing

COUNTRIES = {
    "US": "the United States",
    "CA": "Canada",
    "GB": "the United Kingdom",
    "AU": "Australia",
    "ZA": "South Africa",
}


def preflight(rules: Rules, standing: Standing) -> Iterator[Check]:
    """The checks this source asks for, or that every source needs; those of the company once it is known.

    What an operator has overridden still says what is wrong, but stops nothing. A warning that an admin set aside
    is not said any more.
    """
    found = list(_set_up(rules))
    if standing.company is not None:
        company = standing.company
        found += [check for look in ORDER if (check := look(rules, company)) is not None]
    for check in found:
        if not _is_set_aside(check, rules):
            yield replace(check, overridden=check.name in standing.overridden)


def _is_set_aside(check: Check, rules: Rules) -> bool:
    finding = check.finding
    return finding is not None and finding.cls is FindingClass.WARNING and finding.code in rules.dismissed


def _set_up(rules: Rules) -> Iterator[Check]:
    """Steps of the wizard that must be done before anything is sent (P-5, P-7, P-12, H-14, H-27)."""
    policies = rules.policies
    asked = policies.preflight
    if PreflightCheck.SUBSIDIARY in asked:
        yield _step("subsidiary", "A subsidiary is chosen", good=bool(rules.subsidiary))
    if PreflightCheck.PRODUCTS_AND_CONTACTS in asked:
        both = policies.items_in is Switch.YES and policies.parties_in is Switch.YES
        yield _step("products_and_contacts", "Products and customers are synced", good=both)
    if PreflightCheck.ACCOUNTS in asked:
        yield _step("accounts", "An income account is chosen", good=bool(rules.accounts.get("income")))
    if PreflightCheck.ITEM_MAPPING in asked:
        yield _step("items", "Items are chosen", good=bool(rules.default_item or rules.items))
    if policies.memo_source is MemoSource.CUSTOM_FIELD:
        yield _step("memo", "The field of the memo is chosen", good=bool(rules.memo_field))


def _step(step: str, passes: str, *, good: bool) -> Check:
    finding = said(Reason.PREFLIGHT_SETUP_INCOMPLETE, {}, subject=step, step=step)
    return Check.of(f"set_up_{step}", passes, finding, good=good)


def _location_tracking(rules: Rules, company: Company) -> Check | None:
    if rules.policies.location_tracking is not LocationTracking.REQUIRED:
        return None
    finding = said(Reason.PREFLIGHT_LOCATION_TRACKING, _known(rules, company))
    return Check.of("location_tracking", "Location tracking is on", finding, good=company.track_locations)


def _country(rules: Rules, company: Company) -> Check | None:
    if PreflightCheck.COUNTRY_US not in rules.policies.preflight or not rules.policies.sends_documents:
        return None
    country = COUNTRIES.get(company.country, company.country)
    finding = said(Reason.PREFLIGHT_COUNTRY, _known(rules, company), country=country)
    return Check.of("country", "The company is in the United States", finding, good=company.in_us)


def _first_invoice(rules: Rules, company: Company) -> Check | None:
    asked = {PreflightCheck.FIRST_INVOICE, PreflightCheck.TAX_CODE} & set(rules.policies.preflight)
    if not asked:
        return None
    finding = said(Reason.PREFLIGHT_FIRST_INVOICE, _known(rules, company))
    invoice = company.has_invoice or PreflightCheck.FIRST_INVOICE not in asked
    code = company.has_tax_code or PreflightCheck.TAX_CODE not in asked
    passes = "QuickBooks has an invoice of its own and a tax code"
    return Check.of("first_invoice", passes, finding, good=invoice and code)


def _numbering(rules: Rules, company: Company) -> Check | None:
    if rules.policies.number_policy is not NumberPolicy.QBO:
        return None
    finding = said(Reason.PREFLIGHT_NUMBERING, _known(rules, company))
    return Check.of("numbering", "QuickBooks numbers invoices by itself", finding, good=not company.custom_numbers)


def _custom_numbers(rules: Rules, company: Company) -> Check | None:
    if rules.policies.custom_numbers is CustomNumbers.IGNORE:
        return None
    wanted = rules.policies.custom_numbers is CustomNumbers.RECOMMEND_ON
    state = "on" if company.custom_numbers else "off"
    finding = said(Reason.PREFLIGHT_CUSTOM_NUMBERS, _known(rules, company), state=state)
    passes = f"Custom transaction numbers are {'on' if wanted else 'off'}"
    return Check.of("custom_numbers", passes, finding, good=company.custom_numbers is wanted)


def _revenue_recognition(rules: Rules, company: Company) -> Check | None:
    if PreflightCheck.REVENUE_RECOGNITION not in rules.policies.preflight:
        return None
    finding = said(Reason.PREFLIGHT_REVENUE_RECOGNITION, _known(rules, company))
    return Check.of(
        "revenue_recognition", "Revenue recognition is off", finding, good=not company.revenue_recognition
    )


def _closed_periods(rules: Rules, company: Company) -> Check | None:
    if PreflightCheck.CLOSED_PERIODS not in rules.policies.preflight:
        return None
    finding = said(Reason.PREFLIGHT_CLOSED_PERIODS, _known(rules, company))
    return Check.of(
        "closed_periods", "Closed periods are locked", finding, good=company.books_closed_to is not None
    )


def _known(rules: Rules, company: Company) -> dict[str, str]:
    return {"company": company.name, "source": rules.source_name}


ORDER: tuple[Callable[[Rules, Company], Check | None], ...] = (
    _location_tracking,
    _country,
    _first_invoice,
    _numbering,
    _custom_numbers,
    _revenue_recognition,
    _closed_periods,
)
