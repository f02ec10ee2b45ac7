import pytest
from flask import Flask

from qbo_connector.errors import ConfigurationError
from qbo_connector.sync import members
from qbo_connector.web import access

READING = ["/", "/records", "/records.csv", "/progress.json", "/syncs", "/quickbooks", "/sources", "/settings",
           "/settings/members", "/settings/activity"]  # fmt: skip
ADMIN_ONLY = ["/syncs/new", "/sources/new/thrive", "/settings/widget-keys", "/settings/api-keys", "/doctor"]


def test_every_view_has_exactly_one_mark(app):
    views = {rule.endpoint: app.view_functions[rule.endpoint] for rule in app.url_map.iter_rules()}

    unmarked = [name for name, view in views.items() if not name.endswith("static") and not access.mark_of(view)]

    assert unmarked == []


def test_an_application_with_an_unmarked_view_does_not_start():
    app = Flask(__name__)
    app.add_url_rule("/forgotten", "forgotten", lambda: "anybody may read this")

    with pytest.raises(ConfigurationError, match="forgotten"):
        access.check_marks(app)


def test_nothing_that_reads_changes_anything_by_get(app):
    writing = {"connect", "sign_out", "install", "uninstall", "turn_on", "turn_off", "sync", "retry", "dismiss",
               "undismiss", "cancel", "fix", "bulk", "change_role", "remove_member", "retire_widget_key",
               "revoke_api_key", "end_entitlement", "check_again", "create_organization"}  # fmt: skip
    rules = [rule for rule in app.url_map.iter_rules() if rule.endpoint.rpartition(".")[2] in writing]

    assert len({rule.endpoint.rpartition(".")[2] for rule in rules}) == len(writing)
    assert [rule.endpoint for rule in rules if "GET" in (rule.methods or ())] == []


def test_a_stranger_is_asked_to_sign_in(app, organization_id):
    stranger = app.test_client()

    targets = [stranger.get(f"/o/{organization_id}{path}").location for path in (*READING, *ADMIN_ONLY)]

    assert [target for target in targets if not target.startswith("/sign-in?next=")] == []


def test_another_organization_reads_like_one_that_does_not_exist(owner, services):
    foreign = members.create_organization(services, name="Somebody else's")
    addresses = [f"/o/{each}{path}" for path in (*READING, *ADMIN_ONLY) for each in (foreign, foreign + 999)]

    assert {address: owner.get(address).status_code for address in addresses} == dict.fromkeys(addresses, 404)


def test_things_of_another_organization_are_not_found_through_ones_own(stage, make_person, services):
    mine = members.create_organization(services, name="Mine")
    invoice = stage.source.make()
    stage.sync(invoice["id"])
    record_id = stage.record(invoice["id"]).id
    person = make_person("eve@example.com", role="owner", organization_id=mine)

    paths = [
        f"/records/{record_id}",
        f"/records/{record_id}/preview",
        f"/records/{record_id}/activity",
        f"/quickbooks/{stage.connection_id}",
        f"/quickbooks/{stage.connection_id}/disconnect",
        f"/sources/{stage.account_id}",
        f"/sources/{stage.account_id}/remove",
        f"/syncs/{stage.pairing_id}",
        f"/syncs/new/{stage.account_id}/{stage.connection_id}",
        "/operations/1.json",
    ]

    assert {path: person.get(f"/o/{mine}{path}").status_code for path in paths} == dict.fromkeys(paths, 404)


def test_what_belongs_to_another_organization_cannot_be_changed_through_ones_own(stage, make_person, services):
    mine = members.create_organization(services, name="Mine")
    invoice = stage.source.make()
    stage.sync(invoice["id"])
    record_id = stage.record(invoice["id"]).id
    person = make_person("eve@example.com", role="owner", organization_id=mine)
    page = f"/o/{mine}/settings"

    answers = [
        person.post(f"/o/{mine}/records/{record_id}/dismiss", page=page),
        person.post(f"/o/{mine}/syncs/{stage.pairing_id}/off", page=page),
        person.post(f"/o/{mine}/records/{record_id}/sync", page=page, intent="push"),
        person.post(f"/o/{mine}/settings/members/{stage.user_id}/role", page=page, role="viewer"),
    ]

    assert [answer.status_code for answer in answers] == [404, 404, 404, 404]
    assert stage.record(invoice["id"]).state == "synced"


@pytest.mark.parametrize("role", ["viewer", "bookkeeper"])
def test_a_page_for_admins_tells_others_whom_to_ask(make_person, organization_id, read, role):
    person = make_person("vic@example.com", role=role, organization_id=organization_id)

    answers = [person.get(f"/o/{organization_id}{path}") for path in ADMIN_ONLY]

    assert {answer.status_code for answer in answers} == {403}
    assert "Ask one of its admins" in read(answers[0])


def test_a_viewer_cannot_press_the_buttons_of_others(make_person, organization_id):
    person = make_person("vic@example.com", role="viewer", organization_id=organization_id)

    answers = [
        person.post(f"/o/{organization_id}{path}", page="/organizations")
        for path in (
            "/quickbooks/connect",
            "/records/bulk",
            "/records/1/retry",
            "/sources/catalogue/thrive/install",
        )
    ]

    assert [answer.status_code for answer in answers] == [403, 403, 403, 403]


@pytest.mark.requirement("T-4")
def test_entitlements_are_for_operators_alone(owner, make_person, organization_id):
    operator = make_person("olga@example.com", operator=True)
    path = f"/o/{organization_id}/settings/entitlements"

    assert owner.get(path).status_code == 404
    assert operator.get(path).status_code == 200


def test_a_program_that_is_not_signed_in_gets_no_page(app, organization_id):
    answer = app.test_client().get(f"/o/{organization_id}/progress.json", headers={"Accept": "application/json"})

    assert answer.status_code == 401
