"""Batches, change feeds, pages and stamps: reading what came back, without a network."""

import json
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import ClassVar

import pytest

from qbo_connector.errors import OutcomeUnknown, QboRejected, QboThrottled, QboUnavailable, StaleSyncToken
from qbo_connector.qbo.answers import Answer, WriteRequest
from qbo_connector.qbo.batch import BatchItem, BatchRequest, Facts, item_answers
from qbo_connector.qbo.changes import change_set, changed_since, entity_list
from qbo_connector.qbo.clock import instant
from qbo_connector.qbo.decoding import decoded, text_of
from qbo_connector.qbo.expectation import proof_in
from qbo_connector.qbo.retry_after import retry_after
from qbo_connector.qbo.upload import multipart

START = datetime(2026, 11, 22, 8, tzinfo=UTC)


def answer(body: dict) -> Answer:
    return Answer(status=200, body=body, entity=None, intuit_tid="1-5f", time=START, raw=b"", duration_ms=1)


def fault(code: str, detail: str = "") -> dict:
    return {"Fault": {"Error": [{"code": code, "Detail": detail}], "type": "ValidationFault"}}


class TestBatch:
    def request(self, *items: BatchItem) -> BatchRequest:
        return BatchRequest.of("r1", items)

    def test_the_bytes_of_an_entity_are_not_touched(self):
        body = b'{"Line":[{"Amount":10.10}],  "PrivateNote":"caf\xc3\xa9"}'

        request = self.request(BatchItem(bid="1", entity="invoice", body=body))

        assert request.body == (
            b'{"BatchItemRequest":[{"bId": "1", "operation": "create","Invoice":' + body + b"}]}"
        )

    def test_a_void_and_options_are_written_as_quickbooks_wants_them(self):
        request = self.request(
            BatchItem(bid="1", entity="payment", operation="void", body=b"{}"),
            BatchItem(bid="2", entity="invoice", operation="void", body=b"{}"),
            BatchItem(bid="3", entity="bill", body=b"{}", options="include=allowduplicatedocnum"),
            BatchItem(bid="4", operation="query", query="SELECT * FROM Customer WHERE DisplayName = 'Zoë'"),
        )

        first, second, third, fourth = json.loads(request.body)["BatchItemRequest"]
        assert (first["operation"], first["optionsData"]) == ("update", "include=void")
        assert second == {"bId": "2", "operation": "void", "Invoice": {}}
        assert third["optionsData"] == "include=allowduplicatedocnum"
        assert fourth == {"bId": "4", "Query": "SELECT * FROM Customer WHERE DisplayName = 'Zoë'"}
        assert [context.operation for context in request.contexts().values()] == [
            "void",
            "void",
            "create",
            "query",
        ]

    @pytest.mark.parametrize(
        ("requestid", "bids"),
        [
            ("r" * 37, ["1"]),
            ("", ["1"]),
            ("r", []),
            ("r", ["1", "1"]),
            ("r", ["12345678901"]),
            ("r", ["a b"]),
            ("r", [str(number) for number in range(31)]),
        ],
    )
    def test_what_quickbooks_would_refuse_is_refused_before(self, requestid, bids):
        with pytest.raises(ValueError, match=r"batch|item"):
            BatchRequest.of(requestid, [BatchItem(bid=bid, entity="invoice", body=b"{}") for bid in bids])

    def test_every_item_that_was_sent_has_its_own_outcome(self):
        request = self.request(
            *(BatchItem(bid=str(number), entity="invoice", body=b"{}") for number in range(1, 8))
        )
        body = {
            "BatchItemResponse": [
                {"bId": "7", "Invoice": {"Id": "9"}},
                {"bId": "2", **fault("6140", "DocNumber=1 is assigned to TxnType=Invoice with TxnId=5")},
                {"bId": "3", **fault("3001")},
                {"bId": "4", **fault("5010")},
                {"bId": "5"},
                {"bId": "6", **fault("10000")},
                {"bId": "somebody else's", "Invoice": {"Id": "1"}},
            ]
        }

        items = item_answers(request, answer(body)).items

        assert list(items) == ["1", "2", "3", "4", "5", "6", "7"]
        assert items["7"].entity == {"Id": "9"}
        assert items["7"].error is None
        assert isinstance(items["2"].error, QboRejected)
        assert items["2"].error.params["txn_id"] == "5"
        assert isinstance(items["3"].error, QboThrottled)
        assert isinstance(items["4"].error, StaleSyncToken)
        assert isinstance(items["5"].error, OutcomeUnknown)
        assert isinstance(items["6"].error, OutcomeUnknown)
        assert isinstance(items["1"].error, OutcomeUnknown)
        assert items["1"].error.details == {"intuit_tid": "1-5f", "requestid": "r1"}

    def test_a_query_in_a_batch_is_a_read(self):
        request = self.request(BatchItem(bid="1", operation="query", query="SELECT * FROM Item"))

        good = item_answers(request, answer({"BatchItemResponse": [{"bId": "1", "QueryResponse": {"Item": []}}]}))
        bad = item_answers(request, answer({"BatchItemResponse": [{"bId": "1", **fault("10000")}]}))

        assert good.items["1"].entity == {"Item": []}
        assert isinstance(bad.items["1"].error, QboUnavailable)

    @pytest.mark.parametrize(
        ("facts", "reason"),
        [
            (Facts(), "payment.void_blocked"),
            (Facts(linked_payments=True), "payment.void_blocked"),
            (Facts(linked_payments=False), "qbo.refused"),
        ],
    )
    def test_a_refused_void_is_judged_by_what_is_known_of_the_payments(self, facts, reason):
        body = b'{"Id":"7","SyncToken":"0"}'
        request = self.request(
            BatchItem(bid="1", entity="invoice", operation="void", body=body, facts=facts),
            BatchItem(bid="2", entity="invoice", operation="void", body=body),
        )

        found = item_answers(request, answer({"BatchItemResponse": [{"bId": "1", **fault("6000", "no")}]}))

        assert found.items["1"].error.reason == reason
        assert isinstance(found.items["2"].error, OutcomeUnknown)

    def test_a_not_found_is_the_document_itself_where_its_references_were_just_seen(self):
        item = {"bid": "1", "entity": "invoice", "operation": "update", "body": b'{"Id":"7"}'}
        gone = answer({"BatchItemResponse": [{"bId": "1", **fault("610", "Object Not Found : made inactive")}]})

        doubtful = item_answers(self.request(BatchItem(**item)), gone)
        certain = item_answers(self.request(BatchItem(**item, facts=Facts(references_good=True))), gone)

        assert doubtful.items["1"].error.reason == "reference.inactive"
        assert certain.items["1"].error.reason == "qbo.document_deleted"

    def test_a_batch_read_back_from_its_bytes_is_judged_without_the_facts(self):
        item = BatchItem(
            bid="1", entity="invoice", operation="void", body=b"{}", facts=Facts(linked_payments=False)
        )
        sent = self.request(item)
        stored = BatchRequest(requestid=sent.requestid, body=sent.body, bids=sent.bids)

        assert sent.contexts()["1"].linked_payments is False
        assert stored.contexts()["1"].linked_payments is None

    def test_an_answer_without_any_item_leaves_all_unknown(self):
        request = self.request(BatchItem(bid="1", entity="invoice", body=b"{}"))

        assert isinstance(
            item_answers(request, answer({"BatchItemResponse": []})).items["1"].error, OutcomeUnknown
        )


