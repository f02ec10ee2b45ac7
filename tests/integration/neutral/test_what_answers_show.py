"""What an answer of QuickBooks shows is told until there is another answer, however often nothing is sent."""

from contextlib import closing
from decimal import Decimal

import pytest

from qbo_connector.policy.catalogue import Role
from qbo_connector.sync import asks, look
from qbo_connector.sync.fixes import apply_fix
from qbo_connector.sync.tax_table import tax_table
from tests.rig.bookkeeper import Bookkeeper
from tests.rig.campaign import press
from tests.rig.mortal import Mortal

MOST_POINTS = 60


@pytest.fixture(scope="module")
def region():
    return "GB"


@pytest.fixture
def mapped(stage):
    """The code of the source's tax is known."""
    place = (stage.services, stage.organization_id, stage.pairing_id)
    (code,) = [qbo_id for qbo_id, name in tax_table(*place).codes if name == "20.0% S"]
    stage.set_rules(taxes={"VAT 20 %": code})
    yield stage
    stage.set_rules(taxes={})


@pytest.fixture
def bookkeeper(house):
    with closing(Bookkeeper(house.simulator, house.realm_id)) as person:
        yield person


@pytest.fixture
def mortal(house):
    with closing(Mortal(house.services)) as worker:
        yield worker


def a_penny_off():
    """Three lines whose tax comes to less when it is rounded on each of them; QuickBooks rounds it once."""
    line = {"item": {"id": "p-lamp", "name": "Lamp"}, "quantity": "1", "price": "0.12"}
    tax = {"name": "VAT 20 %", "rate": "20", "amount": "0.02"}
    return {"currency": "GBP", "lines": [{**line, "tax": tax}] * 3, "tax": {"amount": "0.06"}}


def fix(stage, invoice, action):
    apply_fix(stage.services, stage.target(invoice["id"]), action, role=Role.ADMIN, asked_by="user:1", inputs={})
    stage.work()


def stands(stage, invoice):
    record = stage.record(invoice["id"])
    return str(record.state), stage.codes(invoice["id"])


@pytest.mark.requirement("C-10", "C-14")
def test_an_invoice_that_is_held_for_its_total_is_not_good_by_being_synced_again(mapped):
    invoice = mapped.make(**a_penny_off())
    first = mapped.sync(invoice["id"])
    mapped.simulator.forget_requests()
    second = mapped.sync(invoice["id"])

    assert (first.outcome, second.outcome) == ("held", "held")
    assert stands(mapped, invoice) == ("held", ["tax.difference"])
    assert mapped.writes() == []
    assert all(amount in mapped.sentence(invoice["id"]) for amount in ("0.42", "0.43"))


def test_nor_by_being_set_aside_and_taken_back_in(mapped):
    invoice = mapped.make(**a_penny_off())
    mapped.sync(invoice["id"])
    fix(mapped, invoice, "dismiss")
    aside = (*stands(mapped, invoice), mapped.leads(invoice["id"]))
    shown = look.record_view(mapped.services, mapped.target(invoice["id"]))
    asks.undismiss(mapped.services, mapped.organization_id, mapped.record(invoice["id"]).id, asked_by="user:1")
    back = (*stands(mapped, invoice), mapped.leads(invoice["id"]))
    again = mapped.sync(invoice["id"])

    assert aside == ("dismissed", ["tax.difference"], "")
    assert shown.finding is None
    assert [check.code for check in shown.checks if not check.passed] == ["not_eligible.dismissed"]
    assert back == ("held", ["tax.difference"], "tax.difference")
    assert again.outcome == "held"
    assert all(amount in mapped.sentence(invoice["id"]) for amount in ("0.42", "0.43"))


