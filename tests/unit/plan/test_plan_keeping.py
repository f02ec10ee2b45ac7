"""What a person kept in QuickBooks goes in the place of the source's value, as long as that is the same."""

from dataclasses import replace
from decimal import Decimal

import pytest

from qbo_connector.canonical import Address, Location, Memos, fingerprint
from qbo_connector.mapping.content import part_fingerprints
from qbo_connector.plan.known import Absent, Edited
from qbo_connector.plan.push import Intent
from qbo_connector.plan.values import Compared, Decision
from qbo_connector.policy.answers import Answers, Kept
from qbo_connector.policy.field_mappings import DefaultField
from qbo_connector.policy.own_rules import OwnRules
from tests.unit.plan.building import ACME, US, body, bound, codes, invoice, line, plan, rules
from tests.unit.plan.test_plan_field_mappings import COMPANY, DOCUMENT, obeying

ASKED = {"qbo_edit_of_source_doc": "conflict_rule", "conflict": "ask"}
NOTED = invoice(memos=Memos(note="Ring once"))
MILL = Address(line1="1 Mill Lane", city="Leeds")


def kept(**values):
    """Rules with what was kept, each as (value, what the source said)."""
    told = {key: Kept(value=value, instead_of=own) for key, (value, own) in values.items()}
    return rules(ASKED, answers=Answers(kept=told))


def edited(document=NOTED, obeyed=None, company=US, **changes):
    """The document as it was sent, and as somebody left it in QuickBooks."""
    sent = body(plan(document, obeyed or rules(ASKED), company=company))
    left = {**sent, "Id": "145", "TotalAmt": document.total}
    stands = {**left, **changes}
    before, now = part_fingerprints(left), part_fingerprints(stands)
    moved = frozenset(name for name in {*before, *now} if before.get(name) != now.get(name))
    there = Edited(stands=stands, sent=sent, moved=moved)
    return bound(changed_in_quickbooks=True, edited=there, source_fingerprint="older")


def compared(document=NOTED, obeyed=None, **changes):
    planned = plan(document, obeyed or rules(ASKED), **changes)
    return {one.key: one for one in planned.shown.compared}


@pytest.mark.requirement("H-34")
def test_texts_that_were_kept_are_sent_instead_of_the_sources():
    obeyed = kept(customer_memo=("by hand", "Ring once"), email=("b@acme.example", "ap@acme.example"))

    sent = body(plan(NOTED, obeyed))

    assert (sent["CustomerMemo"], sent["BillEmail"]) == ({"value": "by hand"}, {"Address": "b@acme.example"})


@pytest.mark.requirement("H-34")
def test_what_the_source_changed_since_counts_again():
    obeyed = kept(customer_memo=("by hand", "Ring once"))

    assert body(plan(invoice(memos=Memos(note="Ring twice")), obeyed))["CustomerMemo"] == {"value": "Ring twice"}
    assert body(plan(NOTED, obeyed))["CustomerMemo"] == {"value": "by hand"}


def test_addresses_are_kept_whole_and_an_empty_one_is_not_sent():
    document = invoice(customer=ACME.but(billing_address=MILL, shipping_address=MILL))
    quay, own = Address(line1="9 Quay St").model_dump_json(), MILL.model_dump_json()
    obeyed = kept(billing_address=(quay, own), shipping_address=(Address().model_dump_json(), own))

    sent = body(plan(document, obeyed))

    assert sent["BillAddr"] == {"Line1": "9 Quay St"}
    assert "ShipAddr" not in sent


def test_a_memo_for_statements_is_kept_in_its_own_place():
    told = {"private_note": Kept(value="by hand", instead_of="Ring once")}
    obeyed = rules({**ASKED, "memo_target": "statement_memo"}, answers=Answers(kept=told))

    assert body(plan(NOTED, obeyed))["PrivateNote"] == "by hand"


def test_fields_of_own_mappings_are_kept_like_others():
    told = {
        "custom:1": Kept(value="by hand", instead_of="PO-77"),
        "custom:99": Kept(value="of a mapping that is gone", instead_of="x"),
    }
    obeyed = replace(obeying(("po_number", "custom:1"), ("note", "custom:3")), answers=Answers(kept=told))

    fields = body(plan(DOCUMENT, obeyed, company=COMPANY))["CustomField"]

    assert [field["StringValue"] for field in fields] == ["by hand", "Thank you"]