class TestChanges:
    FEED: ClassVar = {
        "CDCResponse": [
            {
                "QueryResponse": [
                    {
                        "Invoice": [
                            {"Id": "1", "MetaData": {"LastUpdatedTime": "2026-11-22T00:00:00-08:00"}},
                            {
                                "domain": "QBO",
                                "status": "Deleted",
                                "Id": "2",
                                "MetaData": {"LastUpdatedTime": "2026-11-22T00:00:01-08:00"},
                            },
                        ],
                        "startPosition": 1,
                        "maxResults": 2,
                    },
                    {},
                    {"Customer": [{"Id": "3", "Active": False}]},
                ]
            }
        ]
    }

    def test_living_and_dead_are_told_apart(self):
        changes = change_set(answer(self.FEED))

        assert [(each.entity, each.qbo_id) for each in changes.objects] == [("Invoice", "1"), ("Customer", "3")]
        (tombstone,) = changes.tombstones
        assert (tombstone.entity, tombstone.qbo_id) == ("Invoice", "2")
        assert tombstone.changed_at == START + timedelta(seconds=1)
        assert changes.server_time == START
        assert not changes.saturated

    def test_no_change_is_an_empty_answer(self):
        assert change_set(answer({"CDCResponse": [{"QueryResponse": [{}]}]})).objects == ()

    def test_a_full_answer_says_that_something_may_be_missing(self):
        rows = [{"Id": str(number)} for number in range(500)]
        body = {"CDCResponse": [{"QueryResponse": [{"Invoice": rows}, {"Payment": rows}]}]}

        assert change_set(answer(body)).saturated

    def test_the_question_carries_an_offset_and_whole_seconds(self):
        pacific = datetime(2026, 11, 22, 0, 0, 0, 999, tzinfo=timezone(timedelta(hours=-8)))

        assert changed_since(pacific) == "2026-11-22T08:00:00+00:00"
        assert entity_list(["invoice", "Customer"]) == "Invoice,Customer"

    @pytest.mark.parametrize("names", [[], ["Invoice,Customer"], ["Invoice&x=1"]])
    def test_only_names_can_be_asked_for(self, names):
        with pytest.raises(ValueError, match="by name"):
            entity_list(names)

    def test_a_time_without_offset_is_refused(self):
        with pytest.raises(ValueError, match="offset"):
            changed_since(datetime(2026, 11, 22))  # noqa: DTZ001  naive on purpose


