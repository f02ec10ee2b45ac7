import json
from datetime import date

import pytest

from qbo_connector.canonical import Item, Memos, Origin, Status, fingerprint
from qbo_connector.mapping.encoding import encoded
from qbo_connector.plan.known import Absent, Known, Present
from qbo_connector.plan.push import Intent, plan_push
from qbo_connector.plan.values import Decision, Plan
from tests.unit.plan.building import (
    INCOME,
    US,
    body,
    bound,
    codes,
    invoice,
    known,
    line,
    plan,
    rules,
    standing,
    warnings,
)


def synced(document=None, obeyed=None, **changes):
    """The document's copy as it stands after a sync of it."""
    document = document or invoice()
    last = plan(document, obeyed)
    return bound(sent_fingerprint=last.sent_fingerprint, source_fingerprint=last.source_fingerprint, **changes)


@pytest.mark.requirement("T-23", "C-4")
def test_a_document_is_created_once_then_updated_and_left_alone_while_nothing_changed():
    assert plan(invoice()).decision is Decision.CREATE
    assert plan(invoice(), bound=synced()).decision is Decision.UNCHANGED
    assert plan(invoice(), bound=synced()).steps == ()
    assert plan(invoice(line("11.00")), bound=synced()).decision is Decision.UPDATE


def test_a_forced_sync_sends_though_nothing_changed():
    assert plan(invoice(), bound=synced(), intent=Intent(force=True)).decision is Decision.UPDATE


def test_what_does_not_reach_quickbooks_is_no_reason_to_send():
    paid = invoice(status=Status.PAID, memos=Memos(subject="internal"))

    planned = plan(paid, bound=synced())

    assert planned.decision is Decision.UNCHANGED
    assert planned.source_fingerprint == fingerprint(paid) != fingerprint(invoice())
    assert planned.known_ids["invoice"] == "145"


def test_a_document_that_stands_there_well_stays_so_when_its_surroundings_change():
    closed = US.but(books_closed_to=date(2026, 12, 31))
    inactive = {"Mug": Present(qbo_id="1", name="Mug", active=False)}
    gone = {"Mug": Absent(proved=False)}

    for changes in ({"company": closed}, {"lists": inactive}, {"lists": gone}):
        planned = plan(invoice(), bound=synced(), **changes)
        assert (planned.decision, planned.refusals, planned.warnings) == (Decision.UNCHANGED, (), ())


@pytest.mark.requirement("T-16")
def test_an_excluded_record_is_not_worked_out_any_further():
    planned = plan(invoice(status=Status.DRAFT, number=""))

    assert planned.decision is Decision.SKIP
    assert planned.excluded.code == "not_eligible.draft"
    assert (planned.refusals, planned.shown, planned.sent_fingerprint) == ((), None, "")


def test_everything_that_stops_a_record_is_said_at_once():
    document = invoice(number="", discount_amount=line().amount)

    planned = plan(
        document,
        rules({"invoice_discount": "reject", "customer_missing": "fail"}),
        company=US.but(books_closed_to=date(2026, 12, 31)),
        lists={":cus_88": Absent(proved=True), "Mug": Present(qbo_id="1", name="Mug", active=False)},
    )

    assert codes(planned) == [
        "number.missing",
        "date.closed_period",
        "discount.order_level",
        "customer.missing",
        "item.inactive",
    ]
    assert planned.shown is not None


def test_a_connection_wide_reason_holds_the_record_too():
    planned = plan(invoice(), stands=standing(connected=False))

    assert planned.decision is Decision.HOLD
    assert codes(planned) == ["connection.missing"]


@pytest.mark.requirement("C-20")
def test_imported_history_is_never_sent_back():
    by_document = plan(invoice(origin=Origin.IMPORT))
    by_binding = plan(invoice(), bound=bound(origin=Origin.IMPORT))

    assert by_document.excluded.code == by_binding.excluded.code == "not_eligible.imported_snapshot"


def test_the_plan_of_a_preview_is_the_plan_of_the_push():
    document, obeyed = invoice(), rules()
    there = known(document, obeyed)

    preview = plan_push(document, there, obeyed, standing(), Intent())
    push = plan_push(document, there, obeyed, standing(), Intent())

    assert preview == push
    assert preview.fingerprint == push.fingerprint


def test_equal_plans_have_equal_fingerprints_whatever_the_ids_and_the_proof():
    mug = Item(external_id="p1", name="Mug")
    document, obeyed = invoice(line(item=mug)), rules()

    def fingerprint_with(qbo_id, *, proved, bound_to=None):
        lists = {"customer:7:cus_88": Present(qbo_id=qbo_id, name="Acme"), "item:7:p1": Absent(proved=proved)}
        there = Known(company=US, lists=lists, accounts=INCOME, bound=bound_to)
        return plan_push(document, there, obeyed, standing(), Intent()).fingerprint

    assert fingerprint_with("1", proved=True) == fingerprint_with("2", proved=False)
    assert fingerprint_with(
        "1", proved=True, bound_to=bound(qbo_id="5", sent_fingerprint="x")
    ) == fingerprint_with("1", proved=True, bound_to=bound(qbo_id="6", sent_fingerprint="y", total=1))
    assert fingerprint_with("1", proved=True) != plan(document, obeyed).fingerprint


def test_a_changed_document_rule_or_permission_makes_another_plan():
    plain = plan(invoice())

    others = [
        plan(invoice(line("10.01"))),
        plan(invoice(), rules({"memo_target": "statement_memo"})),
        plan(invoice(discount_amount=line().amount), rules(accounts={"discount": "86"})),
        plan(invoice(status=Status.DRAFT)),
    ]

    assert len({plain.fingerprint, *(one.fingerprint for one in others)}) == 5


def test_fingerprints_are_stable_across_versions():
    """A changed value means that every record is sent again: raise `mapping.VERSION` only where that is wanted."""
    planned = plan(invoice())

    assert fingerprint(invoice()) == "76cebc30101e9ecd93dcaff6b8bf4e4a4c76f0c0cd0a6e6629554b82915e4c76"
    assert planned.sent_fingerprint == "54e6fd18da6f27a8d3eb4afaa772abf0b80203f6bf5fc34a6aff7eb61957089c"
    assert planned.fingerprint == "6d23095509fe5731a149ebbe1fbcd74c2b89c665e23e51883fa5865897f16bdc"


def test_bodies_are_written_with_exact_numbers_and_always_the_same_bytes():
    sent = encoded(body(plan(invoice(line("0.10")))))

    assert b'"Amount":0.10' in sent
    assert sent == encoded(body(plan(invoice(line("0.10")))))
    assert json.loads(sent)["CustomerRef"] == {"value": "20"}


def test_an_empty_plan_has_no_document_step():
    empty = Plan(decision=Decision.UNCHANGED)

    assert (empty.document_step, empty.creates, empty.calls) == (None, (), 0)


def test_a_duplicate_reason_is_said_once():
    twice = invoice(line(item=None, description="Work"), line(item=None, description="Work"))

    planned = plan(twice, lists={":unnamed": Absent(proved=True)})

    assert codes(planned) == ["item.missing"]
    assert "lines 1 and 2" in planned.refusals[0].text().sentence
    assert warnings(planned) == []