def test_a_field_that_the_form_does_not_fill_keeps_nothing():
    silent = rules(
        ASKED,
        own=OwnRules(switched_off=frozenset({DefaultField.MEMO})),
        answers=Answers(kept={"customer_memo": Kept(value="by hand", instead_of="Ring once")}),
    )

    assert "CustomerMemo" not in body(plan(NOTED, silent))


@pytest.mark.requirement("H-34")
def test_a_conflict_shows_both_sides_and_what_can_be_kept():
    customer = {"value": "9", "name": "Bolt"}
    there = edited(CustomerMemo={"value": "by hand"}, TotalAmt=Decimal(99), CustomerRef=customer)

    planned = plan(invoice(line("12.00"), memos=Memos(note="Ring once")), rules(ASKED), bound=there)

    assert codes(planned) == ["qbo.conflict"]
    assert planned.decision is Decision.HOLD
    assert planned.shown.compared == (
        Compared(key="customer", label="Customer", source="Acme Retail LLC", quickbooks="Bolt"),
        Compared(
            key="customer_memo",
            label="Message on invoice",
            source="Ring once",
            quickbooks="by hand",
            kept=Kept(value="by hand", instead_of="Ring once"),
        ),
        Compared(
            key="lines",
            label="Lines",
            source="Stoneware Mug, 1 × 12, USD 12.00",
            quickbooks="Stoneware Mug, 1 × 10, USD 10.00",
        ),
        Compared(key="total", label="Total", source="USD 12.00", quickbooks="USD 99.00"),
    )


def test_dates_can_be_kept_as_the_document_says_them():
    there = edited(DueDate="2026-12-24", TxnDate="2026-10-05")

    found = compared(bound=there)

    assert {key: one.kept for key, one in found.items()} == {
        "issue_date": Kept(value="2026-10-05", instead_of="2026-10-02"),
        "due_date": Kept(value="2026-12-24", instead_of="2026-11-01"),
    }


def test_a_due_date_that_the_source_does_not_state_is_not_compared():
    undated = invoice(due_date=None)

    assert compared(undated, bound=edited(undated, DueDate="2026-12-24")) == {}


def test_what_was_kept_and_stands_there_is_no_difference_and_one_set_back_is_agreed():
    obeyed = kept(customer_memo=("by hand", "Ring once"))
    document = invoice(line("12.00"), memos=Memos(note="Ring once"))

    still = compared(document, obeyed, bound=edited(CustomerMemo={"value": "by hand"}))
    set_back = compared(document, obeyed, bound=edited(NOTED, obeyed, CustomerMemo={"value": "Ring once"}))

    assert still.keys() == {"lines", "total"}
    assert set_back["customer_memo"].agreed
    assert not compared(document, bound=edited(CustomerMemo={"value": "x"}))["customer_memo"].agreed


def test_places_and_classes_are_called_as_the_source_calls_them():
    company = US.but(track_locations=True, track_classes=True, classes_per_document=True)
    obeyed = rules({**ASKED, "location_tracking": "optional"})
    document = invoice(line(class_name="Retail"), location=Location(external_id="loc_1", name="Portland"))
    there = edited(document, obeyed, company, DepartmentRef={"value": "8", "name": "Dock"}, ClassRef=None)

    found = compared(document, obeyed, company=company, bound=there)

    assert {key: (one.source, one.quickbooks) for key, one in found.items()} == {
        "location": ("Portland", "Dock"),
        "class": ("Retail", ""),
    }


def test_what_does_not_exist_yet_differs_from_all_there_is():
    missing = {"Lamp": Absent(proved=True)}
    document = invoice(line(item="Lamp"), memos=Memos(note="Ring once"))

    found = compared(document, bound=edited(), lists=missing)

    assert found["lines"].source == "Lamp, 1 × 10, USD 10.00"


def test_a_total_that_only_quickbooks_knows_is_not_compared():
    obeyed = rules({**ASKED, "tax": "choose_or_none"}, chosen_tax="7")
    there = edited(NOTED, obeyed, TotalAmt=Decimal("11.20"))

    assert compared(NOTED, obeyed, bound=there) == {}


def test_without_a_version_that_was_kept_nothing_is_compared():
    assert compared() == {}
    assert compared(bound=bound(changed_in_quickbooks=True)) == {}


def test_a_choice_does_not_make_the_source_look_changed():
    obeyed = kept(customer_memo=("by hand", "Ring once"))

    planned = plan(NOTED, obeyed, intent=Intent(force=True))

    assert planned.source_fingerprint == fingerprint(NOTED)
    assert planned.sent_fingerprint != plan(NOTED, rules(ASKED), intent=Intent(force=True)).sent_fingerprint
