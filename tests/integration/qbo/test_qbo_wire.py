"""What leaves, what comes back, and what is made of everything that can go wrong between."""

import gzip
import json
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest

from qbo_connector.errors import (
    ConnectorError,
    LocallyThrottled,
    OutcomeUnknown,
    QboAccessLost,
    QboAuthorizationExpired,
    QboRejected,
    QboThrottled,
    QboUnavailable,
    ReadBudgetSpent,
)
from qbo_connector.qbo.answers import WriteRequest
from qbo_connector.qbo.batch import BatchItem, BatchRequest
from qbo_connector.qbo.client import QboClient
from qbo_connector.qbo.limits import Lane, LimitRules, Limits, Wanted
from qbo_connector.qbo.limits_local import LocalLimitStore
from qbo_connector.qbo.transport import Pool
from tests.integration.qbo.stage import (
    REALM,
    TID,
    CountedTokens,
    answer,
    chunked,
    cut_short,
    dripping,
    fault,
    good,
    impostor,
    reset,
    silent,
    staged,
)

INVOICE = {"Invoice": {"Id": "266", "SyncToken": "0", "TotalAmt": 100.1}, "time": "2026-11-22T00:00:00.300-08:00"}
WRITE = WriteRequest(entity="invoice", body=b'{"Line": [{"Amount": 100.10}]}', requestid="r1")
BATCH = BatchRequest.of("b1", [BatchItem(bid="1", entity="invoice", body=b"{}")])
HTML = answer(503, "<html><body><h1>503 Service Unavailable</h1></body></html>", "text/html")
XML_429 = answer(
    429,
    '<?xml version="1.0"?><IntuitResponse xmlns="http://schema.intuit.com/finance/v3"><Fault type="SERVICE">'
    '<Error code="3001"><Message>message=ThrottleExceeded; errorCode=003001; statusCode=429</Message>'
    "<Detail>The request limit was reached.  Try again later</Detail></Error></Fault></IntuitResponse>",
    "application/xml",
)
NO_ANSWER = {
    "reset": reset,
    "silence": silent,
    "half an answer": cut_short,
    "half an answer in chunks": chunked(b'{"Invoice": {"Id": "1"}}', ends=False),
    "a broken compression": answer(200, b"this is no gzip", Content_Encoding="gzip"),
    "a drip": dripping,
}
NO_SENSE = {
    "a 503 page": HTML,
    "a 200 page": answer(200, "<html>maintenance</html>", "text/html"),
    "an empty 200": answer(200, ""),
    "broken JSON": answer(200, '{"Invoice": {'),
    "a list": answer(200, "[]"),
    "another entity": good({"Customer": {"Id": "1"}}),
    "nothing done": good({"BatchItemResponse": [], "time": "x"}),
    "a redirect": answer(302, "", Location="http://127.0.0.1:9/"),
    "an unknown 404": answer(404, "not here", "text/plain"),
}


