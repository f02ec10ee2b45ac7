"""The story of the demo without a person: one line for each step, with its time; all of it over real HTTP."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import click
import requests

from qbo_connector.cli.demo.practice_books import PracticeBooks
from qbo_connector.cli.demo.running import RunningDemo
from qbo_connector.cli.demo.widget_user import WidgetRefused, WidgetUser

ANSWER_S = 10
CRASH_S = 45
PAUSE_S = 0.05


class StepFailed(Exception):
    """A step did not end as it should; the message says how it ended."""


def expect(truth: object, otherwise: str) -> None:
    """Go on only if it is so.

    Raises:
        StepFailed: it is not.
    """
    if not truth:
        raise StepFailed(otherwise)


@dataclass(slots=True, kw_only=True)
class Scene:
    """What the steps share: the parts, and the invoice they are about."""

    running: RunningDemo
    source: str
    books: PracticeBooks
    script: dict[str, Any]
    invoice: dict[str, Any]

    def widget(self) -> WidgetUser:
        """A person who opens the widget on the invoice."""
        return WidgetUser(self.running.web, self.running.widget_keys[self.source], self.invoice["id"])

    def make(self, **more: Any) -> None:
        """A new draft in the source."""
        self.invoice = self._told("POST", "invoices", {**self.script["create"], **more})["invoice"]

    def send(self) -> None:
        """Send it to somebody, which takes it out of draft."""
        path = f"invoices/{self.invoice['id']}/send"
        self.invoice = self._told("POST", path, {"address": self.script["address"]})["invoice"]

    def change(self, **fields: Any) -> None:
        """Change the invoice in the source."""
        self.invoice = self._told("PATCH", f"invoices/{self.invoice['id']}", fields)["invoice"]

    def document(self) -> dict[str, Any]:
        """The one QuickBooks invoice with the invoice's number."""
        found = self.books.invoices(self.invoice["number"])
        expect(len(found) == 1, f"QuickBooks has {len(found)} invoices {self.invoice['number']}")
        return found[0]

    def _told(self, method: str, path: str, body: dict[str, Any]) -> dict[str, Any]:
        address = f"{self.running.sources[self.source]}/_sandbox/{path}"
        answer = requests.request(method, address, json=body, timeout=ANSWER_S)
        expect(answer.ok, f"{address} answered {answer.status_code}")
        found: dict[str, Any] = answer.json()
        return found


def play(running: RunningDemo) -> bool:
    """Perform every step for every source that has a script; whether all of them came true."""
    started = time.monotonic()
    good = all(_perform(step, scene) for scene in _scenes(running) for step in STEPS)
    click.echo(f"{'All is well' if good else 'The story broke off'} after {time.monotonic() - started:.1f} s.")
    return good


def _scenes(running: RunningDemo) -> Iterable[Scene]:
    books = PracticeBooks(running.simulator)
    for key, url in running.sources.items():
        answer = requests.get(f"{url}/_sandbox/story", timeout=ANSWER_S)
        if answer.ok:
            yield Scene(running=running, source=key, books=books, script=answer.json(), invoice={})


def _perform(step: "Step", scene: Scene) -> bool:
    started = time.monotonic()
    try:
        step.perform(scene)
    except (StepFailed, WidgetRefused, requests.RequestException) as err:
        click.echo(f"FAILED  {step.sentence}: {err}")
        return False
    click.echo(f"{time.monotonic() - started:6.2f} s  {step.sentence}")
    return True


def _everything_answers(scene: Scene) -> None:
    for path in ("/healthz", "/readyz", "/"):
        answer = requests.get(f"{scene.running.web}{path}", timeout=ANSWER_S)
        expect(answer.ok, f"{path} answered {answer.status_code}")


def _draft_is_left_alone(scene: Scene) -> None:
    scene.make()
    with scene.widget() as person:
        seen = person.record()
        expect(seen["state"] == "not_available", f"the widget says {seen['state']}")
        try:
            person.press_sync()
        except WidgetRefused as refused:
            expect(refused.code == "not_eligible.draft", f"it was refused as {refused.code}")
            return
    raise StepFailed("a draft was taken")


def _sent_invoice_is_previewed(scene: Scene) -> None:
    scene.send()
    with scene.widget() as person:
        plan = person.preview()
    expect(plan["decision"] == "create", f"the preview says {plan['decision']}: {plan['refusals']}")
    expect(plan["quickbooks_total"] == plan["total"], "the preview's totals differ")
    expect(not scene.books.invoices(scene.invoice["number"]), "the preview wrote something")


def _invoice_lands(scene: Scene) -> None:
    with scene.widget() as person:
        _synced(person.sync())
    _equal_to_the_cent(scene)


