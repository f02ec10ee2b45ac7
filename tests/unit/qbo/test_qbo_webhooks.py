"""Calls from Intuit: the signature over raw bytes, both shapes, and junk."""

import base64
import hashlib
import hmac
import json
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qbo_connector.errors import Skippable
from qbo_connector.qbo.webhooks import Change, Notification, parse, verify

TOKEN = "b3f2-verifier"
CLASSIC = {
    "eventNotifications": [
        {
            "realmId": "310687",
            "dataChangeEvent": {
                "entities": [
                    {
                        "name": "Invoice",
                        "id": "1234",
                        "operation": "Create",
                        "lastUpdated": "2025-09-08T20:52:31.657Z",
                    },
                    {"name": "Customer", "id": "9", "operation": "Merge", "deletedId": "27"},
                ]
            },
        },
        {"realmId": "42", "dataChangeEvent": {"entities": [{"name": "Payment", "id": "5", "operation": "Void"}]}},
    ]
}
CLOUD = [
    {
        "specversion": "1.0",
        "id": "88cd52aa-33b6-4351-9aa4-47572edbd068",
        "source": "intuit.dsnBgbseACLLRZNxo2dfc4evmEJdxde58xeeYcZliOU=",
        "type": "qbo.invoice.created.v1",
        "datacontenttype": "application/json",
        "time": "2025-09-10T21:31:25.179851517Z",
        "intuitentityid": "1234",
        "intuitaccountid": "310687",
        "data": {},
    },
    {
        "id": "x",
        "type": "qbo.customer.merged.v1",
        "intuitentityid": "9",
        "intuitaccountid": "42",
        "data": {"deletedid": "27"},
    },
    {"id": "y", "type": "qbo.billpayment.emailed.v1", "intuitentityid": 7, "intuitaccountid": 42},
]


def signed(raw: bytes, token: str = TOKEN) -> str:
    return base64.b64encode(hmac.new(token.encode(), raw, hashlib.sha256).digest()).decode()


def test_a_signature_over_exactly_these_bytes_is_good():
    raw = json.dumps(CLASSIC, indent=1).encode()

    assert verify(raw, signed(raw), TOKEN)


@pytest.mark.parametrize(
    "signature",
    [
        "",
        "not base64 !",
        "====",
        "ä",
        signed(b"other"),
        signed(b"{}", "other token"),
        signed(b"{}")[:-4],
        signed(b"{}") + "AAAA",
    ],
)
def test_every_other_signature_is_bad_and_none_raises(signature):
    assert not verify(b"{}", signature, TOKEN)


def test_without_a_verifier_token_nothing_is_good():
    assert not verify(b"{}", signed(b"{}", ""), "")


def test_the_classic_shape_is_read_with_all_its_realms():
    first, merge, void = parse(json.dumps(CLASSIC).encode())

    assert first == Notification(
        realm_id="310687",
        entity="Invoice",
        qbo_id="1234",
        operation=Change.CREATE,
        at=datetime(2025, 9, 8, 20, 52, 31, 657000, tzinfo=UTC),
        event_id=first.event_id,
    )
    assert (merge.operation, merge.deleted_id, merge.at) == (Change.MERGE, "27", None)
    assert (void.realm_id, void.entity, void.operation) == ("42", "Payment", Change.VOID)


def test_cloud_events_are_read_with_all_their_realms():
    created, merged, emailed = parse(json.dumps(CLOUD).encode())

    assert (created.realm_id, created.entity, created.qbo_id) == ("310687", "Invoice", "1234")
    assert created.at == datetime(2025, 9, 10, 21, 31, 25, 179851, tzinfo=UTC)
    assert created.event_id == "88cd52aa-33b6-4351-9aa4-47572edbd068"
    assert (merged.operation, merged.deleted_id) == (Change.MERGE, "27")
    assert (emailed.entity, emailed.operation, emailed.qbo_id) == ("BillPayment", Change.EMAILED, "7")


def test_a_classic_event_delivered_again_has_the_same_id_and_a_later_one_another():
    def ids(stamp: str) -> list[str]:
        entry = {"name": "Invoice", "id": "1", "operation": "Update", "lastUpdated": stamp}
        group = {"realmId": "1", "dataChangeEvent": {"entities": [entry]}}
        return [each.event_id for each in parse(json.dumps({"eventNotifications": [group]}).encode())]

    assert ids("2026-01-01T00:00:00Z") == ids("2026-01-01T00:00:00Z")
    assert ids("2026-01-01T00:00:00Z") != ids("2026-01-01T00:00:01Z")


@pytest.mark.parametrize(
    "raw", [b"", b"{}", b"null", b"7", b"{", b"\xff", b'{"eventNotifications": {}}', b"[" * 100_000]
)
def test_junk_is_one_typed_error_that_blocks_nothing(raw):
    with pytest.raises(Skippable):
        parse(raw)


def test_one_unreadable_entry_does_not_cost_the_others():
    entries = [
        None,
        7,
        {},
        {**CLOUD[0], "type": "qbo.invoice.exploded.v1"},
        {**CLOUD[0], "intuitaccountid": None},
        CLOUD[0],
    ]

    assert [each.qbo_id for each in parse(json.dumps(entries).encode())] == ["1234"]


def test_one_unreadable_classic_entry_does_not_cost_the_others():
    good = {"name": "Invoice", "id": "1", "operation": "Update"}
    entries = [None, {}, {**good, "operation": "Explode"}, {**good, "id": ""}, {**good, "id": "9" * 65}, good]
    groups = [None, {"realmId": "1"}, {"realmId": "1", "dataChangeEvent": {"entities": entries}}]

    assert [each.qbo_id for each in parse(json.dumps({"eventNotifications": groups}).encode())] == ["1"]


@given(
    st.recursive(
        st.none() | st.integers() | st.text(max_size=5),
        lambda deep: (
            st.lists(deep)
            | st.dictionaries(
                st.sampled_from(
                    ["eventNotifications", "realmId", "dataChangeEvent", "entities", "name", "id", "type"]
                ),
                deep,
            )
        ),
    )
)
def test_no_json_of_any_shape_raises_anything_else(document):
    with suppress(Skippable):
        assert isinstance(parse(json.dumps(document).encode()), tuple)
