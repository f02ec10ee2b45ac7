"""What somebody changed is counted, not what follows from it."""

from decimal import Decimal

from qbo_connector.canonical import Discount, LineTax
from qbo_connector.canonical.edits import edits
from tests.unit.plan.building import invoice, line


def paths(before, after):
    return [change.path for change in edits(before, after)]


def priced(quantity, price="10.00", **more):
    amount = Decimal(quantity) * Decimal(price)
    return line(amount, quantity=Decimal(quantity), unit_price=Decimal(price), **more)


def test_another_quantity_is_one_change_although_the_sums_move():
    before = invoice(priced("2"), tax_total=Decimal("1.60"))
    after = invoice(priced("3"), tax_total=Decimal("2.40"))

    assert paths(before, after) == ["lines[#1].quantity"]


def test_quantity_and_price_of_one_line_are_two_changes():
    assert paths(invoice(priced("2")), invoice(priced("3", "11.00"))) == [
        "lines[#1].quantity",
        "lines[#1].unit_price",
    ]


def test_an_amount_that_was_typed_by_itself_is_a_change():
    assert paths(invoice(line("10.00", unit_price=Decimal(0))), invoice(line("12.00", unit_price=Decimal(0)))) == [
        "lines[#1].amount"
    ]


def test_a_line_more_is_one_change():
    assert paths(invoice(line()), invoice(line(), line("5.00", item="Gift Box"))) == ["lines[#2]"]


def test_sums_alone_are_told_where_nothing_explains_them():
    before = invoice(line(), tax_total=Decimal("1.00"))
    after = invoice(line(), tax_total=Decimal("2.00"))

    assert paths(before, after) == ["tax_total", "total"]


def test_a_discount_of_the_document_follows_its_lines():
    before = invoice(priced("2"), discount_amount=Decimal("2.00"))
    after = invoice(priced("3"), discount_amount=Decimal("3.00"))

    assert paths(before, after) == ["lines[#1].quantity"]


def test_what_a_discount_takes_off_a_line_follows_its_terms():
    before = invoice(line("20.00", discount=Discount(percent=Decimal(10)), discount_amount=Decimal("2.00")))
    after = invoice(line("20.00", discount=Discount(percent=Decimal(15)), discount_amount=Decimal("3.00")))

    assert paths(before, after) == ["lines[#1].discount.percent"]


def test_the_tax_that_a_source_worked_out_for_a_line_follows_the_line():
    def taxed(quantity, amount):
        return priced(quantity, tax=LineTax(name="CA", rate=Decimal(8), amount=Decimal(amount)))

    assert paths(invoice(taxed("2", "1.60")), invoice(taxed("3", "2.40"))) == ["lines[#1].quantity"]


def test_a_line_that_its_source_numbered_anew_is_the_same_line():
    before = invoice(priced("2", external_id="li_1"), line("5.00", item="Gift Box", external_id="li_2"))
    after = invoice(priced("3", external_id="li_7"), line("5.00", item="Gift Box", external_id="li_8"))

    assert paths(before, after) == ["lines[li_1].quantity"]


def test_another_product_in_its_place_is_one_line_less_and_one_more():
    before, after = invoice(line(external_id="li_1")), invoice(line(item="Gift Box", external_id="li_7"))

    assert paths(before, after) == ["lines[li_1]", "lines[li_7]"]


def test_equal_documents_have_no_edits():
    assert paths(invoice(), invoice()) == []
