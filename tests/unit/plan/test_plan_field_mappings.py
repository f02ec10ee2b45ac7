"""Field mappings: what is filled beside the default fields, what is left out, and what is refused."""

import pytest

from qbo_connector.canonical import Location, Memos
from qbo_connector.canonical.party import Address
from qbo_connector.mapping.targets import find_target, targets
from qbo_connector.plan.field_mapping import filled_by_memo, mapping_complaint
from qbo_connector.plan.values import Decision
from qbo_connector.policy.core_properties import CORE
from qbo_connector.policy.field_mappings import DefaultField
from qbo_connector.policy.own_rules import own_rules
from qbo_connector.policy.policies import Policies
from qbo_connector.policy.properties import PropertyType, by_key, declared
from tests.unit.plan.building import ACME, US, body, bound, codes, invoice, line, plan, rules

COMPANY = US.but(
    custom_fields=(("1", "PO number"), ("3", "Crew")),
    track_locations=True,
    track_classes=True,
    classes_per_document=True,
)
SHIPPED = declared("shipped", "Shipped on", PropertyType.DATE)
KNOWN = by_key((*CORE, SHIPPED, declared("gift", "Gift", PropertyType.YES_NO)))
DOCUMENT = invoice(
    line(class_name="Retail"),
    memos=Memos(note="Thank you", po_number="PO-77", custom=(("shipped", "2026-10-05"), ("gift", "yes"))),
    customer=ACME.but(
        phone="555-0100", billing_address=Address(city="Portland"), shipping_address=Address(city="Salem")
    ),
    location=Location(external_id="l1", name="Portland Store"),
)


def obeying(*pairs, off=(), policies=None):
    stored = {"mappings": [{"source": source, "target": target} for source, target in pairs], "switched_off": off}
    obeyed = rules({"location_tracking": "optional", **(policies or {})})
    return rules(
        {"location_tracking": "optional", **(policies or {})}, own=own_rules(stored, KNOWN, obeyed.policies)
    )


def planned(*pairs, document=DOCUMENT, **more):
    off, policies = more.pop("off", ()), more.pop("policies", None)
    return plan(document, obeying(*pairs, off=off, policies=policies), company=COMPANY, **more)


@pytest.mark.requirement("H-36", "H-37", "H-58")
def test_own_mappings_fill_the_fields_of_quickbooks():
    sent = body(
        planned(
            ("po_number", "custom:1"),
            ("customer.phone", "tracking_number"),
            ("location", "ship_method"),
            ("custom.shipped", "ship_date"),
            ("custom.gift", "private_note"),
        )
    )

    assert sent["CustomField"] == [
        {"DefinitionId": "1", "Name": "PO number", "Type": "StringType", "StringValue": "PO-77"}
    ]
    assert sent["TrackingNum"] == "555-0100"
    assert sent["ShipMethodRef"] == {"value": "Portland Store"}
    assert sent["ShipDate"] == "2026-10-05"
    assert sent["PrivateNote"] == "yes"
    assert sent["CustomerMemo"] == {"value": "Thank you"}


def test_the_message_to_the_customer_can_be_mapped_where_no_memo_goes_there():
    sent = body(planned(("po_number", "customer_memo"), policies={"memo_target": "statement_memo"}))

    assert (sent["CustomerMemo"], sent["PrivateNote"]) == ({"value": "PO-77"}, "Thank you")


def test_a_mapped_field_that_is_empty_in_the_source_is_emptied():
    sent = body(planned(("po_number", "custom:1"), document=DOCUMENT.but(memos=Memos())))

    assert sent["CustomField"][0]["StringValue"] == ""


@pytest.mark.requirement("H-36")
def test_the_preview_shows_where_a_mapped_field_goes():
    shown = planned(("po_number", "custom:1")).shown

    assert ("PO number", "PO number", "PO-77") in shown.rows


