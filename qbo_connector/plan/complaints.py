"""What QuickBooks would refuse or drop about a form, said before anything is sent, all of it at once."""

from collections.abc import Iterator

from qbo_connector.canonical import LineKind
from qbo_connector.canonical.days import day_in_words
from qbo_connector.mapping import limits
from qbo_connector.mapping.sales_form import SalesForm
from qbo_connector.plan.asking import classes_named
from qbo_connector.plan.desk import Desk, length_finding
from qbo_connector.plan.field_mapping import mapping_findings, travels
from qbo_connector.plan.form import line_text, sends_number, service_date
from qbo_connector.plan.memo import memo, memo_limit
from qbo_connector.policy.catalogue import Finding, Reason, as_list
from qbo_connector.policy.field_mappings import DefaultField
from qbo_connector.policy.saying import said


def complaints(desk: Desk, form: SalesForm) -> Iterator[Finding]:
    """Everything that stops this form, and what is worth a warning."""
    yield from _number(desk)
    yield from _missing(desk, form)
    yield from _lengths(desk, form)
    yield from _email(desk)
    yield from _currency(desk)
    yield from _service_dates(desk)
    yield from closed_period(desk)
    yield from _features(desk, form)
    yield from _shortened(desk)
    yield from mapping_findings(desk)


def _number(desk: Desk) -> Iterator[Finding]:
    if not sends_number(desk):
        return
    if not desk.document.number:
        yield said(Reason.NUMBER_MISSING, desk.params())
    if len(desk.document.number) > limits.DOC_NUMBER:
        yield length_finding(desk, "number", len(desk.document.number), limits.DOC_NUMBER)


def _missing(desk: Desk, form: SalesForm) -> Iterator[Finding]:
    if not form.customer:
        yield said(Reason.CUSTOMER_MISSING, desk.params())
    if not any(line.kind is LineKind.ITEM for line in desk.document.lines):
        yield said(Reason.FIELD_MISSING, desk.params(field="line"), subject="lines")


def _lengths(desk: Desk, form: SalesForm) -> Iterator[Finding]:
    """The number of lines as QuickBooks counts them: fees and discounted lines are lines there, too."""
    count = len(form.lines) + bool(form.shipping)
    taxed = any(line.tax not in {None, "NON"} for line in form.lines)
    limit = limits.TAXABLE_LINES if taxed else limits.LINES
    if count > limit:
        yield length_finding(desk, "list of taxed lines" if taxed else "list of lines", count, limit)


def _email(desk: Desk) -> Iterator[Finding]:
    email = desk.document.customer.email
    if email and not _plausible(email):
        params = desk.params(field="billing e-mail", value=email)
        yield said(Reason.FIELD_INVALID, params, subject="billing e-mail")


def _plausible(email: str) -> bool:
    local, _, domain = email.rpartition("@")
    odd = any(character in " ,;<>" or not character.isprintable() for character in email)
    return bool(local) and "." in domain and len(email) <= limits.EMAIL and not odd


def _currency(desk: Desk) -> Iterator[Finding]:
    company, currency = desk.company, desk.document.currency
    if currency == company.home_currency or (company.multi_currency and currency in company.currencies):
        return
    params = desk.params(currency=currency, home_currency=company.home_currency)
    yield said(Reason.CURRENCY_NOT_ENABLED, params)


def _service_dates(desk: Desk) -> Iterator[Finding]:
    """With revenue recognition on, QuickBooks must know from when a line counts (H-7, H-67)."""
    if not desk.company.revenue_recognition:
        return
    without = [
        f"line {place}"
        for place, line in enumerate(desk.document.lines, start=1)
        if line.kind is LineKind.ITEM and service_date(line, desk) is None
    ]
    if without:
        yield said(Reason.QBO_REVREC_SERVICE_DATE, desk.params(line=as_list(without)))


def closed_period(desk: Desk) -> Iterator[Finding]:
    """A sync never opens books that are closed (H-9)."""
    closed, day = desk.company.books_closed_to, desk.document.issue_date
    if closed and day <= closed:
        params = desk.params(date=day_in_words(day), close_date=day_in_words(closed))
        yield said(Reason.DATE_CLOSED_PERIOD, params)


def _features(desk: Desk, form: SalesForm) -> Iterator[Finding]:
    """Parts of the form that QuickBooks would drop without a word while a feature is off."""
    company, document = desk.company, desk.document
    one_class = company.track_classes and company.classes_per_document and travels(desk, DefaultField.CLASS)
    has_date = any(service_date(line, desk) for line in document.lines)
    needed = {
        "Discount": form.discount and not company.allow_discount,
        "Deposit": document.deposit and desk.rules.policies.sends_payments and not company.allow_deposit,
        "Service date": has_date and company.revenue_recognition and not company.allow_service_date,
        "Class tracking by line": one_class and len(classes_named(document)) > 1,
    }
    for feature, is_missing in needed.items():
        if is_missing:
            yield said(Reason.QBO_FEATURE_OFF, desk.params(feature=feature), subject=feature.casefold())


def _shortened(desk: Desk) -> Iterator[Finding]:
    texts = {
        "note": (memo(desk.document, desk.rules) or "", memo_limit(desk.rules)),
        "description": (
            max((line_text(line, collected=False) for line in desk.document.lines), key=len, default=""),
            limits.DESCRIPTION,
        ),
    }
    for field, (text, limit) in texts.items():
        if len(text) > limit:
            yield said(Reason.FIELD_SHORTENED, desk.params(field=field, limit=f"{limit:,}"), subject=field)
