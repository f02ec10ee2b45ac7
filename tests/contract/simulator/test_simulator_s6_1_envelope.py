"""Reference §6.1: what every answer looks like and how records change."""

import re

import pytest

from tests.contract.simulator.qbohttp import ask, invoice_body, line, ref

MINIMAL_KEYS = [
    "AllowIPNPayment", "AllowOnlinePayment", "AllowOnlineCreditCardPayment", "AllowOnlineACHPayment", "domain",
    "sparse", "Id", "SyncToken", "MetaData", "CustomField", "DocNumber", "TxnDate", "CurrencyRef", "LinkedTxn",
    "Line", "TxnTaxDetail", "CustomerRef", "BillAddr", "ShipAddr", "DueDate", "TotalAmt", "ApplyTaxAfterDiscount",
    "PrintStatus", "EmailStatus", "Balance",
]  # fmt: skip


def _update(qbo, entity, record, **fields):
    body = {"Id": record["Id"], "SyncToken": record["SyncToken"], "sparse": True, **fields}
    return qbo.make(entity, body)


def test_minimal_invoice_has_the_recorded_keys_in_the_recorded_order(qbo):
    assert list(qbo.invoice(DocNumber="1043")) == MINIMAL_KEYS


def test_numbers_are_written_as_recorded(qbo):
    detail = {"Qty": 4.5, "UnitPrice": 75}
    text = qbo.post("invoice", invoice_body(Line=[line("337.5", "4", **detail)])).text
    assert '"Amount":337.50' in text
    assert '"UnitPrice":75,"Qty":4.5' in text
    assert '"TotalTax":0}' in text
    assert '"TotalAmt":337.50' in text
    assert qbo.post("customer", {"DisplayName": "New"}).text.count('"Balance":0,') == 1


def test_ids_and_tokens_are_texts_and_stamps_are_pacific(qbo):
    answer = qbo.post("invoice", invoice_body()).json()
    invoice = answer["Invoice"]
    assert isinstance(invoice["Id"], str)
    assert invoice["SyncToken"] == "0"
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d-0[78]:00", invoice["MetaData"]["CreateTime"])
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}-0[78]:00", answer["time"])


@pytest.mark.parametrize(
    ("moment", "offset"), [("2026-01-15T12:00:00Z", "-08:00"), ("2026-07-15T12:00:00Z", "-07:00")]
)
def test_offset_follows_pacific_daylight_time(qbo, moment, offset):
    qbo.control("clock", {"now": moment})
    fresh = qbo.control("credentials")
    qbo.session.headers["Authorization"] = f"Bearer {fresh['access_token']}"
    assert qbo.invoice()["MetaData"]["CreateTime"].endswith(offset)


def test_delete_answers_a_stub_without_a_token(qbo):
    invoice = qbo.invoice()
    answer = qbo.make("Invoice", {"Id": invoice["Id"], "SyncToken": "0"}, operation="delete")
    assert answer == {"domain": "QBO", "status": "Deleted", "Id": invoice["Id"]}
    assert qbo.get(f"invoice/{invoice['Id']}").json()["Fault"]["Error"][0]["code"] == "610"
    assert qbo.rows(ask("select * from Invoice where Id =", f"'{invoice['Id']}'")) == []


def test_token_rises_with_every_effective_write(qbo):
    invoice = qbo.invoice()
    changed = _update(qbo, "Invoice", invoice, PrivateNote="one")
    assert changed["SyncToken"] == "1"
    assert _update(qbo, "Invoice", changed, PrivateNote="two")["SyncToken"] == "2"


def test_update_that_changes_nothing_leaves_token_and_stamp_alone(qbo):
    account = qbo.read("Account", "7")
    qbo.control("clock", {"advance_s": 10})
    again = qbo.make("Account", account)
    assert again["SyncToken"] == account["SyncToken"]
    assert again["MetaData"] == account["MetaData"]
    invoice = qbo.read("Invoice", "101")
    assert qbo.make("Invoice", invoice)["SyncToken"] == invoice["SyncToken"]


