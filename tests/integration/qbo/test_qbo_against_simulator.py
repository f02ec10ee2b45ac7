"""The whole client against a simulated QuickBooks: writes that happen once, answers that get lost, reads."""

from datetime import timedelta
from decimal import Decimal

import pytest

from qbo_connector.errors import (
    OutcomeUnknown,
    QboAccessLost,
    QboAuthorizationExpired,
    QboCompanyClosed,
    QboRejected,
    QboThrottled,
    QboUnavailable,
    StaleSyncToken,
)
from qbo_connector.qbo.answers import WriteRequest
from qbo_connector.qbo.batch import BatchItem, BatchRequest
from qbo_connector.qbo.query import Query
from tests.integration.qbo.play import CONNECTION, change, invoice

DAY_S = 86_400
YEAR_S = 365 * DAY_S
LOST_AFTER = ["hang_after_commit", "reset_after_commit"]
LOST_BEFORE = ["hang_before_commit", "reset_before_commit", "http_500", "http_503_html"]


class TestWrites:
    def test_an_invoice_is_created_and_its_answer_is_the_truth(self, play):
        created = play.client.write(invoice("r1", number="W-1042")).entity

        assert created["DocNumber"] == "W-1042"
        assert created["TotalAmt"] == Decimal("100.10")
        assert created["SyncToken"] == "0"
        assert play.client.read("invoice", created["Id"]).entity["Id"] == created["Id"]

    def test_the_same_request_twice_is_one_invoice(self, play):
        before = play.invoices()

        first, second = (play.client.write(invoice("r1")) for _ in range(2))

        assert first.entity["Id"] == second.entity["Id"]
        assert play.invoices() == before + 1
        assert play.counts()["replays"] == 1

    @pytest.mark.parametrize("mishap", LOST_AFTER + LOST_BEFORE)
    def test_whatever_happens_to_the_answer_the_same_request_again_ends_in_one_invoice(self, play, mishap):
        before = play.invoices()
        play.goes_wrong(mishap)

        with pytest.raises(OutcomeUnknown):
            play.client.write(invoice("r1"))
        play.client.write(invoice("r1"))

        assert play.invoices() == before + 1

    def test_a_fault_in_a_good_answer_is_no_success(self, play):
        play.goes_wrong("fault_in_200")

        with pytest.raises((OutcomeUnknown, QboRejected, QboUnavailable)):
            play.client.write(invoice("r1"))

    def test_a_stale_sync_token_is_said_so(self, play):
        created = play.client.write(invoice("r1")).entity
        play.client.write(change(created, "r2", PrivateNote="first"))

        with pytest.raises(StaleSyncToken) as caught:
            play.client.write(change(created, "r3", PrivateNote="second"))

        assert caught.value.details["fault_code"] == "5010"
        assert "worked on" not in str(caught.value)

    @pytest.mark.requirement("T-20")
    def test_a_number_that_is_taken_names_its_bearer(self, play):
        play.control(f"companies/{play.realm}", {"preferences": {"SalesFormsPrefs": {"CustomTxnNumbers": True}}})
        bearer = play.client.write(invoice("r1", number="W-1042")).entity

        with pytest.raises(QboRejected) as caught:
            play.client.write(invoice("r2", number="W-1042"))

        assert caught.value.reason == "number.duplicate"
        assert caught.value.params == {
            "number": "W-1042",
            "txn_type": "Invoice",
            "txn_id": bearer["Id"],
            "other_document": "invoice W-1042",
        }

    def test_a_number_that_is_taken_may_be_allowed_for_one_document(self, play):
        play.control(f"companies/{play.realm}", {"preferences": {"SalesFormsPrefs": {"CustomTxnNumbers": True}}})
        play.client.write(invoice("r1", number="W-1042"))

        second = play.client.write(invoice("r2", number="W-1042", params={"include": "allowduplicatedocnum"}))

        assert second.entity["DocNumber"] == "W-1042"

    @pytest.mark.requirement("T-27")
    def test_a_number_that_is_too_long_says_by_how_much(self, play):
        play.control(f"companies/{play.realm}", {"preferences": {"SalesFormsPrefs": {"CustomTxnNumbers": True}}})

        with pytest.raises(QboRejected) as caught:
            play.client.write(invoice("r1", number="W" * 45))

        assert caught.value.reason == "field.too_long"
        assert (caught.value.params["length"], caught.value.params["limit"]) == ("45", "21")
        assert caught.value.params["field"] == "number"

    @pytest.mark.requirement("C-6")
    def test_void_and_delete(self, play):
        voided = play.client.write(invoice("r1")).entity
        deleted = play.client.write(invoice("r2")).entity

        answer = play.client.write(change(voided, "r3", operation="void"))
        gone = play.client.write(change(deleted, "r4", operation="delete"))

        assert answer.entity["TotalAmt"] == 0
        assert gone.entity["status"] == "Deleted"
        with pytest.raises(QboRejected) as caught:
            play.client.read("invoice", deleted["Id"])
        assert caught.value.reason == "qbo.document_deleted"

    def test_an_unknown_customer_is_said_to_be_the_customer(self, play):
        write = invoice("r1")
        body = write.body.replace(b'"CustomerRef": {"value": "1"}', b'"CustomerRef": {"value": "99999"}')

        with pytest.raises(QboRejected) as caught:
            play.client.write(WriteRequest(entity="invoice", body=body, requestid="r1"))

        assert caught.value.reason in {"customer.inactive", "reference.inactive", "reference.missing"}

    @pytest.mark.requirement("H-66")
    def test_a_name_that_is_taken_is_said_to_be_the_name(self, play):
        body = b'{"DisplayName": "Amy\'s Bird Sanctuary"}'

        with pytest.raises(QboRejected) as caught:
            play.client.write(WriteRequest(entity="customer", body=body, requestid="r1"))

        assert caught.value.reason == "customer.display_name_duplicate"

    @pytest.mark.parametrize("mishap", ["throttle", "throttle_xml"])
    def test_a_throttled_write_was_not_done(self, play, mishap):
        before = play.invoices()
        play.goes_wrong(mishap)

        with pytest.raises(QboThrottled):
            play.client.write(invoice("r1"))

        assert play.invoices() == before

    def test_a_company_without_a_subscription_takes_nothing(self, play):
        play.control(f"companies/{play.realm}", {"subscription_ended": True})

        with pytest.raises(QboCompanyClosed) as caught:
            play.client.write(invoice("r1"))

        assert caught.value.reason == "connection.subscription_ended"

    @pytest.mark.requirement("H-9")
    def test_a_closed_period_takes_nothing(self, play):
        play.control(f"companies/{play.realm}", {"book_close_date": "2026-11-30"})

        with pytest.raises(QboRejected) as caught:
            play.client.write(invoice("r1"))

        assert caught.value.reason == "date.closed_period"


