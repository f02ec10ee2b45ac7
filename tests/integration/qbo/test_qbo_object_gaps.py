"""More gaps of python-quickbooks 0.9.12, one test each: what its objects, batches and feeds do, ours do not."""

import inspect
import json
from datetime import UTC, datetime

import pytest

from qbo_connector.errors import OutcomeUnknown, QboRejected, QboUnavailable
from qbo_connector.qbo import webhooks
from qbo_connector.qbo.answers import WriteRequest
from qbo_connector.qbo.batch import LONGEST_BID, MOST_ITEMS, BatchItem, BatchRequest
from tests.integration.qbo.stage import answer, good, reset

WRITE = WriteRequest(entity="invoice", body=b'{"Id":"1","SyncToken":"0"}', requestid="r1")
XML_6140 = (
    '<?xml version="1.0"?><IntuitResponse xmlns="http://schema.intuit.com/finance/v3">'
    '<Fault type="ValidationFault"><Error code="6140"><Message>Duplicate Document Number Error</Message>'
    "<Detail>DocNumber=1037 is assigned to TxnType=Invoice with TxnId=145</Detail></Error></Fault>"
    "</IntuitResponse>"
)


def item(bid: str, **more: str) -> BatchItem:
    """A new invoice, unless told otherwise."""
    return BatchItem(**{"bid": bid, "entity": "invoice", "body": b"{}", **more})


def test_a_fault_in_xml_is_read_like_any_other(stage):
    stage.says(answer(400, XML_6140, "application/xml"))

    with pytest.raises(QboRejected) as caught:
        stage.client.write(WRITE)

    assert caught.value.reason == "number.duplicate"
    assert caught.value.params["txn_id"] == "145"


def test_a_page_in_html_is_a_disturbance_and_no_refusal(stage):
    stage.says(answer(502, "<html><h1>Bad gateway</h1></html>", "text/html"))

    with pytest.raises(QboUnavailable):
        stage.client.preferences()
    with pytest.raises(OutcomeUnknown):
        stage.client.write(WRITE)


def test_an_e_mail_whose_answer_was_lost_is_not_sent_a_second_time(stage):
    stage.says(reset)

    with pytest.raises(OutcomeUnknown):
        stage.client.send("invoice", "1")

    assert len(stage.server.heard) == 1


@pytest.mark.parametrize("entity", ["invoice", "payment", "billpayment", "purchaseorder", "estimate"])
def test_a_void_of_any_entity_sends_the_body_that_was_stored(stage, entity):
    stage.says(answer(503, ""))

    with pytest.raises(OutcomeUnknown):
        stage.client.write(WriteRequest(entity=entity, body=WRITE.body, requestid="r1", operation="void"))

    assert stage.last.body == WRITE.body
    assert stage.last.query["operation"] in {"void", "update"}


def test_a_batch_carries_queries_voids_and_options(stage):
    stage.says(good({"BatchItemResponse": []}))
    void = item("1", operation="void")
    query = BatchItem(bid="2", operation="query", query="SELECT * FROM Item")
    options = item("3", options="include=allowduplicatedocnum")

    stage.client.batch(BatchRequest.of("r", [void, query, options]))

    sent = json.loads(stage.last.body)["BatchItemRequest"]
    assert [one.get("operation") for one in sent] == ["void", None, "create"]
    assert sent[1]["Query"] == "SELECT * FROM Item"
    assert sent[2]["optionsData"] == "include=allowduplicatedocnum"


def test_the_id_of_an_item_is_short_enough_to_go_with_a_requestid():
    assert BatchRequest.of("r", [item("x" * LONGEST_BID)]).bids == ("x" * LONGEST_BID,)
    with pytest.raises(ValueError, match="10 letters"):
        BatchRequest.of("r", [item("x" * (LONGEST_BID + 1))])


def test_a_batch_is_one_request_so_that_no_later_chunk_can_lose_an_earlier_one(stage):
    stage.says(good({"BatchItemResponse": []}))
    many = [item(str(number)) for number in range(MOST_ITEMS)]

    stage.client.batch(BatchRequest.of("r", many))

    assert len(stage.server.heard) == 1
    with pytest.raises(ValueError, match="1 to 30 items"):
        BatchRequest.of("r", [*many, item("more")])


def test_a_batch_has_one_requestid_of_its_own(stage):
    stage.says(good({"BatchItemResponse": []}))
    request = BatchRequest.of("series-7", [item("1")])

    stage.client.batch(request)
    stage.client.batch(request)

    assert [heard.query["requestid"] for heard in stage.server.heard] == ["series-7", "series-7"]
    assert stage.server.heard[0].body == stage.server.heard[1].body


def test_a_change_feed_is_asked_for_entities_by_name_whether_there_is_a_class_or_not(stage):
    stage.says(good({"CDCResponse": [{"QueryResponse": [{"Novelty": [{"Id": "1"}]}]}]}))

    changes = stage.client.changes(["invoice", "Novelty"], datetime(2026, 11, 22, tzinfo=UTC))

    assert stage.last.query["entities"] == "Invoice,Novelty"
    assert [(one.entity, one.qbo_id) for one in changes.objects] == [("Novelty", "1")]


def test_a_change_feed_is_never_asked_from_a_time_without_an_offset(stage):
    with pytest.raises(ValueError, match="offset"):
        stage.client.changes(["Invoice"], datetime(2026, 11, 22))  # noqa: DTZ001  naive on purpose

    assert stage.server.heard == []


def test_what_an_answer_holds_beyond_our_own_is_never_sent_back(stage):
    stage.says(good({"Invoice": {"Id": "1", "SyncToken": "0", "NewIn2027": "x"}}))
    assert stage.client.read("invoice", "1").entity["NewIn2027"] == "x"

    stage.client.write(WRITE)

    assert stage.last.body == WRITE.body


def test_signatures_are_compared_in_a_time_that_tells_nothing():
    """Time cannot be measured so finely in a test; that the comparison is the constant one can be read."""
    source = inspect.getsource(webhooks)

    assert source.count("compare_digest") == 1
    assert "== expected" not in source
