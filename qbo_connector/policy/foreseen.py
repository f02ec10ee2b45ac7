"""What a sync as a whole will meet in its company, said before the first record does.

Beside the conditions of `preflight`, which stop every record, these concern the connection itself, or only some of
the records: those are warned of here, and held one by one when they come (findings, 4.3).
"""

from collections.abc import Callable, Iterator
from dataclasses import replace

from qbo_connector.canonical.company import Company
from qbo_connector.canonical.days import day_in_words
from qbo_connector.policy.catalogue import Reason
from qbo_connector.policy.check import Check
from qbo_connector.policy.field_mappings import DefaultField
from qbo_connector.policy.policies import FilterKind, InvoiceDiscount, ItemMissing, LineDiscount, Tax
from qbo_connector.policy.rules import Rules
from qbo_connector.policy.saying import said
from qbo_connector.policy.standing import Standing

Look = Callable[[Rules, Standing, Company], Check | None]


def of_connection(standing: Standing) -> Iterator[Check]:
    """Whether the company can be worked with at all: permissions (C-25), subscription."""
    company = standing.company
    known = {"company": company.name if company else ""}
    if standing.may_keep_books is not None:
        finding = said(Reason.CONNECTION_PERMISSIONS_DECLINED, known, missing="access to accounting")
        yield Check.of("scopes", "All permissions were accepted", finding, good=standing.may_keep_books)
    ended = standing.paused_reason == Reason.CONNECTION_SUBSCRIPTION_ENDED
    if company is not None:
        ended = ended or company.subscription_ended
    finding = said(Reason.CONNECTION_SUBSCRIPTION_ENDED, known)
    yield Check.of("subscription", "The QuickBooks subscription is in order", finding, good=not ended)


def foreseen(rules: Rules, standing: Standing) -> Iterator[Check]:
    """What will hold some of the records, from what is known of the company by now."""
    company = standing.company
    if company is None or not rules.policies.sends_documents:
        return
    for look in ORDER:
        check = look(rules, standing, company)
        if check is not None:
            yield replace(check, foreseen=True)


def _class_tracking(rules: Rules, _standing: Standing, company: Company) -> Check | None:
    """QuickBooks never demands a class: where one is named it goes along, and that is worth knowing, no more."""
    if not company.track_classes:
        return None
    where = "the whole invoice" if company.classes_per_document else "each line"
    told = f"classes that {rules.source_name} names are set on {where}"
    if DefaultField.CLASS in rules.own.switched_off:
        told = "this sync leaves classes out"
    return Check(name="class_tracking", passes=f"Class tracking is on; {told}")


def _currencies(rules: Rules, _standing: Standing, company: Company) -> Check:
    """Currencies that this sync takes and the company does not (B-4)."""
    taken = rules.policies.filter(FilterKind.CURRENCY)
    held = {company.home_currency, *(company.currencies if company.multi_currency else ())}
    strange = [code for code in taken.allowed if code not in held] if taken else []
    known = {"document": "an invoice", "company": company.name, "home_currency": company.home_currency}
    finding = said(Reason.CURRENCY_NOT_ENABLED, known, currency=strange[0] if strange else company.home_currency)
    others = ", ".join(sorted(held))
    passes = f"Several currencies are on: {others}" if len(held) > 1 else f"Invoices in {others} can be booked"
    return Check.of("currencies", passes, finding, good=not strange)


def _open_books(_rules: Rules, standing: Standing, company: Company) -> Check | None:
    """Whether an invoice of today could be booked at all (H-9)."""
    closed, today = company.books_closed_to, standing.today
    if closed is None or today is None:
        return None
    day = day_in_words(closed)
    known = {"document": "an invoice of today", "company": company.name}
    finding = said(Reason.DATE_CLOSED_PERIOD, known, date=day_in_words(today), close_date=day)
    return Check.of("open_books", f"The books are closed up to {day} and open since", finding, good=today > closed)


def _tax_set_up(rules: Rules, _standing: Standing, company: Company) -> Check | None:
    if rules.policies.tax_in(company.country) is not Tax.PASS_THROUGH:
        return None
    known = {"document": "a taxed invoice", "company": company.name}
    good = company.sales_tax and company.has_tax_code
    return Check.of("tax_set_up", "Sales tax is set up", said(Reason.TAX_NOT_SET_UP, known), good=good)


def _income_account(rules: Rules, standing: Standing, company: Company) -> Check | None:
    """New items need an account; one that was chosen may have been switched off since (H-14, T-29)."""
    if rules.policies.item_missing is not ItemMissing.CREATE:
        return None
    return _account("income", standing, company, document="an invoice with a new item")


def _discount_account(rules: Rules, standing: Standing, company: Company) -> Check | None:
    if not rules.accounts.get("discount"):
        return None
    return _account("discount", standing, company, document="an invoice with a discount")


def _account(role: str, standing: Standing, company: Company, *, document: str) -> Check:
    account = standing.accounts.get(role)
    known = {"document": document, "company": company.name}
    if account is None:
        return Check(
            name=f"{role}_account", passes="", finding=said(Reason.ACCOUNT_UNSET, known, account_role=role)
        )
    finding = said(Reason.REFERENCE_INACTIVE, known, reference=f"account {account.name}")
    passes = f"The {role} account is {account.name}"
    return Check.of(f"{role}_account", passes, finding, good=account.active)


def _discounts(rules: Rules, _standing: Standing, company: Company) -> Check | None:
    """Discounts that travel as QuickBooks' own discount need its switch (T-15)."""
    country, policies = company.country, rules.policies
    of_lines = policies.line_discount_in(country) is LineDiscount.SUM
    of_whole = policies.invoice_discount_in(country) is InvoiceDiscount.DISCOUNT_LINE
    if not (of_lines or of_whole):
        return None
    known = {"document": "an invoice with a discount", "company": company.name}
    finding = said(Reason.QBO_FEATURE_OFF, known, feature="Discount")
    return Check.of("discounts", "Discounts are switched on", finding, good=company.allow_discount)


ORDER: tuple[Look, ...] = (
    _class_tracking,
    _currencies,
    _open_books,
    _tax_set_up,
    _income_account,
    _discount_account,
    _discounts,
)