@pytest.mark.requirement("H-38")
def test_a_changed_mapping_changes_what_is_wanted():
    before = planned(("po_number", "custom:1"))
    same = planned(("po_number", "custom:1"), bound=bound(sent_fingerprint=before.sent_fingerprint))
    other = planned(("po_number", "custom:3"), bound=bound(sent_fingerprint=before.sent_fingerprint))

    assert same.decision is Decision.UNCHANGED
    assert other.decision is Decision.UPDATE


@pytest.mark.requirement("H-35")
@pytest.mark.parametrize(
    ("field", "name"),
    [
        (DefaultField.DUE_DATE, "DueDate"),
        (DefaultField.EMAIL, "BillEmail"),
        (DefaultField.BILLING_ADDRESS, "BillAddr"),
        (DefaultField.SHIPPING_ADDRESS, "ShipAddr"),
        (DefaultField.LOCATION, "DepartmentRef"),
        (DefaultField.CLASS, "ClassRef"),
        (DefaultField.MEMO, "CustomerMemo"),
    ],
)
def test_a_field_that_is_switched_off_is_neither_sent_nor_emptied(field, name):
    with_it, without = body(planned()), body(planned(off=[str(field)]))

    assert name in with_it
    assert set(with_it) - set(without) == {name}


@pytest.mark.requirement("H-58", "P-11")
def test_a_mapping_to_a_field_that_is_gone_holds_the_record():
    held = planned(("po_number", "custom:9"))

    assert held.decision is Decision.HOLD
    assert codes(held) == ["field.mapping_gone"]
    assert "custom field 9" in held.refusals[0].text().sentence


@pytest.mark.requirement("H-58")
def test_a_text_that_does_not_fit_is_refused_by_field_and_record_and_not_cut():
    held = planned(("po_number", "custom:1"), document=DOCUMENT.but(memos=Memos(po_number="P" * 32)))

    assert codes(held) == ["field.too_long"]
    sentence = held.refusals[0].text().sentence
    assert sentence == "The PO number of invoice W-1042 is too long for QuickBooks: 32, and at most 31 fit."


@pytest.mark.requirement("H-37")
@pytest.mark.parametrize(
    ("source", "target", "taken", "words"),
    [
        ("po_number", "ship_date", (), "“Shipping date” takes a date, and “PO number” is none."),
        ("issue_date", "ship_date", (), ""),
        ("line.sku", "custom:1", (), "“Line: SKU” differs from line to line"),
        ("po_number", "custom:1", ("custom:1",), "Another mapping fills “PO number” already."),
        ("po_number", "customer_memo", (), "The memo of this sync stands in “Message on invoice” already."),
        ("po_number", "private_note", (), ""),
        ("total", "tracking_number", (), ""),
    ],
)
def test_a_mapping_that_cannot_be_is_refused_when_it_is_saved(source, target, taken, words):
    found = find_target(COMPANY, target)
    complaint = mapping_complaint(KNOWN[source], found, policies=Policies(), taken=taken)

    assert complaint.startswith(words)
    assert bool(complaint) is bool(words)


def test_a_choice_too_long_for_its_field_is_refused_when_it_is_saved():
    wordy = declared("service", "Service", PropertyType.CHOICE, (("a", "A"), ("b", "B" * 40)))

    complaint = mapping_complaint(wordy, find_target(COMPANY, "ship_method"), policies=Policies(), taken=())

    assert complaint == "“Service” has a choice of 40 characters; “Ship via” takes 30."


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"memo_source": "none"}, ""),
        ({"memo_target": "customer_message"}, "customer_memo"),
        ({"memo_target": "statement_memo"}, "private_note"),
    ],
)
def test_the_memo_fills_a_field_as_well(values, expected):
    assert filled_by_memo(Policies.from_manifest(values)) == expected


@pytest.mark.requirement("H-58")
def test_the_company_offers_its_own_fields_beside_the_standing_ones():
    assert [target.label for target in targets(COMPANY)] == [
        "Message on invoice",
        "Memo on statement",
        "Tracking no.",
        "Ship via",
        "Shipping date",
        "PO number",
        "Crew",
    ]
    assert find_target(COMPANY, "custom:2") is None