@pytest.mark.parametrize(
    ("given_stamp", "expected"),
    [
        ("2020-09-29T05:58:07.300-07:00", datetime(2020, 9, 29, 12, 58, 7, 300000, tzinfo=UTC)),
        ("2025-09-10T21:31:25.179851517Z", datetime(2025, 9, 10, 21, 31, 25, 179851, tzinfo=UTC)),
        (1601391072830, datetime(2020, 9, 29, 14, 51, 12, 830000, tzinfo=UTC)),
        ("2026-11-22", datetime(2026, 11, 22, tzinfo=UTC)),
        (None, None),
        ("yesterday", None),
        (True, None),
        (10**30, None),
        ("0001-01-01T00:00:00+14:00", None),
    ],
)
def test_stamps_of_all_kinds_become_utc(given_stamp, expected):
    assert instant(given_stamp) == expected


@pytest.mark.parametrize(
    ("body", "rows", "total"),
    [
        ({"QueryResponse": {"Invoice": [{"Id": "1"}], "maxResults": 1}}, ({"Id": "1"},), None),
        ({"QueryResponse": {"totalCount": 41}}, (), 41),
        ({"QueryResponse": {}}, (), None),
        ({"Invoice": {}}, (), None),
        ({"QueryResponse": {"Invoice": [None, {"Id": "1"}], "totalCount": "41"}}, ({"Id": "1"},), None),
    ],
)
def test_the_rows_of_an_answer(body, rows, total):
    assert answer(body).rows == rows
    assert answer(body).total_count == total


def test_numbers_stay_exact():
    body = decoded('{"a": 1861.08, "b": 0, "c": 10.10, "d": 1E+2}')

    assert body == {"a": Decimal("1861.08"), "b": 0, "c": Decimal("10.10"), "d": Decimal(100)}
    assert [type(value) for value in body.values()] == [Decimal, int, Decimal, Decimal]


@pytest.mark.parametrize("text", ["", "{", "NaN", '{"a": Infinity}', "[" * 100_000, "1" * 5000])
def test_what_is_no_json_is_a_value_error(text):
    with pytest.raises(ValueError, match=r".+"):
        decoded(text)


def test_text_is_utf_8_or_what_it_claims_to_be():
    assert text_of("Zoë".encode()) == "Zoë"
    assert text_of(b"\xef\xbb\xbf{}") == "{}"
    assert text_of("Zoë".encode("latin-1")) == "Zoë"
    assert text_of(b"\x80", "text/plain; charset=cp1252") == "€"
    assert text_of(b"\xff", "text/plain; charset=klingon") == "ÿ"


@pytest.mark.parametrize(
    ("body", "expects", "proof"),
    [
        ({"Invoice": {"Id": "1"}}, "invoice", {"Id": "1"}),
        ({"Invoice": None}, "Invoice", None),
        ({"time": "x"}, "Invoice", None),
        ({"TaxCodeId": "5"}, "TaxCodeId", {"TaxCodeId": "5"}),
        ({"anything": 1}, "", {"anything": 1}),
        ({"QueryResponse": {}}, "QueryResponse", {}),
    ],
)
def test_only_the_expected_object_proves_success(body, expects, proof):
    assert proof_in(body, expects) == proof


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("", None), ("7", 7.0), ("-3", None), ("999999", 3600.0), ("9" * 400, None), ("soon", None)],
)
def test_retry_after_in_seconds(header, seconds):
    assert retry_after({"Retry-After": header}) == seconds


def test_retry_after_as_a_date_never_points_into_the_past():
    assert retry_after({"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"}) == 0.0
    assert retry_after({"Retry-After": "Wed, 21 Oct 2099 07:28:00 GMT"}) == 3600.0


def test_the_same_attachment_is_the_same_request_and_its_bytes_are_untouched():
    metadata, content = b'{"FileName": "a.pdf", "ContentType": "application/pdf"}', b"%PDF\x00\r\n--x"

    body, content_type = multipart(metadata, content)

    assert (body, content_type) == multipart(metadata, content)
    assert metadata in body
    assert content in body
    assert b'name="file_content_01"; filename="a.pdf"' in body


@pytest.mark.parametrize("requestid", ["", "r" * 51])
def test_a_write_without_a_usable_requestid_cannot_even_be_built(requestid):
    with pytest.raises(ValueError, match="requestid"):
        WriteRequest(entity="invoice", body=b"{}", requestid=requestid)
