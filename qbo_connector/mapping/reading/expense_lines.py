"""Lines of bills and vendor credits (Intuit's Bill page)."""

from decimal import Decimal

from qbo_connector.canonical.account import Account
from qbo_connector.canonical.expense_line import ExpenseLine
from qbo_connector.canonical.item import Item
from qbo_connector.canonical.line import LineKind
from qbo_connector.canonical.party import Party
from qbo_connector.mapping.expense_lines import BY_ACCOUNT, BY_ITEM
from qbo_connector.mapping.reading.accounts import account_of
from qbo_connector.mapping.reading.books import TAXED, Books
from qbo_connector.mapping.reading.fields import ZERO, Fields
from qbo_connector.mapping.reading.sales_lines import counted, item_of


def expense_lines_in(fields: Fields, books: Books, *, gross: bool) -> tuple[ExpenseLine, ...]:
    """All lines in their order. `gross` takes the amounts with their tax, where a line says so.

    Raises:
        DocumentInvalid: a line of a kind that these forms do not have, or with an unreadable field.
    """
    found = (_line(line, books, gross=gross) for line in fields.parts("Line"))
    return tuple(line for line in found if line)


def _line(line: Fields, books: Books, *, gross: bool) -> ExpenseLine | None:
    match line.text("DetailType"):
        case "AccountBasedExpenseLineDetail":
            detail = line.part(BY_ACCOUNT)
            return _cost(line, detail, books, gross=gross, account=account_of(detail, "AccountRef"))
        case "ItemBasedExpenseLineDetail":
            detail = line.part(BY_ITEM)
            return _cost(line, detail, books, gross=gross, item=item_of(*detail.ref("ItemRef")))
        case "DescriptionOnly":
            text = line.text("Description")
            return ExpenseLine(external_id=line.text("Id"), kind=LineKind.TEXT, description=text, amount=ZERO)
        case "SubTotalLineDetail":
            return None
        case _:
            raise line.refuse("DetailType")


def _cost(
    line: Fields,
    detail: Fields,
    books: Books,
    *,
    gross: bool,
    account: Account | None = None,
    item: Item | None = None,
) -> ExpenseLine:
    net = line.money("Amount")
    amount = detail.money("TaxInclusiveAmt") if gross and detail.has("TaxInclusiveAmt") else net
    quantity, price = counted(detail, amount)
    code, code_name = detail.ref("TaxCodeRef")
    tax = books.tax(code, code_name)
    return ExpenseLine(
        external_id=line.text("Id"),
        item=item,
        account=account,
        description=line.text("Description"),
        quantity=quantity,
        unit_price=price,
        amount=amount,
        taxable=code == TAXED,
        tax=tax.but(amount=amount - net) if tax and gross else tax,
        class_name=detail.ref("ClassRef")[1],
        customer=_customer(detail),
        billable=detail.text("BillableStatus") in {"Billable", "HasBeenBilled"},
    )


def _customer(detail: Fields) -> Party | None:
    identifier, name = detail.ref("CustomerRef")
    return Party(external_id=identifier, name=name) if identifier else None


def listed(lines: tuple[ExpenseLine, ...]) -> Decimal:
    """What they add up to."""
    return sum((line.amount for line in lines), ZERO)