class TestBatches:
    def batch(self, requestid, *bids):
        items = [BatchItem(bid=bid, entity="invoice", body=invoice("x").body) for bid in bids]
        return BatchRequest.of(requestid, items)

    def test_thirty_invoices_are_one_request_and_sending_it_again_does_nothing(self, play):
        before = play.invoices()
        request = self.batch("b1", *(str(number) for number in range(30)))

        first, second = (play.client.batch(request) for _ in range(2))

        ids = [item.entity["Id"] for item in first.items.values()]
        assert len(set(ids)) == 30
        assert [item.entity["Id"] for item in second.items.values()] == ids
        assert play.invoices() == before + 30

    def test_one_bad_item_spoils_none_of_the_others(self, play):
        bad = BatchItem(bid="bad", entity="invoice", body=b'{"Line": []}')
        good = BatchItem(bid="good", entity="invoice", body=invoice("x").body)

        items = play.client.batch(BatchRequest.of("b1", [bad, good])).items

        assert isinstance(items["bad"].error, QboRejected)
        assert items["good"].entity["TotalAmt"] == Decimal("100.10")

    def test_an_item_can_be_throttled_alone(self, play):
        play.control("faults", {"faults": [{"match": {"item": 2}, "then": "throttle"}]})

        items = play.client.batch(self.batch("b1", "1", "2", "3")).items

        assert [type(item.error) for item in items.values()] == [type(None), QboThrottled, type(None)]

    @pytest.mark.parametrize("mishap", LOST_AFTER)
    def test_a_batch_whose_answer_was_lost_is_sent_again_as_it_is(self, play, mishap):
        before = play.invoices()
        request = self.batch("b1", "1", "2", "3")
        play.goes_wrong(mishap, path="/batch")

        with pytest.raises(OutcomeUnknown):
            play.client.batch(request)
        assert all(item.error is None for item in play.client.batch(request).items.values())

        assert play.invoices() == before + 3


