"""The gaps of python-quickbooks 0.9.12, one test each: what the library does alone, ours does not."""

import inspect
import json
import warnings
from contextlib import closing
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from quickbooks import QuickBooks
from quickbooks.objects import Customer, Invoice

from qbo_connector.errors import (
    ConnectorError,
    OutcomeUnknown,
    QboAccessLost,
    QboRejected,
    QboThrottled,
    QboUnavailable,
    StaleSyncToken,
)
from qbo_connector.qbo import library
from qbo_connector.qbo.answers import WriteRequest
from qbo_connector.qbo.batch import BatchItem, BatchRequest
from qbo_connector.qbo.client import QboClient
from qbo_connector.qbo.library import RealmQuickBooks
from tests.integration.qbo.stage import REALM, CountedTokens, answer, fault, good, silent

INVOICE = {"Invoice": {"Id": "266", "SyncToken": "0", "TotalAmt": 100.1}}
WRITE = WriteRequest(entity="invoice", body=b"{}", requestid="r1")


def test_our_client_is_the_librarys(stage):
    assert isinstance(stage.client.library(), QuickBooks)


def test_making_a_client_neither_refreshes_nor_sends_anything(stage):
    stage.says(fault(400, "6000"))
    stage.client.library()

    assert stage.server.heard == []
    assert stage.tokens.refused == []


def test_every_request_has_time_outs(stage):
    stage.says(silent)

    with pytest.raises(OutcomeUnknown) as caught:
        stage.client.write(WRITE)

    assert caught.value.details["cause"] == "ReadTimeout"


def test_the_time_outs_leave_quickbooks_its_120_seconds():
    client = QboClient(realm_id=REALM, base_url="http://127.0.0.1:9", tokens=CountedTokens())
    with closing(client):
        assert client._wire.pool._timeouts == (10.0, 130.0)


def test_the_token_of_a_request_is_the_present_one_not_the_one_at_construction(stage):
    stage.says(good(INVOICE))
    stage.client.write(WRITE)
    stage.tokens.number = 7
    stage.client.write(WRITE)

    assert stage.last.headers["authorization"] == "Bearer token-7"


def test_a_minor_version_is_sent_everywhere_and_never_warned_about(stage):
    stage.says(answer(200, b"%PDF-", "application/pdf"), good(INVOICE))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        stage.client.pdf("invoice", "1")
        stage.client.write(WRITE)

    assert [heard.query["minorversion"] for heard in stage.server.heard] == ["75", "75"]


def test_delete_void_batch_and_upload_carry_a_requestid_as_well(stage):
    stage.says(
        good({"Invoice": {"status": "Deleted", "Id": "1"}}),
        good(INVOICE),
        good({"BatchItemResponse": [{"bId": "1", "Invoice": {"Id": "1"}}]}),
        good({"AttachableResponse": [{"Attachable": {"Id": "5", "FileName": "a.pdf"}}]}),
    )
    stage.client.write(WriteRequest(entity="invoice", body=b"{}", requestid="r1", operation="delete"))
    stage.client.write(WriteRequest(entity="invoice", body=b"{}", requestid="r2", operation="void"))
    stage.client.batch(BatchRequest.of("r3", [BatchItem(bid="1", entity="invoice", body=b"{}")]))
    stage.client.upload(b'{"FileName": "a.pdf"}', b"%PDF-", requestid="r4")

    assert [heard.query["requestid"] for heard in stage.server.heard] == ["r1", "r2", "r3", "r4"]


def test_a_delete_takes_further_parameters(stage):
    stage.says(good({"Invoice": {"status": "Deleted", "Id": "1"}}))

    stage.client.write(
        WriteRequest(
            entity="invoice", body=b"{}", requestid="r1", operation="delete", params={"include": "something"}
        )
    )

    assert stage.last.query == {
        "operation": "delete",
        "include": "something",
        "requestid": "r1",
        "minorversion": "75",
    }


def test_a_code_that_is_no_number_is_a_fault_like_any_other(stage):
    stage.says(fault(400, "SYS-ERR"))

    with pytest.raises(QboRejected) as refused:
        stage.client.write(WRITE)

    assert refused.value.details["fault_code"] == "SYS-ERR"


def test_an_answer_to_an_item_that_nobody_sent_is_passed_over(stage):
    stage.says(good({"BatchItemResponse": [{"bId": "9", "Invoice": {"Id": "1"}}, {"Invoice": {"Id": "2"}}]}))

    items = stage.client.batch(BatchRequest.of("r1", [BatchItem(bid="1", entity="invoice", body=b"{}")])).items

    assert list(items) == ["1"]
    assert isinstance(items["1"].error, OutcomeUnknown)