def _edited_invoice_is_updated(scene: Scene) -> None:
    before = scene.document()
    scene.change(**scene.script["edit"])
    with scene.widget() as person:
        _synced(person.sync("update"))
    expect(scene.document()["Id"] == before["Id"], "another QuickBooks invoice was written")
    _equal_to_the_cent(scene)


def _nothing_to_do_costs_nothing(scene: Scene) -> None:
    before = scene.document()["SyncToken"]
    with scene.widget() as person:
        seen = person.sync()
    expect(seen["outcome"] == "unchanged", f"it ended as {seen['outcome']}")
    expect(scene.document()["SyncToken"] == before, "QuickBooks was written")


def _changed_number_makes_a_new_invoice(scene: Scene) -> None:
    old_number, old = scene.invoice["number"], scene.document()
    scene.change(number=f"{old_number}-B")
    with scene.widget() as person:
        _synced(person.sync())
    expect(scene.document()["Id"] != old["Id"], "the old invoice was renumbered")
    (kept,) = scene.books.invoices(old_number)
    expect(kept["SyncToken"] == old["SyncToken"], "the old invoice was touched")


def _taken_number_is_refused(scene: Scene) -> None:
    scene.make(status="open")
    scene.books.make(scene.invoice["number"])
    with scene.widget() as person:
        try:
            seen = person.sync()
        except WidgetRefused as refused:
            expect(refused.code == "number.duplicate", f"it was refused as {refused.code}")
            return
    finding = seen["finding"] or {}
    expect(finding.get("code") == "number.duplicate", f"it ended as {seen['outcome']}: {finding.get('sentence')}")
    expect(finding.get("remedy"), "no remedy is given")
    expect(len(scene.books.invoices(scene.invoice["number"])) == 1, "a second invoice has the number")


def _killed_worker_leaves_one_invoice(scene: Scene) -> None:
    """The worker dies after QuickBooks has committed and before it could hear so."""
    scene.make(status="open")
    scene.books.arm("hang_after_commit", "/invoice")
    try:
        with scene.widget() as person:
            operation = person.press_sync()
            _wait_until(scene.books.has_misbehaved)
            _kill_workers(scene.running)
            _synced(person.wait(operation, within_s=CRASH_S))
    finally:
        scene.books.disarm()
    _equal_to_the_cent(scene)


def _synced(seen: dict[str, Any]) -> None:
    sentence = (seen.get("finding") or {}).get("sentence", "")
    expect(seen["outcome"] == "synced", f"it ended as {seen['outcome'] or seen['state']} {sentence}")


def _equal_to_the_cent(scene: Scene) -> None:
    stands = Decimal(str(scene.document()["TotalAmt"]))
    expect(stands == Decimal(scene.invoice["total"]), f"QuickBooks says {stands}, not {scene.invoice['total']}")


def _wait_until(truth: Callable[[], bool]) -> None:
    until = time.monotonic() + ANSWER_S
    while not truth():
        expect(time.monotonic() < until, "the moment never came")
        time.sleep(PAUSE_S)


def _kill_workers(running: RunningDemo) -> None:
    """SIGKILL for every process that does the work; the parent that keeps them stays."""
    keeper = str(running.pids["worker"])
    listed = subprocess.run(["ps", "-axo", "pid=,ppid="], capture_output=True, text=True, check=True)  # noqa: S607 - found on PATH
    for line in listed.stdout.splitlines():
        pid, parent = line.split()
        if parent == keeper:
            os.kill(int(pid), signal.SIGKILL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One sentence of the story, and what makes it true."""

    sentence: str
    perform: Callable[[Scene], None]


STEPS = (
    Step(sentence="The product, its database and its queue answer", perform=_everything_answers),
    Step(sentence="A draft is excluded, with the reason", perform=_draft_is_left_alone),
    Step(sentence="Once sent, its preview shows totals equal to the cent", perform=_sent_invoice_is_previewed),
    Step(sentence="The invoice lands in QuickBooks, once, to the cent", perform=_invoice_lands),
    Step(
        sentence="Edited and synced again, the same QuickBooks invoice is updated",
        perform=_edited_invoice_is_updated,
    ),
    Step(sentence="Synced without a change, QuickBooks is not written", perform=_nothing_to_do_costs_nothing),
    Step(
        sentence="With another number, a new invoice is made and the old one stays",
        perform=_changed_number_makes_a_new_invoice,
    ),
    Step(sentence="A number that is taken is refused, with the remedy", perform=_taken_number_is_refused),
    Step(
        sentence="Workers killed between sending and hearing leave exactly one invoice",
        perform=_killed_worker_leaves_one_invoice,
    ),
)