class TestReads:
    def test_what_we_count_as_a_read_the_other_side_counts_as_one(self, play):
        play.forget()
        created = play.client.write(invoice("r1")).entity
        play.client.read("invoice", created["Id"])
        play.client.query(Query("Customer").where("Active", "=", True))
        play.client.preferences()
        play.client.company_info()
        play.client.pdf("invoice", created["Id"])
        play.client.changes(["Invoice"], play.client.company_info().time - timedelta(hours=1))
        with pytest.raises(QboRejected):
            play.client.read("invoice", "99999")

        counts = play.counts()
        assert play.meter.reads == counts["coreplus"] == 7
        assert play.meter.requests == counts["requests"] == 9
        assert sum(each.metered for each in play.exchanges) == 7

    def test_a_write_costs_no_read(self, play):
        play.forget()
        play.client.write(invoice("r1"))

        assert play.counts()["coreplus"] == 0
        assert play.counts()["writes"] == 1

    def test_preferences_and_company(self, play):
        assert play.client.preferences().entity["CurrencyPrefs"]["HomeCurrency"]["value"] == "USD"
        assert play.client.company_info().entity["Country"] == "US"

    def test_a_pdf_and_an_e_mail(self, play):
        created = play.client.write(invoice("r1")).entity

        assert play.client.pdf("invoice", created["Id"]).startswith(b"%PDF")
        sent = play.client.send("invoice", created["Id"], "ann@oak.example").entity
        assert sent["EmailStatus"] == "EmailSent"

    def test_a_file_is_attached(self, play):
        created = play.client.write(invoice("r1")).entity
        about = (
            b'{"FileName": "a.txt", "ContentType": "text/plain", "AttachableRef": [{"EntityRef": '
            b'{"type": "Invoice", "value": "' + created["Id"].encode() + b'"}}]}'
        )

        attached = play.client.upload(about, b"hello", requestid="r2").entity

        assert attached["FileName"] == "a.txt"

    def test_every_page_of_a_list_is_read_once(self, play):
        everybody = Query("Customer").where("Active", "IN", (True, False))
        rows = [row for page in play.client.query_pages(everybody, size=7) for row in page.rows]

        counted = play.client.query(Query("Customer").where("Active", "IN", (True, False)).count()).total_count
        assert len(rows) == counted
        assert len({row["Id"] for row in rows}) == counted

    def test_a_row_changed_while_reading_costs_no_other_row(self, play):
        for number in range(6):
            play.client.write(invoice(f"r{number}"))
            play.control("clock", {"advance_s": 2})
        before = {row["Id"] for row in play.client.query("SELECT * FROM Invoice MAXRESULTS 1000").rows}
        pages = play.client.query_pages(Query("Invoice"), size=4)
        first = next(pages).rows

        play.control("clock", {"advance_s": 3600})
        play.client.write(change(first[0], "touch", PrivateNote="touched"))
        rest = [row for page in pages for row in page.rows]

        assert {row["Id"] for row in (*first, *rest)} == before

    def test_the_change_feed_tells_living_from_dead(self, play):
        start = play.client.company_info().time - timedelta(seconds=1)
        play.control("clock", {"advance_s": 5})
        since = start + timedelta(seconds=4)
        living = play.client.write(invoice("r1")).entity
        dead = play.client.write(invoice("r2")).entity
        play.client.write(change(dead, "r3", operation="delete"))

        changes = play.client.changes(["Invoice", "Customer"], since)

        assert [each.qbo_id for each in changes.objects if each.entity == "Invoice"] == [living["Id"]]
        assert [(each.entity, each.qbo_id) for each in changes.tombstones] == [("Invoice", dead["Id"])]
        assert changes.server_time > since
        assert not changes.saturated

    def test_the_librarys_object_classes_read_from_the_simulator(self, play):
        from quickbooks.objects import Customer  # noqa: PLC0415

        amy = Customer.get(1, qb=play.client.library())

        assert amy.DisplayName == "Amy's Bird Sanctuary"


