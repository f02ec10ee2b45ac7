"""Reference §7: the table of faults, as far as no other section carries them."""

import pytest

from tests.contract.simulator.qbohttp import invoice_body, line, ref


def test_missing_record_is_610_in_the_words_of_an_inactive_one(qbo):
    answer = qbo.get("customer/999")
    fault = answer.json()["Fault"]
    assert (answer.status_code, fault["type"], fault["Error"][0]["code"]) == (400, "ValidationFault", "610")
    assert fault["Error"][0]["Message"] == "Object Not Found"
    assert fault["Error"][0]["Detail"] == (
        "Object Not Found : Something you're trying to use has been made inactive. "
        "Check the fields with accounts, customers, items, vendors or employees."
    )


def test_path_that_leads_nowhere_is_500(qbo):
    error = qbo.get("customer/1/5").json()["Fault"]["Error"][0]
    assert (error["code"], error["Message"]) == ("500", "Unsupported Operation")
    assert error["Detail"].startswith("Operation Could not find resource for relative : /v3/company/")


def test_malformed_id_is_2030_and_its_envelope_has_no_time(qbo):
    body = qbo.get("customer/1.5").json()
    assert body == {
        "Fault": {
            "Error": [
                {
                    "Message": "Invalid ID",
                    "Detail": "Id should be a valid number. Supplied value:1.5",
                    "code": "2030",
                    "element": "Id",
                }
            ],
            "type": "ValidationFault",
        }
    }


@pytest.mark.parametrize(
    ("fields", "detail"),
    [
        ({"CustomerRef": ref("999")}, "Names element id 999 not found"),
        ({"SalesTermRef": ref("999")}, "Terms element id 999 not found"),
        ({"Line": [line(item="999")]}, "Item element id 999 not found"),
        ({"DepartmentRef": ref("999")}, "Department element id 999 not found"),
        ({"DepositToAccountRef": ref("999")}, "Accounts element id 999 not found"),
    ],
)
def test_reference_to_nothing_is_2500_and_names_the_list(qbo, fields, detail):
    refused = qbo.refused("Invoice", invoice_body(**fields))
    assert (refused["code"], refused["Detail"]) == ("2500", f"Invalid Reference Id : {detail}")


def test_stale_token_names_who_was_faster(qbo):
    invoice = qbo.invoice()
    refused = qbo.refused("Invoice", {"Id": invoice["Id"], "SyncToken": "5", "sparse": True})
    assert (refused["code"], refused["Message"], refused["element"]) == ("5010", "Stale Object Error", "")
    assert "were working on this at the same time" in refused["Detail"]
    assert refused["Detail"].endswith("finished before you did, so your work was not saved.")


@pytest.mark.parametrize("missing", ["Id", "SyncToken"])
def test_update_needs_id_and_token(qbo, missing):
    body = {"Id": "101", "SyncToken": "0", "sparse": True}
    params = {"operation": "update"}
    refused = qbo.refused("Invoice", {k: v for k, v in body.items() if k != missing}, **params)
    assert (refused["code"], refused["element"]) == ("2020", missing)


@pytest.mark.parametrize("body", [b"", b"not json", b"[1]", b'{"a":NaN}', b'"text"'])
def test_body_that_is_no_object_is_2010(qbo, body):
    answer = qbo.session.post(
        qbo.url("invoice"), data=body, headers={"Content-Type": "application/json"}, timeout=10
    )
    assert answer.json()["Fault"]["Error"][0]["code"] == "2010"


def test_line_needs_amount_and_type(qbo):
    bare = {"DetailType": "SalesItemLineDetail", "SalesItemLineDetail": {"ItemRef": ref("1")}}
    assert qbo.refused("Invoice", invoice_body(Line=[bare]))["element"] == "Line.Amount"
    typeless = {"Amount": 5, "SalesItemLineDetail": {"ItemRef": ref("1")}}
    assert qbo.refused("Invoice", invoice_body(Line=[typeless]))["element"] == "Line.DetailType"


@pytest.mark.parametrize("value", ["abc", "1e999999999", True, {"a": 1}])
def test_amount_must_be_a_number(qbo, value):
    assert qbo.post("invoice", invoice_body(Line=[{**line(), "Amount": value}])).status_code == 400


