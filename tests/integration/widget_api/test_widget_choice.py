"""Choosing field by field over the card's calls: rows with keys, winners by key, refusals in problem documents."""

from collections.abc import Iterator

import pytest

from qbo_connector.app import create_app
from qbo_connector.jobs.bell import SilentBell
from tests.integration.widget_api.conftest import House, settings_in
from tests.integration.widget_api.doors import Clock, problem
from tests.rig.neutral import set_up
from tests.rig.simulator import Simulator
from tests.rig.web import serving

LAMP = {"item": {"id": "p-lamp", "name": "Lamp"}, "quantity": "1", "price": "40.00"}


@pytest.fixture(scope="module")
def house(tmp_path_factory, sqlite_template, valkey_server, simulator_server, shops) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("choice")
    simulator = Simulator(simulator_server.base_url)
    settings = settings_in(folder, sqlite_template, valkey_server, simulator)
    clock = Clock()
    with set_up(settings, simulator, folder, shop=shops.copied(settings, simulator)) as stage:
        stage.rules(qbo_edit_of_source_doc="conflict_rule", conflict="ask")
        app = create_app(stage.services.settings, bell=SilentBell(), clock=clock)
        with serving(app, host="127.0.0.1") as address:
            yield House(stage=stage, app=app, address=address, clock=clock)
    simulator.close()


@pytest.fixture
def stage(house):
    house.stage.work()
    return house.stage


@pytest.fixture
def conflict(stage):
    """An invoice that both sides changed."""
    made = stage.make(memos={"note": "Ring once"})
    stage.sync(made["id"])
    document = stage.invoice(made["number"])
    version = {name: document[name] for name in ("Id", "SyncToken", "CustomerRef")}
    stage.person("Invoice", {**version, "sparse": True, "CustomerMemo": {"value": "by hand"}})
    changed = stage.change(made["id"], lines=[LAMP])
    stage.sync(made["id"])
    return changed


def inputs_of(card, **winners):
    """The answers of the button, as they are served, with these winners."""
    fixes = card.get("record").json()["finding"]["fixes"]
    (fix,) = (fix for fix in fixes if fix["action"] == "merge_fields")
    answered = {one["name"]: one["value"] for one in fix["inputs"] if one["answered"]}
    return {"inputs": {**answered, "winners": winners}}


@pytest.mark.requirement("H-34")
def test_each_row_has_a_key_beside_its_words(web, conflict):
    rows = web.card(conflict["id"]).get("record").json()["compare"]

    assert rows == [
        {
            "key": "customer_memo",
            "field": "Message on invoice",
            "source": "Ring once",
            "quickbooks": "by hand",
            "winners": ["source", "quickbooks"],
            "why": "",
        },
        {
            "key": "lines",
            "field": "Lines",
            "source": "Lamp, 1 × 40, USD 40.00",
            "quickbooks": "Lamp, 2 × 40, USD 80.00; Fitting, 1.5 × 60, USD 90.00",
            "winners": ["source"],
            "why": "Neutral Books's version; to keep QuickBooks' lines, keep its version as a whole",
        },
        {
            "key": "total",
            "field": "Total",
            "source": "USD 40.00",
            "quickbooks": "USD 170.00",
            "winners": ["source"],
            "why": "Neutral Books's version; to keep QuickBooks' total, keep its version as a whole",
        },
    ]


@pytest.mark.requirement("H-34", "B-9")
def test_winners_go_by_key_and_the_same_press_is_one_operation(stage, web, conflict):
    card = web.card(conflict["id"])
    body = inputs_of(card, customer_memo="quickbooks", lines="source", total="source")

    started = [card.post("fixes/merge_fields", body, key="press-1") for _ in range(2)]
    stage.work()
    again = card.post("fixes/merge_fields", body, key="press-1")

    assert [answer.status_code for answer in started] == [202, 202]
    assert len({answer.json()["operation"] for answer in (*started, again)}) == 1
    document = stage.invoice(conflict["number"])
    assert (document["CustomerMemo"]["value"], document["TotalAmt"]) == ("by hand", 40)
    record = card.get("record").json()
    assert (record["state"], record["compare"]) == ("synced", [])


@pytest.mark.requirement("H-34")
@pytest.mark.parametrize(
    ("winners", "code", "detail"),
    [
        ({"customer_memo": "source", "total": "quickbooks"}, "field.invalid", "Total: Neutral Books's version"),
        ({"customer_memo": "source", "Total": "source"}, "field.invalid", "“Total” is no field"),
        ({"lines": "source"}, "field.missing", "Choose a side for “Message on invoice”."),
    ],
    ids=["amount", "words instead of a key", "missing"],
)
def test_a_refusal_names_the_field(web, conflict, winners, code, detail):
    card = web.card(conflict["id"])

    answer = card.post("fixes/merge_fields", inputs_of(card, **winners))

    assert problem(answer) == (422, code)
    assert answer.json()["detail"].startswith(detail)


@pytest.mark.requirement("H-34", "T-18")
def test_versions_that_were_not_shown_are_a_conflict_of_their_own(web, stage, conflict):
    card = web.card(conflict["id"])
    body = inputs_of(card, customer_memo="quickbooks")
    stage.change(conflict["id"], memos={"note": "Ring twice"})

    answer = card.post("fixes/merge_fields", body)

    assert problem(answer) == (409, "preview.outdated")
    assert "please look again" in answer.json()["detail"]


def test_a_choice_cannot_be_slipped_past_the_button(web, stage, conflict):
    card = web.card(conflict["id"])
    slipped = {"seen": inputs_of(card)["inputs"]["seen"], "kept": "customer_memo", "told": "x"}

    answer = card.post("sync", {"intent": "update", "inputs": {"merge": slipped}})
    stage.work()

    assert answer.status_code == 202
    assert stage.operation(answer.json()["operation"]).inputs == {}
    assert stage.invoice(conflict["number"])["CustomerMemo"]["value"] == "Ring once"
