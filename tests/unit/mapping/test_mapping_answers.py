from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from qbo_connector.canonical import Item, ItemKind
from qbo_connector.mapping.answer import document_answer, instant
from qbo_connector.mapping.company import company_from
from qbo_connector.mapping.customer import customer_body, customer_facts, facts_in
from qbo_connector.mapping.item import item_body
from qbo_connector.mapping.limits import shortened
from qbo_connector.mapping.listing import list_entry
from qbo_connector.mapping.reactivation import active_body
from qbo_connector.mapping.symbols import ref, resolved, symbols_in
from tests.unit.plan.building import ACME

INVOICE = {
    "Id": "145",
    "SyncToken": "2",
    "DocNumber": "W-1042",
    "TotalAmt": Decimal("121.01"),
    "Balance": Decimal("100.00"),
    "CustomerRef": {"value": "58", "name": "Acme Retail LLC"},
    "BillEmail": {"Address": "ap@acme.example"},
    "TxnTaxDetail": {"TotalTax": Decimal("8.21")},
    "MetaData": {
        "CreateTime": "2026-10-02T09:04:11-07:00",
        "LastUpdatedTime": "2026-10-02T09:05:11-07:00",
    },
    "Line": [
        {"DetailType": "SalesItemLineDetail"},
        {"DetailType": "DescriptionOnly"},
        {"DetailType": "SubTotalLineDetail"},
    ],
}


def test_an_invoice_of_quickbooks_is_read_in_our_words():
    answer = document_answer(INVOICE)

    assert (answer.qbo_id, answer.sync_token, answer.number, answer.lines) == ("145", "2", "W-1042", 1)
    assert (answer.total, answer.tax, answer.balance) == (Decimal("121.01"), Decimal("8.21"), Decimal("100.00"))
    assert (answer.party_id, answer.party_name, answer.email) == ("58", "Acme Retail LLC", "ap@acme.example")
    assert answer.created_at == datetime(2026, 10, 2, 16, 4, 11, tzinfo=UTC)
    assert answer.updated_at == datetime(2026, 10, 2, 16, 5, 11, tzinfo=UTC)
    assert not answer.voided


def test_what_quickbooks_leaves_out_is_empty():
    answer = document_answer({"Id": "1"})

    assert (answer.number, answer.total, answer.party_id, answer.email, answer.lines) == ("", 0, "", "", 0)
    assert answer.updated_at is None
    assert instant(None) is None


def test_what_was_applied_is_neither_open_nor_a_deposit_and_a_voided_invoice_has_none():
    paid = document_answer({**INVOICE, "Deposit": Decimal("1.01")})

    assert paid.applied == Decimal("20.00")
    assert document_answer({"Id": "1", "TotalAmt": 0, "Balance": 5, "PrivateNote": "Voided"}).applied == 0


@pytest.mark.parametrize("currency", ["", "USD"])
def test_what_is_kept_up_to_date_of_a_customer_is_found_again_in_what_created_it(currency):
    assert facts_in(customer_body(ACME, "Acme (2)", currency=currency)) == customer_facts(ACME)


@pytest.mark.parametrize(("entity", "field"), [("Customer", "DisplayName"), ("Item", "Name"), ("Account", "Name")])
def test_what_is_made_active_again_gets_its_own_name_back(entity, field):
    assert active_body(entity, "7", "2", "Acme Retail (deleted-2)") == {
        "Id": "7",
        "SyncToken": "2",
        "sparse": True,
        "Active": True,
        field: "Acme Retail",
    }


@pytest.mark.parametrize(
    ("note", "total", "voided"),
    [("Voided", 0, True), ("Voided - was a mistake", 0, True), ("Voided", 5, False), ("Thanks", 0, False)],
)
@pytest.mark.requirement("T-20")
def test_a_voided_invoice_has_no_amount_and_says_so_in_its_note(note, total, voided):
    assert document_answer({"Id": "1", "TotalAmt": total, "PrivateNote": note}).voided is voided


