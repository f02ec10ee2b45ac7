import copy
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given, reject
from hypothesis import strategies as st
from qbo_source_thrive.mapper import to_canonical
from qbo_source_thrive.sandbox.arithmetic import totals
from qbo_source_thrive.sandbox.seed import sow
from qbo_source_thrive.sandbox.store import NotPossible, Store
from qbo_source_thrive.sandbox.wire import invoice_json, product_json
from qbo_source_thrive.sandbox.writing import create

from qbo_connector.canonical import Discount, FeeKind, ItemKind, Status, fingerprint
from qbo_connector.errors import DocumentInvalid
from qbo_connector.sources import JsonRecord

INVOICE = {
    "id": "inv_01HZX3", "number": "W-1042", "status": "partially_paid", "fulfillment_status": "unfulfilled",
    "type": "wholesale", "currency": "USD",
    "location": {"id": "loc_7", "name": "Portland Store"},
    "customer": {"id": "cus_88", "name": "Acme Retail LLC", "email": "ap@acme.example", "phone": "+15035550100",
                 "billing_address": {"line1": "1 Main St", "city": "Portland", "state": "OR",
                                     "postal_code": "97201", "country": "US"}},
    "issue_date": "2026-10-02", "due_date": "2026-11-01", "terms": "net_30",
    "items": [
        {"id": "li_1", "product_id": "prd_5", "product_name": "Stoneware Mug", "variant_id": "var_51",
         "variant_name": "Blue", "sku": "MUG-BLU", "quantity": "12", "unit_price": "9.50", "taxable": True,
         "discount": {"type": "percent", "value": "10"}},
        {"id": "li_2", "product_id": "prd_9", "product_name": "Gift Box", "variant_id": None, "variant_name": None,
         "sku": "BOX", "quantity": "2", "unit_price": "4.00", "taxable": True,
         "discount": {"type": "amount", "value": "1.00"}}],
    "discount": {"type": "amount", "value": "5.00"},
    "tax_rate": "0", "tax_amount": "0.00", "shipping_amount": "12.00",
    "subtotal": "109.60", "discount_total": "17.40", "total": "116.60", "amount_paid": "50.00",
    "amount_due": "66.60", "notes": "Leave at dock B", "sent_to": ["ap@acme.example"],
    "sent_at": "2026-10-02T16:04:11Z", "created_at": "2026-10-02T15:58:00Z", "updated_at": "2026-10-09T08:12:44Z",
}  # fmt: skip
PRODUCTS = [
    {"id": "prd_5", "name": "Stoneware Mug", "active": True, "taxable": True, "updated_at": "2026-09-30T11:00:00Z",
     "variants": [{"id": "var_51", "name": "Blue", "sku": "MUG-BLU", "price": "9.50", "location_ids": ["loc_7"]},
                  {"id": "var_52", "name": "Red", "sku": "MUG-RED", "price": "9.50", "location_ids": []}]},
    {"id": "prd_9", "name": "Gift Box", "location_ids": ["loc_7", "loc_8"], "variants": []},
]  # fmt: skip


def mapped(products=PRODUCTS, **changes):
    return to_canonical(JsonRecord({**copy.deepcopy(INVOICE), **changes}), map(JsonRecord, products))


def with_line(**changes):
    items = copy.deepcopy(INVOICE["items"])
    items[0].update(changes)
    return items


@pytest.mark.requirement("T-1")
def test_every_documented_field_is_read():
    invoice = mapped()

    assert (invoice.external_id, invoice.number, invoice.status) == ("inv_01HZX3", "W-1042", Status.PARTIALLY_PAID)
    assert (invoice.issue_date, invoice.due_date) == (date(2026, 10, 2), date(2026, 11, 1))
    assert (invoice.customer.name, invoice.customer.email) == ("Acme Retail LLC", "ap@acme.example")
    assert invoice.customer.billing_address.postal_code == "97201"
    assert (invoice.location.external_id, invoice.location.name) == ("loc_7", "Portland Store")
    assert invoice.memos.note == "Leave at dock B"
    assert (invoice.fees[0].kind, invoice.fees[0].amount) == (FeeKind.SHIPPING, Decimal("12.00"))
    assert (invoice.total, invoice.amount_paid, invoice.currency) == (Decimal("116.60"), Decimal("50.00"), "USD")
    assert invoice.updated_at == datetime(2026, 10, 9, 8, 12, 44, tzinfo=UTC)


