"""People, workers and QuickBooks do what they like in any order; when all is quiet, the books are in order.

CRASH_STORIES says how many stories are told, CRASH_SEED which ones.
"""

import os
import sys
from contextlib import closing
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from qbo_connector.store.states import BindingState, RecordState
from qbo_connector.sync.inbox import receive_qbo
from tests.rig.bookkeeper import SOMETHING
from tests.rig.campaign import press
from tests.rig.mailbox import mailbox
from tests.rig.reckoning import look
from tests.rig.troubles import KNOBS, OURS, TROUBLES, fault_of, knobs_of

STORIES = int(os.environ.get("CRASH_STORIES", "12"))
SEED = int(os.environ.get("CRASH_SEED", "20261122"))
STEPS = 20
MOST_INVOICES = 3
WHICH = st.integers(0, MOST_INVOICES - 1)
PRICES = st.sampled_from(["40.00", "12.34"])
NUMBERS = st.sampled_from(["7", "8"])
EDITED = ("error", "overwrite")
UNTOLD = {RecordState.SYNCED, RecordState.NEW}


class World(RuleBasedStateMachine):
    """One company, one source; every story has records, a customer and an item of its own, and one knob turned."""

    house = mortal = person = letters = None
    stories = documents = stopped = 0

    @initialize(knob=st.sampled_from([*KNOBS]))
    def begin(self, knob):
        self.house.simulator.knobs(**knobs_of(knob))
        World.stories += 1
        self.name = f"Q{World.stories}"
        self.made = {}
        self.pressed = set()
        self.touched = set()
        self.paid = set()
        self.theirs = {}
        self.letters.empty()
        self.house.rules(qbo_edit_of_source_doc=EDITED[World.stories % 2])
        self.make("40.00")
        self.click_and_wait(0)

    # the source

    @rule(price=PRICES)
    def make(self, price):
        if len(self.made) < MOST_INVOICES:
            customer = {"id": self.name, "name": f"{self.name}- Co", "email": f"{self.name.lower()}@shop.example"}
            number = f"{self.name}-{len(self.made) + 1}"
            made = self.house.make(number=number, customer=customer, lines=[self.line(price)])
            self.made[made["id"]] = made

    @precondition(lambda self: self.made)
    @rule(which=WHICH, price=PRICES)
    def edit(self, which, price):
        """Two prices only, so that many an edit goes back to what stood before."""
        self.change(which, lines=[self.line(price)])

    @precondition(lambda self: self.made)
    @rule(which=WHICH, number=NUMBERS)
    def renumber(self, which, number):
        number = f"{self.name}-{number}"
        if all(one["number"] != number for one in self.made.values()):
            self.change(which, number=number)

    @precondition(lambda self: self.made)
    @rule(which=WHICH)
    def click(self, which):
        invoice_id = self.pick(which)
        press(self.house, invoice_id)
        self.pressed.add(invoice_id)

    # the workers

    @rule()
    def work(self):
        self.mortal.live()

    @precondition(lambda self: self.made)
    @rule(which=WHICH)
    def click_and_wait(self, which):
        self.click(which)
        self.mortal.live()

    @rule(stop_at=st.integers(1, 40))
    def die(self, stop_at):
        self.mortal.live(stop_at=stop_at)
        self.mortal.bury()

    @rule(hours=st.sampled_from([0, 2]))
    def let_time_pass(self, hours):
        self.mortal.outlive_leases()
        self.mortal.hurry(hours=hours)

    # QuickBooks and the way to it

    @rule(trouble=st.sampled_from([*TROUBLES]), nth=st.integers(1, 3))
    def trouble(self, trouble, nth):
        self.house.simulator.arm(*fault_of(trouble, nth, OURS))

    @rule(hear=st.booleans())
    def webhooks(self, hear):
        """What was told so far comes in, or is lost."""
        for raw, headers in self.letters.empty():
            if hear:
                assert receive_qbo(self.house.services, raw, headers)

    # a person at QuickBooks

    @precondition(lambda self: self.pressed)
    @rule(which=WHICH)
    def edit_by_hand(self, which):
        standing = self.standing(which)
        if standing is not None:
            self.person.edit("Invoice", standing, PrivateNote="looked at by hand")

    @precondition(lambda self: self.pressed)
    @rule(which=WHICH)
    def renumber_by_hand(self, which):
        standing = self.standing(which)
        if standing is not None:
            self.touched.add(standing["Id"])
            number = f"{self.name}-x{standing['Id']}{standing['SyncToken']}"
            self.person.edit("Invoice", standing, DocNumber=number)

    @precondition(lambda self: self.pressed)
    @rule(which=WHICH, delete=st.booleans())
    def void_or_delete_by_hand(self, which, delete):
        standing = self.standing(which)
        if standing is not None and standing["Id"] not in self.paid:
            self.touched.add(standing["Id"])
            (self.person.delete if delete else self.person.void)(standing)

    @precondition(lambda self: self.pressed)
    @rule(which=WHICH)
    def pay(self, which):
        """A payment is no edit, whether or not QuickBooks counts it as a new version of the invoice."""
        standing = self.standing(which)
        if standing is not None and Decimal(str(standing["Balance"])) > 1:
            self.paid.add(standing["Id"])
            self.person.pay(standing, Decimal(1))

    @rule(number=NUMBERS, entity=st.sampled_from(["Invoice", "SalesReceipt"]))
    def take_or_free_a_number(self, number, entity):
        """Their own document stands in the way, or would if kinds shared numbers, until somebody deletes it."""
        number = f"{self.name}-{number}"
        if number in self.theirs:
            kind, standing = self.theirs.pop(number)
            self.person.delete(standing, kind)
        elif not [*self.person.every("Invoice", f"DocNumber = '{number}'")]:
            self.theirs[number] = entity, self.person.make(entity, DocNumber=number, **SOMETHING)

    @rule(active=st.booleans())
    def switch_item(self, active):
        where = f"Name LIKE '{self.name}- Lamp%' AND Active IN (true, false)"
        for item in self.person.every("Item", where):
            if item["Active"] is not active:
                self.person.edit("Item", item, Active=active, Name=f"{self.name}- Lamp")

    def teardown(self):
        """All is quiet: whoever clicked has been served, and both sides tell the same."""
        self.house.simulator.arm()
        self.webhooks(hear=True)
        self.mortal.rest()
        books = look(self.house, self.person, f"{self.name}-%")
        assert books.open_work == []
        World.documents += len(books.invoices)
        self.nothing_twice(books)
        for record in books.records:
            if record.external_id in self.pressed:
                self.in_order(books, record)

    def nothing_twice(self, books):
        ours = {link.qbo_id for links in books.bindings.values() for link in links}
        assert len(ours) == sum(map(len, books.bindings.values()))
        theirs = {one["Id"] for kind, one in self.theirs.values() if kind == "Invoice"}
        strays = {qbo_id for qbo_id in books.invoices if qbo_id not in ours | theirs | self.touched}
        assert strays == set(), [books.invoices[one] for one in strays]
        assert len(books.customers) <= 1
        assert len(books.items) <= 1

    def in_order(self, books, record):
        links, codes = books.bindings.get(record.id, ()), books.findings[record.id]
        told = (record.external_id, str(record.state), codes, [(one.qbo_id, one.in_quickbooks) for one in links])
        if record.state not in UNTOLD:
            World.stopped += 1
            assert codes, told
            return
        assert len(links) == 1, told
        assert links[0].state is BindingState.ACTIVE
        if links[0].qbo_id not in self.touched:
            document = books.invoices[links[0].qbo_id]
            assert Decimal(str(document["TotalAmt"])) == links[0].total, told
            assert document["DocNumber"] == links[0].number, told

    def line(self, price):
        return {"item": {"id": self.name, "name": f"{self.name}- Lamp"}, "quantity": "2", "price": price}

    def pick(self, which):
        return [*self.made][which % len(self.made)]

    def change(self, which, **told):
        invoice_id = self.pick(which)
        self.made[invoice_id] = self.house.change(invoice_id, **told)

    def standing(self, which):
        """The document of a record as it stands in QuickBooks, if there is one."""
        invoice_id = self.pick(which)
        links = self.house.links(invoice_id) if invoice_id in self.pressed else []
        return self.person.invoice(links[0].qbo_id) if links else None


@pytest.mark.requirement("T-22", "T-23", "T-24")
@pytest.mark.timeout(3600)
def test_whatever_happens_in_whatever_order_the_books_are_in_order_when_all_is_quiet(
    house, mortal, bookkeeper, capsys
):
    with mailbox() as letters, closing(bookkeeper):
        house.simulator.webhooks(letters.url)
        World.house, World.mortal, World.person, World.letters = house, mortal, bookkeeper, letters
        told = settings(
            max_examples=STORIES,
            stateful_step_count=STEPS,
            deadline=None,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=[*HealthCheck],
        )
        try:
            run_state_machine_as_test(seed(SEED)(World), settings=told)
        finally:
            house.simulator.knobs(**knobs_of("as_likely"))
    with capsys.disabled():
        sys.stdout.write(
            f"\nseed {SEED}: {World.stories} stories, {World.documents} documents, {World.stopped} stopped\n"
        )
    assert World.documents > STORIES / 2