class TestWhatLeaves:
    def test_a_write_sends_exactly_the_stored_bytes_under_the_stored_requestid(self, stage):
        stage.says(good(INVOICE))

        stage.client.write(WRITE)

        assert stage.last.method == "POST"
        assert stage.last.path == f"/v3/company/{REALM}/invoice"
        assert stage.last.query == {"requestid": "r1", "minorversion": "75"}
        assert stage.last.body == WRITE.body
        assert stage.last.headers["content-type"] == "application/json"
        assert stage.last.headers["accept"] == "application/json"
        assert stage.last.headers["authorization"] == "Bearer token-1"

    @pytest.mark.parametrize(
        ("entity", "operation", "extra"),
        [
            ("invoice", "update", {}),
            ("invoice", "delete", {"operation": "delete"}),
            ("invoice", "void", {"operation": "void"}),
            ("payment", "void", {"operation": "update", "include": "void"}),
        ],
    )
    def test_each_operation_is_the_same_post_with_its_own_parameters(self, stage, entity, operation, extra):
        stage.says(good({"Invoice": {"Id": "1"}, "Payment": {"Id": "1"}}))

        stage.client.write(WriteRequest(entity=entity, body=b"{}", requestid="r", operation=operation))

        assert stage.last.query == {"requestid": "r", "minorversion": "75", **extra}

    def test_parameters_of_a_write_are_kept(self, stage):
        stage.says(good(INVOICE))

        stage.client.write(
            WriteRequest(entity="invoice", body=b"{}", requestid="r", params={"include": "allowduplicatedocnum"})
        )

        assert stage.last.query["include"] == "allowduplicatedocnum"

    def test_a_query_travels_in_the_body_so_that_no_name_stands_in_an_address(self, stage):
        stage.says(good({"QueryResponse": {"Customer": [{"Id": "1"}], "startPosition": 1, "maxResults": 1}}))

        answered = stage.client.query("SELECT * FROM Customer WHERE DisplayName = 'Zoë'")

        assert (stage.last.method, stage.last.path) == ("POST", f"/v3/company/{REALM}/query")
        assert stage.last.body == "SELECT * FROM Customer WHERE DisplayName = 'Zoë'".encode()
        assert stage.last.headers["content-type"] == "application/text"
        assert answered.rows == ({"Id": "1"},)

    def test_connections_are_kept(self, stage):
        stage.says(good(INVOICE))
        for _ in range(5):
            stage.client.write(WRITE)

        assert len(stage.server.script.connections) == 1

    def test_eight_threads_share_one_client(self, stage):
        stage.says(good(INVOICE))
        with ThreadPoolExecutor(8) as threads:
            answers = list(threads.map(lambda _: stage.client.write(WRITE), range(80)))

        assert {each.entity["Id"] for each in answers} == {"266"}
        assert len(stage.server.heard) == 80
        assert len(stage.server.script.connections) <= 8

    @pytest.mark.parametrize("entity", ["invoice/../preferences", "in voice", "", "invoice?x=1"])
    def test_what_cannot_stand_in_an_address_is_never_sent(self, stage, entity):
        with pytest.raises(ValueError, match="address"):
            stage.client.write(WriteRequest(entity=entity, body=b"{}", requestid="r"))
        with pytest.raises(ValueError, match="address"):
            stage.client.read("invoice", "1/send?sendTo=me")

        assert stage.server.heard == []


