"""A worker falls asleep, its lease runs out, another does the work: what the sleeper does then has no effect."""

import os
from contextlib import closing

import pytest

from tests.rig import snapshot
from tests.rig.campaign import press
from tests.rig.mortal import Mortal, end_leases
from tests.rig.stopping import Moment

EVIDENCE = {"exchanges", "usage_days"}
"""What left was sent, and what was asked is metered, whoever did it."""

MOST_POINTS = 200
EVERY = int(os.environ.get("CRASH_EVERY", "2"))


@pytest.fixture
def rival(house):
    with closing(Mortal(house.services, owner="rival")) as rival:
        yield rival


@pytest.mark.requirement("T-22")
@pytest.mark.timeout(300)
@pytest.mark.parametrize("strange", [True, False], ids=["strange buyer and product", "known ones"])
def test_whoever_wakes_up_late_writes_nothing_but_evidence(house, mortal, rival, strange):
    """Asleep at every point where no transaction is open; of strangers only until the document's turn."""
    for number in range(1, MOST_POINTS, EVERY):
        invoice = house.make(**(about(number) if strange else {}))
        press(house, invoice["id"])
        point, left = sleep_at(house, mortal, rival, number)
        if point is None:
            break

        assert snapshot.changed(left, taken(house)) == {}, (number, point.name)
        assert house.record(invoice["id"]).state == "synced", point.name
        assert len(house.quickbooks("Invoice", DocNumber=invoice["number"])) == 1, point.name
        if strange and point.place == "push._conclude":
            break
    assert number > 20


def sleep_at(house, mortal, rival, number):
    """Where the sleeper slept, and how the other left everything."""
    asleep, passed = [], []

    def act(point):
        if point.moment is not Moment.COMMIT:
            passed.append(point)
        if len(passed) == number and not asleep:
            asleep.append(point)
            with house.services.database.writing() as session:
                end_leases(session)
            rival.live()
            asleep.append(taken(house))

    mortal.live(act=act)
    return asleep or (None, None)


def taken(house):
    return snapshot.take(house.services.database, without=EVIDENCE)


def about(number):
    name = f"Late {number}"
    return {
        "customer": {"id": name, "name": f"{name} Co", "email": f"late{number}@shop.example"},
        "lines": [{"item": {"id": name, "name": f"{name} Lamp", "sku": name}, "quantity": "1", "price": "3.00"}],
    }
