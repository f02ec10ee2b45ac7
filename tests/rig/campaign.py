"""Records pushed by a worker that dies again and again, at points that are chosen so that each gets its turn.

A campaign goes through the knobs of the simulator. Under each of them it makes records, and lets the worker die at
every point under every trouble that was not tried there before; then at points chosen by chance, from a seed.
Whatever is left undone is carried to its end by a healthy worker, and both sides are compared.
"""

import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import cycle
from typing import Any

from qbo_connector.store import operations
from qbo_connector.store.states import Intent, Lane
from qbo_connector.sync.targets import ensure_record
from tests.rig.bookkeeper import Bookkeeper
from tests.rig.mortal import Mortal
from tests.rig.neutral import NeutralStage
from tests.rig.reckoning import complaints, look
from tests.rig.stopping import Moment, Point, Stopped
from tests.rig.troubles import KNOBS, TROUBLES, fault_of, knobs_of

DEATHS_AT_MOST = 12
"""Of one press; the product itself gives up after more attempts than twice as many."""

LONGEST_RUN = 36
"""Points of a run that only writes the invoice and tells the source, begins left out."""

EAGER = 0.45
"""How often a worker dies at a point that is new under a trouble; at once would leave the later ones untried."""

LONG_PAUSES = 0.15
"""How often hours pass until the next worker comes: too long to repeat a request, so it looks."""

CLASHES = 0.3
"""How often a sales receipt bears the number of a new invoice, which is in its way where kinds share numbers."""

PAYMENTS = 0.3
"""How often a part of an invoice is paid before its last edit."""

PART = Decimal("0.01")
FIRST_PRICE = "40.00"
TAKEN = "number.duplicate"
UNTOLD_PAYMENT = "payment.balance_differs"
"""What a record is warned of where an answer shows a payment that nothing had told of."""

LANES = (Lane.INTERACTIVE, Lane.EVENT)


class Broken(AssertionError):
    """Something is not as it must be when everything has come to rest."""


@dataclass(kw_only=True)
class Tally:
    """What a campaign has done."""

    stops: int = 0
    records: int = 0
    at: Counter[str] = field(default_factory=Counter)
    by_trouble: set[tuple[str, str]] = field(default_factory=set)
    by_knob: set[tuple[str, str]] = field(default_factory=set)
    passed: set[tuple[str, str]] = field(default_factory=set)

    @property
    def places(self) -> set[str]:
        """The functions in which a worker died."""
        return {name.partition(" ")[0] for name in self.at}

    def told(self) -> str:
        """In one line."""
        return (
            f"{self.stops} stops at {len(self.at)} points, {self.records} records, {len(self.by_trouble)} pairs "
            f"of point and trouble ({self.covered:.0%} of those passed), {len(self.by_knob)} of point and knob"
        )

    @property
    def covered(self) -> float:
        """Of all pairs of a point and a trouble that workers came by, the part at which one died."""
        return len(self.by_trouble) / len(self.passed)


@dataclass(kw_only=True)
class _Story:
    """One record, and what happened to it."""

    invoice_id: str
    total: Decimal
    told: list[str] = field(default_factory=list)
    warned: list[str] = field(default_factory=list)
    deaths: int = 0