def test_fields_that_nobody_knows_never_fail(stage):
    new = {"NewIn2027": {"deep": [1.5, None, {"x": True}]}}
    stage.says(
        good({"Invoice": {"Id": "1", **new}, **new}),
        good({"QueryResponse": {"Invoice": [{"Id": "1", **new}], **new}, **new}),
        good({"CDCResponse": [{"QueryResponse": [{"Invoice": [{"Id": "1", **new}], **new}], **new}], **new}),
        good({"BatchItemResponse": [{"bId": "1", "Invoice": {"Id": "1", **new}, **new}], **new}),
    )

    assert stage.client.write(WRITE).entity["NewIn2027"]["deep"][0] == Decimal("1.5")
    assert stage.client.query("SELECT * FROM Invoice").rows[0]["Id"] == "1"
    assert stage.client.changes(["Invoice"], datetime(2026, 11, 22, tzinfo=UTC)).objects[0].qbo_id == "1"
    batch = BatchRequest.of("r1", [BatchItem(bid="1", entity="invoice", body=b"{}")])
    assert stage.client.batch(batch).items["1"].entity["Id"] == "1"


def test_no_defaults_of_a_class_leak_into_a_body(stage):
    stage.says(good(INVOICE))
    library_body = Invoice().to_json()

    stage.client.write(WRITE)

    assert "GlobalTaxCalculation" in library_body
    assert stage.last.body == b"{}"


def test_a_get_has_neither_a_body_nor_a_content_type(stage):
    stage.says(good({"Preferences": {"Id": "1"}}))

    stage.client.preferences()

    assert stage.last.method == "GET"
    assert stage.last.body == b""
    assert "content-type" not in stage.last.headers


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("5010", StaleSyncToken),
        ("6140", QboRejected),
        ("6240", QboRejected),
        ("6540", QboRejected),
        ("ABC", QboRejected),
    ],
)
def test_faults_are_told_apart_by_meaning_not_by_ranges_of_numbers(stage, code, kind):
    stage.says(fault(400, code))

    with pytest.raises(kind) as caught:
        stage.client.write(WRITE)

    assert type(caught.value) is kind


def test_a_throttled_request_is_no_validation_error(stage):
    stage.says(fault(429, "3001"))

    with pytest.raises(QboThrottled):
        stage.client.write(WRITE)


def test_all_errors_of_a_fault_are_kept(stage):
    stage.says(fault(400, "6140", "2050", "6000", "610"))

    with pytest.raises(QboRejected) as caught:
        stage.client.write(WRITE)

    assert len(caught.value.faults) == 4


def test_lower_case_faults_are_read(stage):
    stage.says(fault(403, "3100", key="fault"))

    with pytest.raises(QboAccessLost):
        stage.client.write(WRITE)


def test_status_and_intuit_tid_stay_with_every_error(stage):
    stage.says(fault(400, "6140"))

    with pytest.raises(QboRejected) as caught:
        stage.client.write(WRITE)

    assert caught.value.status == 400
    assert caught.value.intuit_tid


def test_a_fault_inside_an_upload_that_answered_200_is_seen(stage):
    inner = {"Fault": {"Error": [{"code": "6000", "Detail": "The entity Estimate 75 does not exist."}]}}
    stage.says(good({"AttachableResponse": [inner]}))

    with pytest.raises(QboRejected):
        stage.client.upload(b'{"FileName": "a.pdf"}', b"%PDF-")


def test_an_upload_sends_the_bytes_as_they_are(stage):
    stage.says(good({"AttachableResponse": [{"Attachable": {"Id": "5"}}]}))

    uploaded = stage.client.upload(b'{"FileName": "a.bin"}', bytes(range(256)))

    assert stage.last.path == f"/v3/company/{REALM}/upload"
    assert bytes(range(256)) in stage.last.body
    assert uploaded.entity == {"Id": "5"}


def test_equal_items_of_a_batch_are_all_sent(stage):
    stage.says(good({"BatchItemResponse": [{"bId": bid, "Invoice": {"Id": bid}} for bid in ("1", "2")]}))
    items = [BatchItem(bid=bid, entity="invoice", body=b'{"same": 1}') for bid in ("1", "2")]

    answered = stage.client.batch(BatchRequest.of("r", items))

    assert len(json.loads(stage.last.body)["BatchItemRequest"]) == 2
    assert [item.entity["Id"] for item in answered.items.values()] == ["1", "2"]