def test_full_update_empties_what_it_leaves_out(qbo):
    invoice = qbo.invoice(PrivateNote="note", CustomerMemo={"value": "memo"})
    answer = qbo.make("Invoice", invoice_body(Id=invoice["Id"], SyncToken="0"))
    assert "PrivateNote" not in answer
    assert "CustomerMemo" not in answer


def test_full_update_of_a_sales_receipt_may_lose_its_customer(qbo):
    receipt = qbo.make("SalesReceipt", {"CustomerRef": ref("1"), "Line": [line()], "DocNumber": "77"})
    answer = qbo.make("SalesReceipt", {"Id": receipt["Id"], "SyncToken": "0", "Line": [line()]})
    assert "CustomerRef" not in answer
    assert answer["DocNumber"] == "77"
    assert [row["Id"] for row in answer["Line"] if "Id" in row] == ["2"]


def test_sparse_update_keeps_the_top_level_and_replaces_the_lines_whole(qbo):
    lines = [line("10", Qty=1), {**line("20"), "Description": "second"}]
    invoice = qbo.invoice(Line=lines, PrivateNote="kept")
    second = next(row for row in invoice["Line"] if row.get("Description") == "second")
    sent = {name: value for name, value in second.items() if name != "Description"}
    answer = _update(qbo, "Invoice", invoice, Line=[sent])
    assert answer["PrivateNote"] == "kept"
    assert answer["TotalAmt"] == 20
    kept = [row for row in answer["Line"] if "Id" in row]
    assert len(kept) == 1
    assert kept[0]["Id"] == second["Id"]
    assert "Description" not in kept[0]


@pytest.mark.parametrize("sent", [{}, {"Id": "99"}])
def test_6_1_line_without_a_known_id_is_a_new_one(qbo, sent):
    made = qbo.invoice()
    change = {"Id": made["Id"], "SyncToken": "0", "sparse": True, "Line": [{**line("70.00"), **sent}]}
    new = qbo.make("Invoice", {**change, "CustomerRef": ref("1")})["Line"][0]
    assert new["Id"] != made["Line"][0]["Id"]
    kept = qbo.make("Invoice", {**change, "SyncToken": "1", "Line": [{**line("80.00"), "Id": new["Id"]}]})
    assert kept["Line"][0]["Id"] == new["Id"]


def test_sparse_update_with_an_empty_text_clears_a_field(qbo):
    invoice = qbo.invoice(PrivateNote="note")
    assert "PrivateNote" not in _update(qbo, "Invoice", invoice, PrivateNote="")


def test_some_fields_must_be_repeated_even_sparsely(qbo):
    expense = {"AccountBasedExpenseLineDetail": {"AccountRef": ref("7")}}
    body = {
        "VendorRef": ref("30"),
        "Line": [{"Amount": 5, "DetailType": "AccountBasedExpenseLineDetail", **expense}],
    }
    bill = qbo.make("Bill", body)
    refused = qbo.refused("Bill", {"Id": bill["Id"], "SyncToken": "0", "sparse": True, "PrivateNote": "x"})
    assert (refused["code"], refused["element"]) == ("2020", "VendorRef")


def test_lists_are_renamed_when_made_inactive_and_get_their_name_back(qbo):
    account = qbo.read("Account", "7")
    gone = qbo.make("Account", {**account, "Active": False})
    assert gone["Name"] == gone["FullyQualifiedName"] == "Advertising (deleted)"
    assert qbo.make("Account", {**gone, "Active": True})["Name"] == "Advertising"


def test_unknown_property_is_named_with_intuits_class(qbo):
    refused = qbo.refused("Invoice", {"BadJson": True})
    assert (refused["code"], refused["status"]) == ("2010", 400)
    start = (
        'Property Name:Unrecognized field "BadJson" (class com.intuit.schema.finance.v3.Invoice), not marked as'
    )
    assert refused["Detail"].startswith(start)
    assert refused["Detail"].endswith("\n specified is unsupported or invalid")


