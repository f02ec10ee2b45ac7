"""Who changed what about an organization stands in its history, in words and without secrets."""

from qbo_connector.store import activity, users
from qbo_connector.store.states import Role
from qbo_connector.sync import accounts, members, pairings
from qbo_connector.web.history import lines_of
from tests.rig.stage import SOURCE


def told(stage, count):
    """The newest lines, oldest of them first."""
    with stage.services.database.reading() as session:
        rows = activity.list_in(session, stage.organization_id, limit=count)
        lines = lines_of(stage.services, session, rows)
    return [(line.who, line.sentence) for line in reversed(lines)]


def test_rules_and_switches_are_told_with_what_they_were(stage):
    actor = f"user:{stage.user_id}"
    pairings.set_rule(
        stage.services, stage.organization_id, stage.pairing_id, "default_item", "17", asked_by=actor
    )
    pairings.set_rule(
        stage.services, stage.organization_id, stage.pairing_id, "accounts", {"income": "79"}, asked_by=actor
    )
    pairings.turn_off(stage.services, stage.pairing_id, asked_by=actor)

    assert told(stage, 3) == [
        ("owner@shop.example", "Changed the rules of Invoices: default item from nothing to 17."),
        ("owner@shop.example", "Changed the rules of Invoices: accounts income from nothing to 79."),
        ("owner@shop.example", "Turned Invoices off."),
    ]


def test_filters_and_mappings_are_told_as_people_read_them(stage):
    place = stage.services, stage.organization_id, stage.pairing_id
    pairings.set_rule(*place, "mappings", [{"source": "po_number", "target": "custom:1"}])
    pairings.set_rule(*place, "filters", [{"property": "total", "operator": "at_least", "values": ["1000"]}])

    assert [sentence for _, sentence in told(stage, 2)] == [
        "Changed the rules of Invoices: mappings from nothing to po number → custom:1.",
        "Changed the rules of Invoices: filters from nothing to total at least 1000.",
    ]


def test_a_rule_that_stays_as_it_was_is_no_news(stage):
    before = told(stage, 50)
    pairings.set_rule(stage.services, stage.organization_id, stage.pairing_id, "default_item", "")

    assert told(stage, 50) == before


def test_an_account_is_told_by_its_labels_and_never_by_its_secrets(stage):
    other = {**stage.source_settings, "signing_secret": "sign_another-secret-of-theirs"}
    accounts.save_account(
        stage.services,
        stage.organization_id,
        SOURCE,
        "Shop",
        other,
        account_id=stage.account_id,
        asked_by="user:0",
    )

    (line,) = told(stage, 1)
    assert line[1].startswith("Changed the account Shop: ")
    everything = str(told(stage, 50))
    for secret in (*stage.source_settings.values(), *other.values()):
        assert secret.startswith("http") or secret not in everything


def test_members_and_grants_are_told(stage):
    members.create_user(stage.services, email="ann@shop.example", password="correct horse battery", name="Ann Lee")
    members.add_member(stage.services, stage.organization_id, email="ann@shop.example", role=Role.VIEWER)
    with stage.services.database.reading() as session:
        ann = users.find_by_email(session, "ann@shop.example")
    members.change_role(stage.services, stage.organization_id, ann.id, Role.ADMIN)
    members.remove_member(stage.services, stage.organization_id, ann.id)
    members.withdraw(stage.services, stage.organization_id, SOURCE, "beta", by="operator")

    assert [sentence for _, sentence in told(stage, 4)] == [
        "Added Ann Lee as viewer.",
        "Ann Lee is admin now.",
        "Ended the membership of Ann Lee.",
        f"Switched off beta for {SOURCE}.",
    ]