@pytest.mark.parametrize("value", ["yesterday", "2026-13-01", "01/02/2026"])
def test_dates_are_dates(qbo, value):
    refused = qbo.refused("Invoice", invoice_body(TxnDate=value))
    assert refused["code"] == "2010"
    assert refused["Detail"].startswith(
        "Property Name:Can not construct instance of java.util.Date from String value"
    )


def test_closed_books_refuse_with_intuits_doubled_word(qbo):
    invoice = qbo.invoice(TxnDate="2026-01-31")
    qbo.control(f"companies/{qbo.realm_id}", {"book_close_date": "2026-01-31"})
    refused = qbo.refused("Invoice", invoice_body(TxnDate="2026-01-15"))
    assert refused["code"] == "6210"
    assert refused["Message"] == "Account Period Closed, Cannot Update Through Services API"
    assert "updated through through the QBO Services API" in refused["Detail"]
    key = {"Id": invoice["Id"], "SyncToken": "0"}
    assert qbo.refused("Invoice", {**key, "sparse": True, "TxnDate": "2026-02-01"})["code"] == "6210"
    assert qbo.refused("Invoice", key, operation="delete")["code"] == "6210"
    assert qbo.invoice(TxnDate="2026-02-01")["TotalAmt"] == 100


def test_ended_subscription_reads_and_does_not_write(qbo):
    qbo.control(f"companies/{qbo.realm_id}", {"subscription_ended": True})
    assert qbo.refused("Invoice", invoice_body())["code"] == "6190"
    assert qbo.get("customer/1").status_code == 200
    qbo.control(f"companies/{qbo.realm_id}", {"subscription_ended": False})
    qbo.invoice()


def test_seven_hundred_fifty_taxed_lines_are_the_most(qbo):
    taxed = line("1", TaxCodeRef=ref("TAX"))
    assert qbo.invoice(Line=[taxed] * 750)["Line"][-2]["LineNum"] == 750
    assert qbo.refused("Invoice", invoice_body(Line=[taxed] * 751))["code"] == "6000"


def test_deeply_nested_json_does_not_bring_it_down(qbo):
    body = b'{"InvoiceEx":' + b'{"a":' * 20_000 + b"1" + b"}" * 20_001
    answer = qbo.session.post(qbo.url("invoice"), data=body, timeout=10)
    assert answer.status_code in {400, 500}
    assert qbo.get("customer/1").status_code == 200


def test_what_could_not_be_written_out_again_is_not_taken_in(qbo):
    nested: dict = {"a": 1}
    for _ in range(300):
        nested = {"a": nested}
    refused = qbo.refused("Invoice", {**invoice_body(), "InvoiceEx": nested})
    assert refused["code"] == "2010"
    assert qbo.query("select count(*) from Invoice")["QueryResponse"]["totalCount"] == 10


def test_xml_faults_say_the_same(qbo):
    qbo.session.headers["Accept"] = "application/xml"
    text = qbo.get("customer/999").text
    assert '<Fault type="ValidationFault"><Error code="610"><Message>Object Not Found</Message>' in text


def test_entities_can_be_written_in_xml(qbo):
    body = (
        '<Invoice xmlns="http://schema.intuit.com/finance/v3"><CustomerRef>1</CustomerRef><Line>'
        "<Amount>12.50</Amount><DetailType>SalesItemLineDetail</DetailType><SalesItemLineDetail>"
        '<ItemRef name="Services">1</ItemRef></SalesItemLineDetail></Line></Invoice>'
    )
    answer = qbo.session.post(
        qbo.url("invoice"), data=body, headers={"Content-Type": "application/xml"}, timeout=10
    )
    assert answer.json()["Invoice"]["TotalAmt"] == 12.5


def test_xml_bombs_are_refused(qbo):
    bomb = '<!DOCTYPE a [<!ENTITY b "boom"><!ENTITY c "&b;&b;">]><Invoice><PrivateNote>&c;</PrivateNote></Invoice>'
    answer = qbo.session.post(qbo.url("invoice"), data=bomb, headers={"Content-Type": "text/xml"}, timeout=10)
    assert answer.json()["Fault"]["Error"][0]["code"] == "2010"