class TestWhatComesBack:
    def test_a_good_answer_has_everything_that_was_said(self, stage):
        stage.says(good(INVOICE))

        answered = stage.client.write(WRITE)

        assert answered.entity["Id"] == "266"
        assert str(answered.entity["TotalAmt"]) == "100.1"
        assert answered.intuit_tid == TID
        assert answered.time.isoformat() == "2026-11-22T08:00:00.300000+00:00"
        assert answered.raw.startswith(b'{"Invoice"')
        assert answered.status == 200

    @pytest.mark.parametrize("packed", [True, False])
    def test_an_answer_may_come_compressed_and_in_chunks(self, stage, packed):
        raw = json.dumps(INVOICE).encode()
        body = gzip.compress(raw) if packed else raw
        headers = {"Content_Encoding": "gzip"} if packed else {}
        stage.says(chunked(body[:9], body[9:], **headers))

        assert stage.client.write(WRITE).raw == raw
        assert stage.client.write(WRITE).raw == raw
        assert len(stage.server.script.connections) == 1

    def test_an_answer_that_unpacks_to_more_than_anybody_needs_is_given_up(self, server):
        bomb = gzip.compress(b"x" * 5_000_000)
        server.says(answer(200, bomb, Content_Encoding="gzip"))
        pool = Pool(longest=1_000_000)
        client = QboClient(realm_id=REALM, base_url=server.base_url, tokens=CountedTokens(), pool=pool)

        with pytest.raises(OutcomeUnknown) as caught:
            client.write(WRITE)

        client.close()
        assert caught.value.details["cause"] == "ContentDecodingError"

    def test_a_host_that_cannot_prove_who_it_is_gets_nothing(self, tmp_path):
        with impostor(tmp_path) as address:
            client = QboClient(realm_id=REALM, base_url=address, tokens=CountedTokens())

            with pytest.raises(QboUnavailable) as caught:
                client.write(WRITE)

            client.close()
        assert caught.value.details["cause"] == "SSLError"

    def test_an_answer_that_never_ends_is_given_up_in_time(self, stage):
        stage.says(dripping)
        started = time.monotonic()

        with pytest.raises(OutcomeUnknown):
            stage.client.write(WRITE)

        assert time.monotonic() - started < 1.5

    def test_numbers_are_exact(self, stage):
        stage.says(answer(200, '{"Invoice": {"Id": "1", "TotalAmt": 1861.0800000000000001, "Balance": 0}}'))

        entity = stage.client.write(WRITE).entity

        assert str(entity["TotalAmt"]) == "1861.0800000000000001"
        assert entity["Balance"] == 0

    @pytest.mark.parametrize("act", NO_ANSWER.values(), ids=NO_ANSWER)
    def test_without_a_whole_answer_a_writes_outcome_is_unknown(self, stage, act):
        stage.says(act)

        with pytest.raises(OutcomeUnknown) as caught:
            stage.client.write(WRITE)

        assert caught.value.reason == "outcome.unknown"
        assert caught.value.details["requestid"] == "r1"
        assert len(stage.server.heard) == 1

    @pytest.mark.parametrize("act", NO_ANSWER.values(), ids=NO_ANSWER)
    def test_without_a_whole_answer_a_read_is_to_be_repeated(self, stage, act):
        stage.says(act)

        with pytest.raises(QboUnavailable):
            stage.client.read("invoice", "1")

    @pytest.mark.parametrize("act", NO_SENSE.values(), ids=NO_SENSE)
    def test_an_answer_that_makes_no_sense_leaves_a_write_unknown_and_a_read_to_be_repeated(self, stage, act):
        stage.says(act)

        with pytest.raises(OutcomeUnknown):
            stage.client.write(WRITE)
        with pytest.raises(QboUnavailable):
            stage.client.read("invoice", "1")

    @pytest.mark.parametrize("act", [*NO_ANSWER.values(), NO_SENSE["broken JSON"]])
    def test_a_batch_without_a_definite_answer_is_unknown_as_a_whole(self, stage, act):
        stage.says(act)

        with pytest.raises(OutcomeUnknown):
            stage.client.batch(BATCH)

    def test_a_batch_without_an_answer_halves_the_next_one_and_good_ones_win_it_back(self, stage):
        def sizes(*acts):
            for act in acts:
                stage.says(act)
                with suppress(ConnectorError):
                    stage.client.batch(BATCH)
                yield stage.client.batch_size

        assert stage.client.batch_size == 30
        assert list(sizes(cut_short, reset)) == [15, 7]
        assert list(sizes(fault(400, "2010"))) == [7]
        assert list(sizes(*[good({"BatchItemResponse": []})] * 3)) == [14, 28, 30]

    def test_nobody_at_the_door_means_that_nothing_was_sent(self):
        with socket.socket() as unused:
            unused.bind(("127.0.0.1", 0))
            client = QboClient(
                realm_id=REALM, base_url=f"http://127.0.0.1:{unused.getsockname()[1]}", tokens=CountedTokens()
            )

            with pytest.raises(QboUnavailable) as caught:
                client.write(WRITE)

        client.close()
        assert caught.value.details["cause"] == "ConnectionError"

    def test_an_unknown_host_means_that_nothing_was_sent(self):
        client = QboClient(realm_id=REALM, base_url="http://nobody.invalid", tokens=CountedTokens())

        with pytest.raises(QboUnavailable):
            client.write(WRITE)
        client.close()

    @pytest.mark.parametrize(
        "act", [XML_429, answer(429, ""), answer(429, "<html>", "text/html"), fault(429, "3001")]
    )
    def test_throttling_is_seen_in_every_dress(self, stage, act):
        stage.says(act)

        with pytest.raises(QboThrottled) as caught:
            stage.client.write(WRITE)

        assert 60 <= caught.value.retry_after < 75

    def test_throttling_waits_as_long_as_it_is_told(self, stage):
        stage.says(answer(429, "", Retry_After="7"))

        with pytest.raises(QboThrottled) as caught:
            stage.client.write(WRITE)

        assert caught.value.retry_after == 7.0

    def test_a_refusal_carries_its_faults_its_pieces_and_its_papers(self, stage):
        detail = "DocNumber=1037 is assigned to TxnType=Invoice with TxnId=17984"
        stage.says(fault(400, "6140", "2050", detail=detail))

        with pytest.raises(QboRejected) as caught:
            stage.client.write(WRITE)

        error = caught.value
        assert error.reason == "number.duplicate"
        assert error.params == {
            "number": "1037",
            "txn_type": "Invoice",
            "txn_id": "17984",
            "other_document": "invoice 1037",
        }
        assert [each.code for each in error.faults] == ["6140", "2050"]
        assert error.details["intuit_tid"] == TID
        assert error.details["requestid"] == "r1"

    def test_a_document_that_is_gone_says_so(self, stage):
        stage.says(
            fault(400, "610", detail="Object Not Found : Something you're trying to use has been made inactive.")
        )

        with pytest.raises(QboRejected) as caught:
            stage.client.read("invoice", "1")

        assert caught.value.reason == "qbo.document_deleted"

    def test_a_pdf_is_bytes_and_anything_else_is_judged(self, stage):
        stage.says(answer(200, b"%PDF-1.4 \xff", "application/pdf"))
        assert stage.client.pdf("invoice", "1") == b"%PDF-1.4 \xff"
        assert stage.last.query == {"minorversion": "75"}

        stage.says(fault(400, "610"))
        with pytest.raises(QboRejected):
            stage.client.pdf("invoice", "1")
        stage.says(answer(200, "<html>"))
        with pytest.raises(QboUnavailable):
            stage.client.pdf("invoice", "1")

    def test_sending_an_e_mail_is_an_empty_post(self, stage):
        stage.says(good({"Invoice": {"Id": "1", "EmailStatus": "EmailSent"}}))

        answered = stage.client.send("invoice", "1", "ann+b@oak.example")

        assert stage.last.path == f"/v3/company/{REALM}/invoice/1/send"
        assert stage.last.query == {"sendTo": "ann+b@oak.example", "minorversion": "75"}
        assert stage.last.headers["content-type"] == "application/octet-stream"
        assert stage.last.body == b""
        assert answered.entity["EmailStatus"] == "EmailSent"

    def test_an_e_mail_address_in_an_address_never_reaches_an_error(self, stage):
        stage.says(reset)

        with pytest.raises(OutcomeUnknown) as caught:
            stage.client.send("invoice", "1", "ann@oak.example")

        chain, error = "", caught.value
        while error:
            chain, error = chain + repr(error) + str(error.args), error.__cause__
        assert "oak" not in chain


