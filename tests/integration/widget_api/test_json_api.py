"""The JSON API: keys and scopes, records, syncs, progress, and the document that describes it."""

import re
from datetime import UTC, datetime

import pytest

from qbo_connector.store import api_keys
from qbo_connector.sync import keys, members
from tests.integration.widget_api.doors import problem


def _key(stage, *scopes, organization_id=None):
    return keys.create_api_key(
        stage.services, organization_id or stage.organization_id, name="books", scopes=scopes, created_by=None
    )


def test_calls_without_a_living_key_are_refused(web, stage):
    issued = _key(stage, "read")
    door = web.api(issued.secret)
    assert door.get("records").status_code == 200
    keys.revoke_api_key(stage.services, stage.organization_id, int(issued.id))

    assert problem(door.get("records")) == (401, "api_key_invalid")
    assert problem(web.api("qk_nonsense").get("records")) == (401, "api_key_invalid")
    answer = web.http.get(f"{web.address}/api/v1/records", timeout=10)
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_people_see_when_a_key_was_used_last(web, stage):
    def last_used():
        with stage.services.database.reading() as session:
            return {key.id: key.last_used_at for key in api_keys.list_in(session, stage.organization_id)}

    used, unused = _key(stage, "read"), _key(stage, "read")
    door, before = web.api(used.secret), datetime.now(UTC)
    door.get("records")
    first = last_used()
    door.get("records")

    assert before <= first[int(used.id)] <= datetime.now(UTC)
    assert first[int(unused.id)] is None
    assert last_used() == first


def test_a_key_reaches_as_far_as_its_scopes(web, stage):
    invoice = stage.source.make()
    path = f"records/{stage.account_id}/invoice/{invoice['id']}"

    assert problem(web.api(_key(stage, "read").secret).post(f"{path}/sync")) == (403, "scope_missing")
    assert problem(web.api(_key(stage, "sync").secret).get(f"{path}/preview")) == (403, "scope_missing")


def test_a_session_of_the_widget_is_no_key(web, stage):
    assert problem(web.api(web.card("inv_1").credential).get("records")) == (401, "api_key_invalid")


def test_a_record_is_previewed_synced_and_found(api, stage):
    invoice = stage.source.make()
    path = f"records/{stage.account_id}/invoice/{invoice['id']}"
    preview = api.get(f"{path}/preview").json()
    answer = api.post(f"{path}/sync", {"plan_fingerprint": preview["plan_fingerprint"]})
    assert answer.status_code == 202
    stage.work()

    operation = api.get(f"operations/{answer.json()['operation']}").json()
    assert (operation["state"], operation["outcome"]) == ("done", "synced")
    (record,) = api.get("records", state="synced", search=invoice["id"]).json()["records"]
    assert record["external_id"] == invoice["id"]
    assert record["amount"] == invoice["total"]
    detail = api.get(f"records/{record['id']}").json()
    assert detail["quickbooks"]["url"].endswith(detail["quickbooks"]["id"])
    assert detail["findings"] == []


def test_money_is_text(api, stage):
    invoice = stage.source.make()
    preview = api.get(f"records/{stage.account_id}/invoice/{invoice['id']}/preview").json()

    for amount in (preview["total"], preview["quickbooks_total"], preview["tax"], preview["lines"][0]["amount"]):
        assert re.fullmatch(r"-?\d+(\.\d+)?", amount)


def test_money_as_a_number_is_refused(api, stage):
    path = f"records/{stage.account_id}/invoice/{stage.source.make()['id']}/sync"
    refused = api.post(path, {"inputs": {"amount": 12.5}})

    assert problem(refused) == (422, "invalid_request")
    assert refused.json()["errors"][0]["field"].startswith("inputs.amount")


def test_a_repeated_request_is_done_once(api, web, stage):
    path = f"records/{stage.account_id}/invoice/{stage.source.make()['id']}/sync"
    first, again = (api.post(path, key="nightly-7").json() for _ in range(2))
    other_program = web.api(_key(stage, "sync").secret)

    assert first == again
    assert problem(api.post(path, key="x" * 101)) == (422, "invalid_request")
    assert other_program.post(path, key="nightly-7").status_code == 202