@pytest.mark.requirement("T-15")
def test_discounts_keep_gross_lines_and_their_own_amounts():
    invoice = mapped()

    assert [(line.amount, line.discount_amount) for line in invoice.lines] == [
        (Decimal("114.00"), Decimal("11.40")),
        (Decimal("8.00"), Decimal("1.00")),
    ]
    assert [line.unit_price for line in invoice.lines] == [Decimal("9.50"), Decimal("4.00")]
    assert invoice.discount == Discount(amount=Decimal("5.00"))
    assert invoice.line_discounts + invoice.discount_amount == Decimal("17.40")


@pytest.mark.requirement("T-15")
def test_a_percentage_of_the_invoice_is_of_the_subtotal_after_line_discounts():
    invoice = mapped(
        discount={"type": "percent", "value": "10"},
        discount_total="23.36", total="110.64", amount_due="60.64",
    )  # fmt: skip

    assert invoice.discount_amount == Decimal("10.96")


@pytest.mark.requirement("T-27")
def test_a_variant_is_an_item_of_its_own_and_a_plain_product_has_no_parentheses():
    blue, box = (line.item for line in mapped().lines)

    assert (blue.full_name, blue.external_id, blue.sku) == ("Stoneware Mug (Blue)", "var_51", "MUG-BLU")
    assert (box.full_name, box.external_id, box.sku) == ("Gift Box", "prd_9", "BOX")


@pytest.mark.requirement("T-28")
def test_items_know_the_locations_that_sell_them():
    blue, box = (line.item for line in mapped().lines)
    red = mapped(items=with_line(variant_id="var_52")).lines[0].item
    gone = mapped(products=PRODUCTS[1:]).lines[0].item
    unknown_variant = mapped(items=with_line(variant_id="var_99")).lines[0].item

    assert blue.sold_at == {"loc_7"}
    assert box.sold_at == {"loc_7", "loc_8"}
    assert red.sold_at == gone.sold_at == unknown_variant.sold_at == frozenset()


@pytest.mark.requirement("T-3")
def test_wholesale_and_service_invoices_are_read_alike():
    service = [{**PRODUCTS[0], "kind": "service"}, PRODUCTS[1]]

    regular = mapped(products=service, type="regular")

    assert regular.lines[0].item.kind is ItemKind.SERVICE
    assert regular.total == mapped().total


@pytest.mark.requirement("T-10", "T-31")
@pytest.mark.parametrize(
    ("stated", "status"),
    [
        ("draft", Status.DRAFT),
        ("open", Status.OPEN),
        ("partially_paid", Status.PARTIALLY_PAID),
        ("paid", Status.PAID),
        ("uncollectable", Status.UNCOLLECTIBLE),
        ("uncollectible", Status.UNCOLLECTIBLE),
    ],
)
def test_statuses_are_read(stated, status):
    assert mapped(status=stated).status is status


@pytest.mark.requirement("T-25")
def test_payments_are_told_but_not_carried():
    invoice = mapped()

    assert invoice.payments == ()
    assert invoice.amount_paid == Decimal("50.00")


def test_tax_is_taken_as_stated():
    invoice = mapped(tax_rate="8.875", tax_amount="9.28", total="125.88", amount_due="75.88")

    assert (invoice.tax_rate, invoice.tax_total, invoice.tax_name) == (
        Decimal("8.875"),
        Decimal("9.28"),
        "Sales tax",
    )
    assert [line.taxable for line in invoice.lines] == [True, True]