class TestTokens:
    def test_a_refused_token_is_renewed_once_and_the_call_goes_on(self, stage):
        stage.says(fault(401, "3200", key="fault"), good(INVOICE))

        stage.client.write(WRITE)

        assert [heard.headers["authorization"] for heard in stage.server.heard] == [
            "Bearer token-1",
            "Bearer token-2",
        ]
        assert [heard.query["requestid"] for heard in stage.server.heard] == ["r1", "r1"]
        assert stage.tokens.refused == ["token-1"]

    def test_a_second_refusal_is_the_end_of_the_grant(self, stage):
        stage.says(fault(401, "3200"))

        with pytest.raises(QboAuthorizationExpired):
            stage.client.write(WRITE)

        assert len(stage.server.heard) == 2

    def test_a_removed_admin_costs_no_refresh(self, stage):
        stage.says(fault(401, "120"))

        with pytest.raises(QboAccessLost):
            stage.client.write(WRITE)

        assert stage.tokens.refused == []

    def test_403_in_lower_case_is_lost_access(self, stage):
        body = (
            '{"fault":{"error":[{"message":"message=ApplicationAuthorizationFailed; errorCode=003100; '
            'statusCode=403","code":"3100"}],"type":"SERVICE"},"time":1601391072830}'
        )
        stage.says(answer(403, body))

        with pytest.raises(QboAccessLost):
            stage.client.read("invoice", "1")