@pytest.mark.requirement("T-7", "H-6", "H-7", "H-8", "H-9")
def test_the_settings_of_a_company_are_read_in_our_words():
    company = company_from(
        {"CompanyName": "Oak & Pine LLC", "Country": "GB"},
        {
            "SalesFormsPrefs": {
                "CustomTxnNumbers": True,
                "AllowDiscount": False,
                "AllowShipping": True,
                "AllowDeposit": True,
                "AllowServiceDate": False,
                "AutoApplyCredit": True,
                "CustomField": [
                    {
                        "CustomField": [
                            {"Name": "SalesFormsPrefs.UseSalesCustom1", "BooleanValue": True},
                            {"Name": "SalesFormsPrefs.UseSalesCustom2", "BooleanValue": False},
                            {"Name": "SalesFormsPrefs.UseSalesCustom3", "BooleanValue": True},
                        ]
                    },
                    {
                        "CustomField": [
                            {"Name": "SalesFormsPrefs.SalesCustomName1", "StringValue": "PO number"},
                            {"Name": "SalesFormsPrefs.SalesCustomName2", "StringValue": "Unused"},
                            {"Name": "SalesFormsPrefs.SalesCustomName3"},
                        ]
                    },
                ],
            },
            "AccountingInfoPrefs": {
                "TrackDepartments": True,
                "ClassTrackingPerTxnLine": True,
                "BookCloseDate": "2026-08-31",
            },
            "TaxPrefs": {"UsingSalesTax": True, "PartnerTaxEnabled": True},
            "CurrencyPrefs": {"MultiCurrencyEnabled": True, "HomeCurrency": {"value": "GBP"}},
            "ProductAndServicesPrefs": {"RevenueRecognitionEnabled": True},
        },
        has_invoice=True,
        currencies=frozenset({"EUR"}),
    )

    assert (company.name, company.country, company.home_currency, company.in_us) == (
        "Oak & Pine LLC",
        "GB",
        "GBP",
        False,
    )
    assert company.books_closed_to == date(2026, 8, 31)
    assert company.custom_fields == (("1", "PO number"),)
    assert company.currencies == {"EUR"}
    switches = (
        "custom_numbers",
        "allow_shipping",
        "allow_deposit",
        "auto_apply_credit",
        "track_locations",
        "track_classes",
        "sales_tax",
        "automated_tax",
        "multi_currency",
        "revenue_recognition",
        "has_invoice",
    )
    assert all(getattr(company, name) for name in switches)
    assert not any((company.allow_discount, company.allow_service_date, company.has_tax_code))
    assert not company.classes_per_document


@pytest.mark.parametrize(
    ("by_line", "by_document", "expected"),
    [(True, False, (True, False)), (False, True, (True, True)), (True, True, (True, False))],
)
def test_classes_are_tracked_by_line_or_one_for_the_whole_document(by_line, by_document, expected):
    told = {"ClassTrackingPerTxnLine": by_line, "ClassTrackingPerTxn": by_document}

    company = company_from({}, {"AccountingInfoPrefs": told})

    assert (company.track_classes, company.classes_per_document) == expected


@pytest.mark.parametrize(
    ("told", "ended"),
    [("Expired", True), ("CANCELLED", True), ("TRIAL", False), ("SUBSCRIBED", False), (None, False)],
)
def test_a_company_says_itself_whether_its_subscription_has_ended(told, ended):
    company = company_from({"NameValue": [{"Name": "SubscriptionStatus", "Value": told}]}, {})

    assert company.subscription_ended is ended


def test_a_company_without_settings_is_taken_for_a_plain_us_one():
    company = company_from({}, {})

    assert (company.country, company.home_currency, company.books_closed_to) == ("US", "USD", None)
    assert company.in_us
    assert company.allow_discount
    assert not any((company.track_locations, company.multi_currency, company.sales_tax, company.custom_numbers))


def test_entries_of_lists_have_one_shape():
    customer = list_entry(
        "Customer",
        {
            "Id": "58",
            "DisplayName": "Acme",
            "FullyQualifiedName": "Group:Acme",
            "PrimaryEmailAddr": {"Address": "ap@acme.example"},
            "Active": False,
            "CurrencyRef": {"value": "EUR"},
            "MetaData": {"LastUpdatedTime": "2026-10-02T09:05:11-07:00"},
            "Notes": "private",
        },
    )
    item = list_entry("Item", {"Id": "9", "Name": "Mug", "Sku": "MUG-B", "Type": "Service", "SyncToken": "1"})

    assert (customer.name, customer.full_name, customer.email, customer.currency) == (
        "Acme",
        "Group:Acme",
        "ap@acme.example",
        "EUR",
    )
    assert (customer.active, customer.data) == (False, {})
    assert (item.name, item.full_name, item.sku, item.active, item.sync_token) == (
        "Mug",
        "Mug",
        "MUG-B",
        True,
        "1",
    )
    assert item.data == {"Type": "Service"}


def test_symbols_are_found_in_order_and_replaced_by_ids():
    body = {"CustomerRef": ref("customer:a"), "Line": [{"ItemRef": ref("item:b")}, ({"n": 1},)]}

    assert list(symbols_in(body)) == ["customer:a", "item:b"]
    assert resolved(body, {"customer:a": "58", "item:b": "9"}) == {
        "CustomerRef": {"value": "58"},
        "Line": [{"ItemRef": {"value": "9"}}, [{"n": 1}]],
    }
    with pytest.raises(KeyError):
        resolved(body, {})


def test_a_service_without_sku_or_price_is_created_without_them():
    assert item_body(
        Item(name="Design", kind=ItemKind.SERVICE), income_account="account:income", taxable=False
    ) == {
        "Name": "Design",
        "Type": "Service",
        "IncomeAccountRef": {"$ref": "account:income"},
        "Taxable": False,
    }


def test_texts_are_cut_at_their_limit_with_an_ellipsis():
    assert shortened("abc", 3) == "abc"
    assert shortened("abcd", 3) == "ab…"
