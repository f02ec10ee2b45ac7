"""Sales documents beside the invoice, laid out by the same plan as an invoice."""

from collections.abc import Mapping

from qbo_connector.canonical.company import Company
from qbo_connector.canonical.sales_document import SalesDocument
from qbo_connector.mapping.sales_form import SalesForm
from qbo_connector.plan.asking import questions
from qbo_connector.plan.desk import Desk
from qbo_connector.plan.form import sales_form
from qbo_connector.plan.lists import settle_lists
from qbo_connector.policy.amounts import arranged
from qbo_connector.policy.tax import treat
from tests.unit.plan.building import US, known, rules


def form_of(
    document: SalesDocument, *, company: Company = US, taxes: Mapping[str, str] | None = None
) -> SalesForm:
    """The form, with every entry of the lists known; customer messages come from the note."""
    invoice, obeyed = document.as_invoice(), rules({"location_tracking": "optional"}, taxes=taxes or {})
    desk = Desk(document=invoice, rules=obeyed, known=known(invoice, obeyed, company=company))
    amounts = arranged(invoice, obeyed, company)
    tax = treat(invoice, obeyed, company, amounts.charges)
    assert not [*amounts.refusals, *tax.findings], (amounts.refusals, tax.findings)
    lists = settle_lists(questions(invoice, obeyed, company), desk)
    return sales_form(desk, amounts, tax, lists)