class TestEvidence:
    def test_every_request_leaves_evidence_also_when_it_fails(self, stage):
        stage.says(good(INVOICE), fault(400, "6140"), reset)
        stage.client.write(WRITE)
        with pytest.raises(QboRejected):
            stage.client.write(WRITE)
        with pytest.raises(OutcomeUnknown):
            stage.client.write(WRITE)

        first, second, third = stage.exchanges
        assert (first.status, first.error, first.intuit_tid, first.requestid) == (200, "", TID, "r1")
        assert first.path == f"/v3/company/{REALM}/invoice"
        assert first.query == "minorversion=75&requestid=r1"
        assert first.request_body == WRITE.body.decode()
        assert '"TotalAmt": 100.1' in first.response_body
        assert (second.status, second.error) == (400, "6140")
        assert (third.status, third.error, third.response_body) == (0, "ConnectionError", "")

    def test_no_token_gets_into_the_evidence(self, stage):
        body = '{"fault":{"error":[{"detail":"Token expired: token-1-eyJhbGciOiJkaXIi","code":"3200"}]}}'
        stage.says(answer(401, body))
        with pytest.raises(QboAuthorizationExpired):
            stage.client.write(WRITE)

        assert all("eyJhbGci" not in repr(each) + each.response_body for each in stage.exchanges)
        assert all("token-" not in each.request_body + each.query for each in stage.exchanges)

    def test_a_file_is_named_by_its_size_only(self, stage):
        stage.says(answer(200, b"%PDF-secret", "application/pdf"))

        stage.client.pdf("invoice", "1")

        assert stage.exchanges[-1].response_body == "[11 bytes of application/pdf]"

    def test_a_long_answer_of_a_read_is_cut_and_one_of_a_write_is_not(self, stage):
        long = {"Invoice": {"Id": "1", "PrivateNote": "x" * 100_000}}
        stage.says(good(long))

        stage.client.read("invoice", "1")
        stage.client.write(WRITE)

        assert len(stage.exchanges[0].response_body) < 70_000
        assert len(stage.exchanges[1].response_body) > 100_000

    def test_only_good_reads_are_metered(self, stage):
        stage.says(good(INVOICE), fault(400, "610"), good({"QueryResponse": {}}), good(INVOICE))
        stage.client.read("invoice", "1")
        with pytest.raises(QboRejected):
            stage.client.read("invoice", "2")
        stage.client.query("SELECT * FROM Invoice")
        stage.client.write(WRITE)

        assert [each.metered for each in stage.exchanges] == [True, False, True, False]
        assert (stage.meter.requests, stage.meter.reads) == (4, 2)

    def test_queries_inside_a_batch_are_metered_one_by_one(self, stage):
        stage.says(
            good({"BatchItemResponse": [{"bId": "1", "QueryResponse": {}}, {"bId": "2", "QueryResponse": {}}]})
        )
        items = [BatchItem(bid=bid, operation="query", query="SELECT * FROM Item") for bid in ("1", "2")]

        stage.client.batch(BatchRequest.of("b1", items))

        assert stage.meter.reads == 2

    def test_a_spent_budget_stops_reads_and_lets_writes_through(self, stage):
        stage.says(good(INVOICE))
        stage.meter.budget = 0

        with pytest.raises(ReadBudgetSpent):
            stage.client.read("invoice", "1")
        stage.client.write(WRITE)

        assert [heard.method for heard in stage.server.heard] == ["POST"]


class TestBrake:
    def test_our_own_limit_refuses_before_anything_is_sent(self, server):
        limits = Limits(store=None, alone=LocalLimitStore(), rules=LimitRules(per_second=1, per_minute=2))
        with staged(server, limits=limits) as stage:
            stage.says(good(INVOICE))
            stage.client.write(WRITE, lane="interactive")

            with pytest.raises(LocallyThrottled) as caught:
                stage.client.write(WRITE, lane="interactive")

            assert 0 < caught.value.retry_after <= 60
            assert len(server.heard) == 1

    def test_a_click_passes_where_bulk_waits(self, server):
        rules = LimitRules(per_second=40, per_minute=450)
        limits = Limits(store=None, alone=LocalLimitStore(), rules=rules)
        with staged(server, limits=limits) as stage:
            stage.says(good(INVOICE))
            holding = [limits.slot(Wanted(realm_id=REALM, lane=Lane.BULK)) for _ in range(6)]
            for each in holding:
                each.__enter__()

            with pytest.raises(LocallyThrottled):
                stage.client.write(WRITE, lane="bulk")
            assert stage.client.write(WRITE, lane="interactive").entity["Id"] == "266"
            for each in holding:
                each.__exit__(None, None, None)

    @pytest.mark.parametrize(
        "act",
        [
            XML_429,
            fault(200, "3001"),
            good({"BatchItemResponse": [{"bId": "1", "Fault": {"Error": [{"code": "3001"}]}}]}),
        ],
    )
    def test_after_quickbooks_throttled_nothing_leaves_for_a_while(self, server, act):
        limits = Limits(store=None, alone=LocalLimitStore(), rules=LimitRules(per_second=100))
        with staged(server, limits=limits) as stage:
            stage.says(act)
            try:
                item = stage.client.batch(BATCH).items["1"]
                assert isinstance(item.error, QboThrottled)
            except QboThrottled:
                pass

            with pytest.raises(LocallyThrottled) as caught:
                stage.client.write(WRITE, lane="interactive")

            assert 50 < caught.value.retry_after <= 60
            assert len(server.heard) == 1