def test_unknown_property_inside_a_line_is_found_too(qbo):
    refused = qbo.refused("Invoice", invoice_body(Line=[{**line(), "Colour": "red"}]))
    assert '"Colour" (class com.intuit.schema.finance.v3.Line)' in refused["Detail"]


def test_what_clients_get_away_with(qbo):
    """Sent by python-quickbooks to the real service and accepted there."""
    sloppy = {"value": 1, "name": "", "type": "Account"}
    body = {
        "SyncToken": 0,
        "sparse": False,
        "domain": "QBO",
        "TxnDate": "",
        "DueDate": "",
        "TotalAmt": "",
        "ShipDate": "",
        "Balance": 0,
        "AllowIPNPayment": True,
        "GlobalTaxCalculation": "TaxExcluded",
        "ExchangeRate": 1,
        "LinkedTxn": [],
        "CustomField": [],
        "CustomerRef": sloppy,
        "BillAddr": None,
        "Line": [line("100", Qty=0, UnitPrice=0, TaxInclusiveAmt=0, MarkupInfo=None, ServiceDate="")],
    }
    invoice = qbo.make("Invoice", body)
    assert invoice["TotalAmt"] == 100
    assert invoice["CustomerRef"] == {"value": "1", "name": "Amy's Bird Sanctuary"}
    assert "GlobalTaxCalculation" not in invoice
    assert "ExchangeRate" not in invoice


def test_numbers_may_come_as_texts(qbo):
    assert str(qbo.invoice(Line=[line("1234567890.10")])["TotalAmt"]) == "1234567890.10"


def test_read_only_fields_are_ignored(qbo):
    invoice = qbo.invoice(TotalAmt=5, Balance=5, MetaData={"CreateTime": "2001-01-01T00:00:00-08:00"})
    assert invoice["TotalAmt"] == 100
    assert invoice["Balance"] == 100
    assert not invoice["MetaData"]["CreateTime"].startswith("2001")


def test_a_reference_shows_the_name_its_target_has_now(qbo):
    invoice = qbo.invoice()
    customer = qbo.read("Customer", "1")
    _update(qbo, "Customer", customer, DisplayName="Amy's New Sanctuary")
    again = qbo.read("Invoice", invoice["Id"])
    assert again["CustomerRef"]["name"] == "Amy's New Sanctuary"
    assert again["SyncToken"] == "0"


def test_attachment_faults_come_inside_a_200(qbo):
    metadata = '{"AttachableRef":[{"EntityRef":{"type":"Estimate","value":"75"}}],"FileName":"a.txt"}'
    files = {
        "file_metadata_01": ("attachment.json", metadata, "application/json"),
        "file_content_01": ("a.txt", b"text", "text/plain"),
    }
    answer = qbo.session.post(qbo.url("upload"), files=files, timeout=10)
    assert answer.status_code == 200
    error = answer.json()["AttachableResponse"][0]["Fault"]["Error"][0]
    assert error["code"] == "6000"
    assert error["Detail"].endswith(
        "The entity Estimate 75 that you are trying to link does not exist. Estimate 75"
    )


def test_uploaded_file_can_be_downloaded_again(qbo):
    invoice = qbo.invoice()
    metadata = f'{{"AttachableRef":[{{"EntityRef":{{"type":"Invoice","value":"{invoice["Id"]}"}}}}]}}'
    files = {
        "file_metadata_01": ("attachment.json", metadata, "application/json"),
        "file_content_01": ("photo.bin", b"\x00\xff\r\n--x", "application/octet-stream"),
    }
    answer = qbo.session.post(qbo.url("upload"), files=files, timeout=10).json()
    attachable = answer["AttachableResponse"][0]["Attachable"]
    assert attachable["FileName"] == "photo.bin"
    assert attachable["Size"] == 7
    assert qbo.session.get(attachable["TempDownloadUri"], timeout=10).content == b"\x00\xff\r\n--x"
    gone = qbo.make("Attachable", {"Id": attachable["Id"]}, operation="delete")
    assert gone["status"] == "Deleted"