class Campaign:
    """Kills the worker of one installation, over and over.

    With ``tried``, every point is tried under each trouble and each knob together; what stands in it was tried by
    another campaign before.
    """

    def __init__(
        self,
        stage: NeutralStage,
        *,
        seed: int,
        knobs: Sequence[str] = tuple(KNOBS),
        tried: set[tuple[str, str, str]] | None = None,
    ) -> None:
        self.tally = Tally()
        self._knobs = knobs
        self._stage = stage
        self._chance = random.Random(seed)  # noqa: S311 - dice, not a secret
        self._tried = tried
        self._mortal = Mortal(stage.services, lanes=LANES)
        self._person = Bookkeeper(stage.simulator, stage.realm_id)
        self._troubles = cycle(TROUBLES)
        self._knob = knobs[0]
        self._trouble = next(iter(TROUBLES))
        self._die_at = 0
        self._batch = 0

    def run(self, stops: int, *, told: Callable[[str], None] = lambda _line: None) -> None:
        """Die so often, spread evenly over the knobs.

        Raises:
            Broken: with the stories of the records that are not as they must be.
        """
        for number, knob in enumerate(self._knobs, start=1):
            self._under(knob, until=stops * number // len(self._knobs))
            told(f"{self.tally.stops:6} stops, {self.tally.records:5} records, under {knob}")

    def close(self) -> None:
        self._stage.simulator.arm()
        self._stage.simulator.knobs(**knobs_of(next(iter(KNOBS))))
        self._mortal.close()
        self._person.close()

    def _under(self, knob: str, *, until: int) -> None:
        self._knob = knob
        self._batch += 1
        self._stage.simulator.knobs(**knobs_of(knob))
        stories = []
        while self.tally.stops < until:
            stories.append(self._record(f"K{self._batch}-{len(stories) + 1}"))
            self.tally.records += 1
        self._compare(stories, f"K{self._batch}-%")

    def _record(self, name: str) -> _Story:
        """A new record for a customer and an item that nobody has seen, then edits of it."""
        made = self._stage.make(
            number=name,
            customer={"id": name, "name": f"{name} Co", "email": f"{name.lower()}@shop.example"},
            lines=[{"item": {"id": name, "name": f"{name} Lamp"}, "quantity": "2", "price": FIRST_PRICE}],
        )
        story = _Story(invoice_id=made["id"], total=Decimal(made["total"]))
        receipt = self._person.receipt(name) if self._chance.random() < CLASHES else None
        for price in self._prices():
            if price == FIRST_PRICE and self._chance.random() < PAYMENTS:
                self._pay(story)
            if price:
                story.told.append(f"edited to {price}")
                lines = [{"item": {"id": name, "name": f"{name} Lamp"}, "quantity": "2", "price": price}]
                story.total = Decimal(self._stage.change(made["id"], lines=lines)["total"])
            self._episode(story)
            if receipt and self._stage.codes(made["id"]) == [TAKEN]:
                self._person.edit("SalesReceipt", receipt, DocNumber=f"{name} R")
                receipt = None
                story.told.append("the number was given up")
                self._episode(story)
        return story

    def _pay(self, story: _Story) -> None:
        """Between two syncs somebody takes a payment.

        Where that counts as a new version, the next sync finds it before it writes; else the answer shows it.
        """
        (link,) = self._stage.links(story.invoice_id)
        standing = self._person.invoice(link.qbo_id)
        assert standing is not None
        self._person.pay(standing, PART)
        if KNOBS[self._knob].get("bump_invoice_on_payment") is False:
            story.warned.append(UNTOLD_PAYMENT)
        story.told.append("a payment was taken")

    def _prices(self) -> Iterator[str]:
        """As it was made, another price, and back again: the last is A → B → A."""
        yield ""
        yield f"{self._chance.randint(1, 9999) / 100:.2f}"
        yield FIRST_PRICE

    def _episode(self, story: _Story) -> None:
        """Somebody presses the button; the worker dies until it is done, or often enough; then all is well."""
        press(self._stage, story.invoice_id)
        was_done = self._dies_until_done(story)
        self._stage.simulator.arm()
        if was_done:
            return
        try:
            self._mortal.rest()
        except AssertionError as err:
            raise Broken(self._told([f"{story.invoice_id}: {err}"], [story])) from err

    def _dies_until_done(self, story: _Story) -> bool:
        until = story.deaths + DEATHS_AT_MOST
        while story.deaths < until:
            if self._lives(story) and not self._mortal.has_work():
                return True
            later = self._chance.random() < LONG_PAUSES
            self._mortal.hurry(hours=2 if later else 0)
        return False

    def _lives(self, story: _Story) -> bool:
        """One turn of the worker in trouble; False if it died, and was buried."""
        self._trouble = next(self._troubles)
        self._die_at = self._chance.randint(1, LONGEST_RUN)
        self._stage.simulator.arm(*fault_of(self._trouble, self._chance.randint(1, 3)))
        story.told.append(f"{self._trouble}:")
        if self._mortal.live(act=lambda point: self._maybe_die(point, story)):
            return True
        story.deaths += 1
        self.tally.stops += 1
        (self._mortal.bury if self._chance.random() < 0.5 else self._mortal.outlive_leases)()
        return False

    def _maybe_die(self, point: Point, story: _Story) -> None:
        """Die where nobody died before, often where nobody did in this trouble or knob, or where the dice say."""
        if point.moment is Moment.BEGIN:
            return
        self._die_at -= 1
        self.tally.passed.add((point.name, self._trouble))
        if not (self._is_new(point.name) or self._die_at == 0):
            return
        self.tally.at[point.name] += 1
        self.tally.by_trouble.add((point.name, self._trouble))
        self.tally.by_knob.add((point.name, self._knob))
        if self._tried is not None:
            self._tried.add((point.name, self._trouble, self._knob))
        story.told.append(f"died at {point.number}: {point.name}")
        raise Stopped

    def _is_new(self, name: str) -> bool:
        if name not in self.tally.at:
            return True
        tally = self.tally
        known = (name, self._trouble) in tally.by_trouble and (name, self._knob) in tally.by_knob
        if self._tried is not None:
            known = (name, self._trouble, self._knob) in self._tried
        return not known and self._chance.random() < EAGER

    def _compare(self, stories: Sequence[_Story], ours: str) -> None:
        books = look(self._stage, self._person, ours)
        mine = {story.invoice_id for story in stories}
        totals = {story.invoice_id: story.total for story in stories}
        warned = {story.invoice_id: story.warned for story in stories}
        found = complaints(books, totals, only=mine, warned=warned)
        found += [f"{len(books.customers)} customers for {len(stories)} records"] * (
            len(books.customers) != len(stories)
        )
        found += [f"{len(books.items)} items for {len(stories)} records"] * (len(books.items) != len(stories))
        if found:
            raise Broken(self._told(found, stories))

    def _told(self, found: Sequence[str], stories: Sequence[_Story]) -> str:
        """The complaints, and the story of every record that they name."""
        named = [story for story in stories if any(story.invoice_id in one for one in found)]
        tales = [f"{story.invoice_id}: {' / '.join(story.told)}" for story in named[:5]]
        return "\n".join([f"under {self._knob}:", *found[:20], *tales])


def press(stage: NeutralStage, invoice_id: str, intent: Intent = Intent.PUSH, **more: Any) -> int:
    """Store the wish that a click stores, without the page's look at the source."""
    target = stage.target(invoice_id)
    with stage.services.database.writing() as session:
        record = ensure_record(session, target)
        wish = operations.request(
            session,
            organization_id=stage.organization_id,
            connection_id=stage.connection_id,
            pairing_id=stage.pairing_id,
            record_id=record.id,
            intent=intent,
            lane=Lane.INTERACTIVE,
            asked_by="test",
            **more,
        )
        return wish.id