def test_nor_by_a_stop_for_another_reason(mapped):
    invoice = mapped.make(**a_penny_off())
    mapped.sync(invoice["id"])
    mapped.change(invoice["id"], number="N" * 30, **a_penny_off())
    mapped.sync(invoice["id"])
    between = mapped.codes(invoice["id"])
    mapped.change(invoice["id"], number=invoice["number"], **a_penny_off())
    mapped.sync(invoice["id"])

    assert between == ["field.too_long", "tax.difference"]
    assert stands(mapped, invoice) == ("held", ["tax.difference"])


def test_another_answer_ends_it(mapped):
    invoice = mapped.make(**a_penny_off())
    mapped.sync(invoice["id"])
    tax = {"name": "VAT 20 %", "rate": "20", "amount": "0.20"}
    line = {"item": {"id": "p-lamp", "name": "Lamp"}, "quantity": "1", "price": "1.00", "tax": tax}
    mapped.change(invoice["id"], lines=[line], tax={"amount": "0.20"})
    mapped.sync(invoice["id"])

    assert stands(mapped, invoice) == ("synced", [])


@pytest.mark.parametrize(("action", "state"), [("take_theirs", "synced"), ("undo", "new")])
def test_a_person_may_accept_it_or_take_the_sync_back(mapped, action, state):
    invoice = mapped.make(**a_penny_off())
    mapped.sync(invoice["id"])
    fix(mapped, invoice, action)

    assert stands(mapped, invoice) == (state, [])
    if state == "synced":
        mapped.sync(invoice["id"])
        assert stands(mapped, invoice) == ("synced", [])


def test_an_undo_that_brings_the_difference_back_says_so(mapped):
    invoice = mapped.make(**a_penny_off())
    mapped.sync(invoice["id"])
    fix(mapped, invoice, "take_theirs")
    tax = {"name": "VAT 20 %", "rate": "20", "amount": "0.20"}
    line = {"item": {"id": "p-lamp", "name": "Lamp"}, "quantity": "1", "price": "1.00", "tax": tax}
    mapped.change(invoice["id"], lines=[line], tax={"amount": "0.20"})
    mapped.sync(invoice["id"])
    between = stands(mapped, invoice)
    fix(mapped, invoice, "undo")

    assert between == ("synced", [])
    assert stands(mapped, invoice) == ("held", ["tax.difference"])
    assert Decimal(str(mapped.invoice(invoice["number"])["TotalAmt"])) == Decimal("0.43")


@pytest.mark.requirement("T-22")
def test_it_is_held_wherever_the_worker_stopped(mapped, mortal):
    for stop_at in range(9, MOST_POINTS, 3):
        invoice = mapped.make(**a_penny_off())
        press(mapped, invoice["id"])
        mortal.live(stop_at=stop_at)
        mortal.bury()
        mortal.hurry()
        mortal.live(stop_at=7)
        mortal.rest()

        assert stands(mapped, invoice) == ("held", ["tax.difference"]), stop_at
        if mortal.outlived:
            break
    assert stop_at > 20


@pytest.mark.requirement("C-11")
def test_a_payment_is_told_once_by_the_answer_that_shows_it_first(mapped, bookkeeper):
    mapped.simulator.knobs(bump_invoice_on_payment=False)
    tax = {"name": "VAT 20 %", "rate": "20", "amount": "2.00"}
    line = {"item": {"id": "p-lamp", "name": "Lamp"}, "quantity": "1", "price": "10.00", "tax": tax}
    invoice = mapped.make(currency="GBP", lines=[line], tax={"amount": "2.00"})
    mapped.sync(invoice["id"])
    bookkeeper.pay(mapped.invoice(invoice["number"]), Decimal("5.00"))
    told = []
    for memo in ("first", "second"):
        mapped.change(invoice["id"], memos={"note": memo}, tax={"amount": "2.00"})
        mapped.sync(invoice["id"])
        told.append(mapped.codes(invoice["id"]))
    mapped.simulator.knobs(bump_invoice_on_payment=True)

    assert told == [["payment.balance_differs"], []]
    assert mapped.record(invoice["id"]).state == "synced"