@pytest.mark.requirement("T-10")
def test_a_draft_is_refused_with_its_finding(api, stage):
    path = f"records/{stage.account_id}/invoice/{stage.source.make(status='draft')['id']}/sync"
    refused = api.post(path)

    assert problem(refused) == (422, "not_eligible.draft")
    assert refused.json()["finding"]["remedy"].startswith("Send it in")


def test_a_body_that_is_no_json_starts_nothing(api, stage):
    invoice = stage.source.make()
    path = f"records/{stage.account_id}/invoice/{invoice['id']}/sync"
    headers = {"Content-Type": "application/json"}

    assert problem(api.call("POST", path, data=b"{", headers=headers))[0] == 400
    assert problem(api.call("POST", path, data=b"intent=push"))[0] == 415
    assert api.get("records", search=invoice["id"]).json()["records"] == []


def test_records_are_paged_by_cursor(api, stage):
    for _ in range(5):
        stage.ask(stage.source.make(number="W-PAGED")["id"])
    stage.work()
    pages = [api.get("records", limit=2, search="w-paged").json()]
    while pages[-1]["next_cursor"]:
        pages.append(api.get("records", limit=2, search="w-paged", cursor=pages[-1]["next_cursor"]).json())

    seen = [record["id"] for page in pages for record in page["records"]]
    assert [len(page["records"]) for page in pages] == [2, 2, 1]
    assert len(set(seen)) == 5


@pytest.mark.parametrize(
    "query", [{"limit": 0}, {"limit": 201}, {"state": "lost"}, {"colour": "red"}, {"pairing": "x"}], ids=str
)
def test_another_shape_of_query_is_refused(api, query):
    assert problem(api.get("records", **query)) == (422, "invalid_request")


def test_a_cursor_that_is_not_ours_is_refused(api):
    assert problem(api.get("records", cursor="nonsense")) == (422, "cursor_invalid")


def test_nothing_of_another_organization_is_seen(web, stage):
    invoice = stage.source.make()
    operation = stage.ask(invoice["id"])
    record = stage.record(invoice["id"])
    other = members.create_organization(stage.services, name="Other", owner_id=stage.user_id)
    door = web.api(_key(stage, "read", "sync", organization_id=other).secret)

    assert door.get("records").json() == {"records": [], "next_cursor": None}
    assert door.get("connections").json() == {"connections": []}
    assert door.get("pairings").json() == {"pairings": []}
    for path in (
        f"records/{record.id}",
        f"operations/{operation}",
        f"records/{stage.account_id}/invoice/{invoice['id']}/preview",
    ):
        assert problem(door.get(path)) == (404, "not_found")
    assert problem(door.post(f"records/{stage.account_id}/invoice/{invoice['id']}/sync")) == (404, "not_found")
    assert problem(door.post(f"pairings/{stage.pairing_id}/sync-now")) == (404, "not_found")


@pytest.mark.parametrize("path", ["runs/1", "records/99999", "operations/99999", "frobnicate", "operations/x"])
def test_what_does_not_exist_is_a_problem_document(api, path):
    assert problem(api.get(path)) == (404, "not_found")


def test_connections_and_pairings_are_listed(api, stage):
    (connection,) = api.get("connections").json()["connections"]
    (pairing,) = api.get("pairings").json()["pairings"]

    assert connection["id"] == stage.connection_id
    assert connection["state"] == "active"
    assert pairing["source_account"] == stage.account_id
    assert pairing["state"] == "on"


@pytest.mark.requirement("T-8")
def test_a_source_that_syncs_on_demand_refuses_sync_now(api, stage):
    stage.source.make()
    refused = api.post(f"pairings/{stage.pairing_id}/sync-now")

    assert problem(refused) == (422, "not_eligible.on_demand_only")
    assert "nothing from Thrive Inventory is sent by itself" in refused.json()["detail"]
    assert stage.work() == 0


def test_a_source_that_does_not_answer_is_not_our_failure(api, stage):
    invoice = stage.source.make()
    stage.source.fail({"then": "status", "status": 503, "path": "/thrive/v1/invoices", "times": 20})

    assert problem(api.get(f"records/{stage.account_id}/invoice/{invoice['id']}/preview")) == (
        424,
        "source.unavailable",
    )