class TestTokens:
    def test_a_sign_in_from_beginning_to_end(self, play):
        tokens = play.oauth.exchange(play.sign_in())
        play.store.put("connection-1", tokens)

        assert play.client.company_info().entity["Country"] == "US"
        assert tokens.hard_expires_in is not None
        assert tokens.hard_expires_in > 4 * 365 * 86400

    def test_a_code_is_good_once(self, play):
        code = play.sign_in()
        play.oauth.exchange(code)

        with pytest.raises(QboAuthorizationExpired):
            play.oauth.exchange(code)

    def test_a_token_that_expired_is_renewed_and_the_write_goes_on(self, play):
        before = play.invoices()
        play.goes_wrong("expired_token")

        play.client.write(invoice("r1"))

        assert play.invoices() == before + 1
        assert play.store.load("connection-1").version == 2

    def test_an_hour_later_a_new_token_is_had(self, play):
        play.client.company_info()
        play.control("clock", {"advance_s": 3700})

        assert play.client.company_info().entity["Country"] == "US"
        assert play.store.load("connection-1").version == 2

    def test_a_rotated_refresh_token_is_the_one_that_is_kept(self, play):
        play.control("knobs", {"rotate_after_s": 0, "old_token_grace_s": 0})
        for number in range(1, 5):
            bad = play.store.load("connection-1").tokens.access_token
            play.tokens.refreshed_after_401(bad)
            assert play.store.load("connection-1").version == number + 1

        assert play.client.company_info().entity["Country"] == "US"

    @pytest.mark.requirement("P-27")
    def test_after_a_revocation_nothing_is_had_any_more(self, play):
        tokens = play.store.load("connection-1").tokens
        play.oauth.revoke(tokens.refresh_token)

        with pytest.raises(QboAuthorizationExpired):
            play.client.company_info()
        play.oauth.revoke(tokens.refresh_token)

    @pytest.mark.requirement("P-27")
    def test_a_company_that_disconnected_us_is_said_so(self, play):
        play.control(f"companies/{play.realm}", {"disconnected": True})

        with pytest.raises((QboAuthorizationExpired, QboAccessLost)):
            play.client.company_info()

    @pytest.mark.requirement("C-25")
    def test_a_grant_that_nobody_used_for_101_days_is_gone(self, play):
        play.control("clock", {"advance_s": 102 * DAY_S})

        with pytest.raises(QboAuthorizationExpired):
            play.client.company_info()

    def test_a_grant_that_is_used_all_the_time_still_ends_after_five_years(self, play):
        play.store.put(CONNECTION, play.oauth.exchange(play.sign_in()))
        left = play.store.load(CONNECTION).tokens.hard_expires_in

        for _ in range(5 * YEAR_S // (95 * DAY_S)):
            play.control("clock", {"advance_s": 95 * DAY_S})
            play.client.company_info()
        play.control("clock", {"advance_s": 95 * DAY_S})

        assert 0 <= 5 * YEAR_S - left < DAY_S
        with pytest.raises(QboAuthorizationExpired):
            play.client.company_info()

    def test_a_person_who_left_the_company_is_said_so(self, play):
        play.control(f"companies/{play.realm}", {"user_removed": True})
        play.goes_wrong("expired_token", path="/companyinfo")

        with pytest.raises(QboAccessLost):
            play.client.company_info()

    def test_no_secret_is_in_any_evidence(self, play):
        play.goes_wrong("expired_token")
        play.client.write(invoice("r1"))
        play.client.send("invoice", play.client.write(invoice("r2")).entity["Id"], "ann@oak.example")

        kept = "".join(each.request_body + each.response_body + each.query + each.error for each in play.exchanges)
        assert play.credentials["access_token"] not in kept
        assert play.credentials["refresh_token"] not in kept
        assert "eyJ" not in kept
