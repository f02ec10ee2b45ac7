"""The connection to our own database breaks in the middle of a transaction: nothing is told, nothing is lost."""

import pytest
from sqlalchemy.exc import DBAPIError

from qbo_connector.store import operations
from tests.rig.campaign import press
from tests.rig.stopping import Moment

CLAIM = "drain.claim"
MOST_COMMITS = 60


@pytest.mark.postgres
def test_a_connection_that_breaks_before_any_commit_costs_a_second_and_no_attempt(house, mortal):
    every = 1 if house.services.settings.uses_sqlite else 4
    for number in range(1, MOST_COMMITS, every):
        invoice = house.make(customer=stranger(number), lines=[line(number)])
        press(house, invoice["id"])
        cut_at = cut(mortal, number)
        if cut_at is None:
            break
        if cut_at != CLAIM:
            (waiting,) = open_work(house, invoice)
            assert (waiting.state, waiting.attempts, waiting.lease_owner) == ("waiting", 0, None), cut_at
        assert house.codes(invoice["id"]) == [], cut_at
        mortal.rest()

        assert house.record(invoice["id"]).state == "synced", cut_at
        assert len(house.quickbooks("Invoice", DocNumber=invoice["number"])) == 1, cut_at
        assert len(house.quickbooks("Customer", DisplayName=stranger(number)["name"])) == 1, cut_at
        assert len(house.quickbooks("Item", Name=line(number)["item"]["name"])) == 1, cut_at
    assert cut_at is None
    assert number > 20


def test_a_record_that_was_never_read_can_be_told_that_its_source_is_away(house, mortal):
    """The sentence of a finding names the amount, which nobody knows yet."""
    invoice = house.make()
    press(house, invoice["id"])
    house.sandbox.failures += [503]

    mortal.live()

    assert house.codes(invoice["id"]) == ["source.unavailable"]


def stranger(number):
    return {"id": f"cut-{number}", "name": f"Cut {number} Co", "email": f"cut{number}@shop.example"}


def line(number):
    item = {"id": f"cut-{number}", "name": f"Cut {number} Lamp"}
    return {"item": item, "quantity": "1", "price": "12.50"}


def cut(mortal, number):
    """Cut the connection before the commit of this number; where that was, or None if there was no such commit."""
    places = []

    def act(point):
        if point.moment is Moment.COMMIT:
            places.append(point.place)
            if len(places) == number:
                mortal.database.cut()

    try:
        mortal.live(act=act)
    except DBAPIError:
        assert places[-1] == CLAIM
    return places[number - 1] if len(places) >= number else None


def open_work(house, invoice):
    record = house.record(invoice["id"])
    with house.services.database.reading() as session:
        return operations.list_open_of_record(session, record.id)