def test_equal_records_have_equal_fingerprints():
    assert fingerprint(mapped()) == fingerprint(
        mapped(updated_at="2026-10-10T00:00:00Z", sync_status={"state": "x"})
    )
    assert fingerprint(mapped()) != fingerprint(mapped(notes="Leave at dock C"))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"id": None}, "id"),
        ({"status": "lost"}, "status"),
        ({"status": None}, "status"),
        ({"currency": "usd"}, "currency"),
        ({"currency": None}, "currency"),
        ({"issue_date": "31.02.2026"}, "invoice date"),
        ({"issue_date": None}, "invoice date"),
        ({"due_date": "2026-09-01"}, "due date"),
        ({"due_date": "soon"}, "due date"),
        ({"total": "116.61", "amount_due": "66.61"}, "total"),
        ({"total": 116.6}, "total"),
        ({"total": "NaN"}, "total"),
        ({"subtotal": "109.61"}, "subtotal"),
        ({"discount_total": "17.41"}, "discount total"),
        ({"amount_due": "0.00"}, "amount due"),
        ({"amount_paid": "fifty"}, "amount paid"),
        ({"tax_amount": "0.001"}, "tax"),
        ({"shipping_amount": "-1.00"}, "shipping"),
        ({"customer": None}, "customer"),
        ({"customer": {"id": "cus_1"}}, "customer name"),
        ({"customer": {"name": "Acme"}}, "customer id"),
        ({"location": {"id": "loc_7"}}, "location"),
        ({"location": "loc_7"}, "location"),
        ({"items": {}}, "lines"),
        ({"items": ["mug"]}, "lines"),
        ({"items": with_line(product_id=None)}, "product"),
        ({"items": with_line(product_name="")}, "product name"),
        ({"items": with_line(quantity="a dozen")}, "quantity"),
        ({"items": with_line(quantity=None)}, "quantity"),
        ({"items": with_line(unit_price="")}, "unit price"),
        ({"items": with_line(taxable="yes")}, "taxable"),
        ({"items": with_line(discount={"type": "percent", "value": "110"})}, "discount"),
        ({"items": with_line(discount={"type": "percent", "value": "-1"})}, "line discount"),
        ({"items": with_line(discount={"type": "points", "value": "5"})}, "line discount"),
        ({"items": with_line(discount={"type": "amount", "value": "114.01"})}, "line discount"),
        ({"items": with_line(discount="10%")}, "line discount"),
        ({"discount": {"type": "amount", "value": "109.61"}}, "invoice discount"),
        ({"discount": {"type": "amount"}}, "invoice discount"),
        ({"notes": {"text": "x"}}, "notes"),
        ({"notes": "dock\x00B"}, "notes"),
        ({"updated_at": "2026-10-09 08:12:44"}, "time of the last change"),
    ],
)
def test_what_cannot_be_right_is_refused_by_its_name(changes, field):
    with pytest.raises(DocumentInvalid) as refusal:
        mapped(**changes)

    assert refusal.value.field == field


@pytest.mark.parametrize(
    "products",
    [
        [{}],
        [{"id": "prd_5", "variants": "none"}],
        [{"id": "prd_5", "variants": [{"id": "var_51", "location_ids": 7}]}],
    ],
)
def test_products_of_another_shape_are_refused(products):
    with pytest.raises(DocumentInvalid):
        mapped(products=products)


PRODUCT_CHOICES = [("prd_5", "var_51"), ("prd_5", "var_53"), ("prd_6", "var_62"), ("prd_9", ""), ("prd_12", "")]


def decimals(most, places):
    return st.decimals(min_value=0, max_value=most, places=places, allow_nan=False).map(
        lambda each: format(each, "f")
    )


DISCOUNTS = st.one_of(
    st.just({}),
    st.fixed_dictionaries({"discount_type": st.just("percent"), "discount_value": decimals(100, 3)}),
    st.fixed_dictionaries({"discount_type": st.just("amount"), "discount_value": decimals(20, 2)}),
)
LINES = st.builds(
    lambda product, discount, **more: {"product_id": product[0], "variant_id": product[1], **discount, **more},
    product=st.sampled_from(PRODUCT_CHOICES),
    discount=DISCOUNTS,
    quantity=decimals(500, 3),
    unit_price=decimals(2000, 4),
    taxable=st.booleans(),
)
ENTERED = st.builds(
    lambda discount, **more: {**discount, **more},
    discount=DISCOUNTS,
    lines=st.lists(LINES, max_size=8),
    tax_rate=decimals(25, 4),
    shipping_amount=decimals(200, 2),
    status=st.sampled_from(["draft", "open", "uncollectable"]),
)


@given(ENTERED)
def test_every_invoice_the_vendor_accepts_arrives_to_the_cent(entered):
    store = Store(announce=lambda _event, _invoice: None)
    sow(store, "empty")
    try:
        written = create(store, entered)
    except NotPossible:  # a discount of more than there is
        reject()

    products = [JsonRecord(product_json(each)) for each in store.products.values()]
    invoice = to_canonical(JsonRecord(invoice_json(store, written)), products)

    sums = totals(written)
    assert (invoice.total, invoice.subtotal, invoice.tax_total) == (sums.total, sums.subtotal, sums.tax)
    assert invoice.line_discounts + invoice.discount_amount == sums.discount_total
    assert invoice.comes_to == invoice.total