def test_a_fault_of_the_whole_batch_is_raised_and_one_of_an_item_is_not(stage):
    stage.says(
        good({"BatchItemResponse": [{"bId": "1", "Fault": {"Error": [{"code": "6140"}]}}]}), fault(400, "1040")
    )
    request = BatchRequest.of("r", [BatchItem(bid="1", entity="invoice", body=b"{}")])

    assert isinstance(stage.client.batch(request).items["1"].error, QboRejected)
    with pytest.raises(QboRejected) as caught:
        stage.client.batch(request)
    assert caught.value.reason == "internal.bad_request"


def test_a_change_feed_is_asked_with_an_offset(stage):
    from datetime import UTC, datetime  # noqa: PLC0415

    stage.says(good({"CDCResponse": [{"QueryResponse": [{}]}], "time": "2026-11-22T00:00:00.000-08:00"}))

    changes = stage.client.changes(["invoice", "Payment"], datetime(2026, 11, 20, 18, tzinfo=UTC))

    assert stage.last.query["entities"] == "Invoice,Payment"
    assert stage.last.query["changedSince"] == "2026-11-20T18:00:00+00:00"
    assert changes.server_time == datetime(2026, 11, 22, 8, tzinfo=UTC)


def test_money_is_read_exactly(stage):
    stage.says(answer(200, '{"Invoice": {"Id": "1", "TotalAmt": 0.1, "ExchangeRate": 1.2345678901234567890}}'))

    entity = stage.client.read("invoice", "1").entity

    assert entity["TotalAmt"] == Decimal("0.1")
    assert entity["ExchangeRate"] == Decimal("1.2345678901234567890")


def test_an_unknown_entity_is_a_value_error_and_not_a_bare_exception(stage):
    with pytest.raises(ValueError, match="no entity"):
        stage.client.write(WriteRequest(entity="nonsense", body=b"{}", requestid="r"))


def test_the_path_of_a_file_is_never_opened(stage):
    with pytest.raises(ValueError, match="bytes"):
        stage.client.library().create_object("Attachable", b"{}", _file_path="/etc/passwd")


def test_a_netrc_of_the_machine_does_not_replace_our_token(stage, monkeypatch, tmp_path):
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password else\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    stage.says(good(INVOICE))

    stage.client.write(WRITE)

    assert stage.last.headers["authorization"] == "Bearer token-1"


def test_cookies_are_not_kept(stage):
    stage.says(good(INVOICE, Set_Cookie="a=b; Path=/"))
    stage.client.write(WRITE)
    stage.client.write(WRITE)

    assert "cookie" not in stage.last.headers


def test_the_librarys_object_classes_read_through_our_client(stage):
    stage.says(
        good({"Invoice": {"Id": "266", "DocNumber": "1037", "TotalAmt": 100.1}}),
        good({"QueryResponse": {"Customer": [{"Id": "1", "DisplayName": "Amy's"}], "maxResults": 1}}),
    )

    invoice = Invoice.get("266", qb=stage.client.library())
    (customer,) = Customer.filter(DisplayName="Amy's", qb=stage.client.library())

    assert (invoice.DocNumber, invoice.TotalAmt) == ("1037", Decimal("100.1"))
    assert customer.DisplayName == "Amy's"


def test_the_librarys_object_classes_meet_our_errors(stage):
    stage.says(answer(503, "<html>", "text/html"))

    with pytest.raises(QboUnavailable):
        Invoice.get("266", qb=stage.client.library())


def test_one_clients_address_is_not_anothers(stage):
    ours = stage.client.library()

    assert ours.api_url == f"{stage.server.base_url}/v3"
    assert QuickBooks.api_url_v3 == "https://quickbooks.api.intuit.com/v3"


def test_every_way_out_of_the_library_is_overridden():
    """A new release of the library that sends in another place would fail here, not in production."""
    sending = {
        name
        for name, method in inspect.getmembers(QuickBooks, inspect.isfunction)
        if "self.session.request" in inspect.getsource(method)
        or "self.process_request" in inspect.getsource(method)
    }

    assert sending == {"process_request", "make_request", "download_pdf"}
    assert all(getattr(RealmQuickBooks, name).__module__ == library.__name__ for name in sending)


def test_nothing_but_our_errors_comes_out_whatever_the_status(stage):
    for status in (201, 204, 301, 400, 404, 409, 418, 451, 500, 599):
        stage.says(answer(status, ""))

        with pytest.raises(ConnectorError):
            stage.client.write(WRITE)
