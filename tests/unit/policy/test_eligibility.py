from datetime import UTC, date, datetime

import pytest

from qbo_connector.canonical import Item, Location, Origin, Status, Subsidiary
from qbo_connector.policy.eligibility import checks, known_of
from qbo_connector.policy.standing import AccountState
from tests.unit.plan.building import US, invoice, line, rules, standing

START = datetime(2026, 9, 1, 12, 0, tzinfo=UTC)
BEFORE, AFTER = START.replace(month=8), START.replace(month=10)
UNLOCKED = {"extra_filters": {"default": ["live_mode", "made_in_source"], "user": ["live_mode"]}}


def failed(document, obeyed, stands=None, **more):
    """Codes of the checks that were not passed."""
    listed = checks(document, obeyed, stands or standing(), **more)
    return [str(check.finding.code) for check in listed if not check.passed]


def only_filter(text, document, **changes):
    return failed(document, rules({"extra_filters": [text]}, **changes))


@pytest.mark.requirement("T-16")
def test_checks_are_listed_in_the_order_in_which_people_are_told_to_look():
    policies = {
        "location_tracking": "required",
        "preflight": ["location_tracking", "first_invoice"],
        "entitlement": ["plan", "beta"],
        "extra_filters": ["products_in_location"],
        "finalization": "required",
    }
    everything_wrong = standing(connected=False, company=US.but(has_invoice=False), pairing_on=False)
    draft = invoice(status=Status.DRAFT, finalized=False)

    listed = checks(draft, rules(policies), everything_wrong)

    assert [check.name for check in listed] == [
        "connection",
        "status",
        "finalized",
        "location_tracking",
        "first_invoice",
        "beta",
        "plan",
        "switched_on",
        "direction",
        "not_dismissed",
        "no_snapshot",
        "products_in_location",
        "location",
    ]
    assert [check.passed for check in listed] == [False] * 4 + [True] + [False] * 3 + [True] * 4 + [False]


def test_without_a_document_only_what_concerns_the_whole_sync_is_checked():
    listed = checks(None, rules(), standing(accounts={"income": AccountState(name="Sales")}))

    assert [check.name for check in listed] == [
        "connection",
        "subscription",
        "currencies",
        "tax_set_up",
        "income_account",
        "discounts",
        "switched_on",
    ]
    assert all(check.passed and check.passes for check in listed)
    assert known_of(None, rules(), standing(company=None)) == {
        "document": "",
        "source": "Storefront",
        "company": "",
        "customer": "",
    }


@pytest.mark.requirement("T-5", "T-16")
def test_a_missing_and_an_expired_connection_are_told_apart():
    assert failed(None, rules(), standing(connected=False)) == ["connection.missing"]
    assert failed(None, rules(), standing(connection_state="expired")) == ["connection.expired"]


@pytest.mark.requirement("T-10", "T-31", "H-21")
@pytest.mark.parametrize(
    ("status", "code"),
    [
        (Status.DRAFT, ["not_eligible.draft"]),
        (Status.OPEN, []),
        (Status.PARTIALLY_PAID, []),
        (Status.PAID, []),
        (Status.UNCOLLECTIBLE, []),
        (Status.VOID, ["not_eligible.status"]),
        (Status.DELETED, ["not_eligible.status"]),
    ],
)
def test_only_the_declared_statuses_are_eligible(status, code):
    declared = rules({"eligible_statuses": ["open", "partially_paid", "paid", "uncollectible"]})

    assert failed(invoice(status=status), declared) == code


def test_the_status_is_told_in_the_sources_words():
    (check,) = [
        check
        for check in checks(invoice(status=Status.VOID, status_label="Cancelled"), rules(), standing())
        if check.name == "status"
    ]

    assert "is marked cancelled in Storefront; this sync takes only open, partially paid and paid" in (
        check.finding.text().sentence
    )


@pytest.mark.requirement("H-21", "C-3")
def test_what_has_not_been_issued_waits_where_issuing_is_required():
    pending = invoice(finalized=False)

    assert failed(pending, rules({"finalization": "required"})) == ["not_eligible.not_finalized"]
    assert failed(pending, rules({"finalization": "preferred"})) == []


@pytest.mark.requirement("T-2", "T-4", "H-1")
def test_entitlements_are_granted_by_name():
    needing = rules({"entitlement": {"plan": True, "beta": True, "included_in": "Professional", "price": "$30"}})

    assert failed(invoice(), needing) == ["entitlement.beta", "entitlement.plan"]
    assert failed(invoice(), needing, standing(entitlements=frozenset({"beta", "addon"}))) == []


@pytest.mark.requirement("H-43", "H-33")
def test_a_sync_that_is_off_or_only_brings_documents_in_sends_none():
    assert failed(invoice(), rules(), standing(pairing_on=False)) == ["not_eligible.sync_off"]
    assert failed(invoice(), rules({"direction": "in"})) == ["not_eligible.direction"]


def test_what_was_set_aside_says_by_whom():
    aside = standing(dismissed_by="Ann Lee", dismissed_on="Oct 3, 2026")

    (check,) = [check for check in checks(invoice(), rules(), aside) if not check.passed]

    assert "set aside by Ann Lee on Oct 3, 2026" in check.finding.text().sentence
    assert failed(invoice(), rules(), standing(dismissed_by="Ann Lee")) == ["not_eligible.dismissed"]


@pytest.mark.requirement("C-15", "H-23", "C-32")
@pytest.mark.parametrize(
    ("policy", "changes", "counts"),
    [
        ("created_since_connect", {"created_at": BEFORE, "updated_at": AFTER}, False),
        ("created_since_connect", {"created_at": AFTER}, True),
        ("created_since_connect", {"created_at": START}, True),
        ("created_since_connect", {"issue_date": date(2026, 8, 31)}, False),
        ("created_since_connect", {"issue_date": date(2026, 9, 1)}, True),
        ("created_or_modified_since_start", {"created_at": BEFORE, "updated_at": AFTER}, True),
        ("created_or_modified_since_start", {"created_at": BEFORE, "updated_at": BEFORE}, False),
        ("created_or_modified_since_start", {"issue_date": date(2026, 8, 1)}, False),
        ("unpaid_history", {"created_at": BEFORE}, True),
        ("none", {"created_at": BEFORE}, True),
    ],
)
def test_documents_from_before_the_start_are_left_alone(policy, changes, counts):
    document, obeyed = invoice(**changes), rules({"cutoff": policy})

    assert failed(document, obeyed, standing(started_at=START)) == ([] if counts else ["not_eligible.cutoff"])
    assert failed(document, obeyed, standing(started_at=START, include_anyway=True)) == []
    assert failed(document, obeyed, standing(started_at=None)) == []


def test_an_old_document_says_since_when_others_count():
    listed = checks(
        invoice(created_at=BEFORE), rules({"cutoff": "created_since_connect"}), standing(started_at=START)
    )

    (check,) = [check for check in listed if not check.passed]
    assert "before Sep 1, 2026" in check.finding.text().sentence


@pytest.mark.requirement("B-4", "B-5", "H-22", "P-5")
def test_each_filter_excludes_what_does_not_match_it():
    subsidiary = Subsidiary(external_id="s1", name="Bright Inc.")

    assert only_filter("currency=USD,CAD", invoice()) == []
    assert only_filter("currency=EUR", invoice()) == ["not_eligible.currency"]
    assert only_filter("number_present", invoice()) == []
    assert only_filter("number_present", invoice(number="")) == ["not_eligible.number_missing"]
    assert only_filter("made_in_source", invoice()) == []
    assert only_filter("made_in_source", invoice(origin=Origin.QUICKBOOKS)) == ["not_eligible.filter"]
    assert only_filter("live_mode", invoice()) == []
    assert only_filter("live_mode", invoice(live=False)) == ["not_eligible.filter"]
    assert only_filter("linked_subsidiary", invoice(subsidiary=subsidiary), subsidiary="s1") == []
    assert only_filter("linked_subsidiary", invoice(subsidiary=subsidiary)) == ["not_eligible.subsidiary"]
    assert only_filter("linked_subsidiary", invoice(), subsidiary="s1") == ["not_eligible.subsidiary"]


@pytest.mark.requirement("H-12", "B-2")
def test_filters_of_products_and_of_what_comes_in_judge_no_invoice_going_out():
    assert only_filter("sku_present", invoice()) == []
    assert only_filter("preferences_set", invoice()) == []


@pytest.mark.requirement("H-20")
def test_an_admin_may_let_a_record_past_unlocked_filters_and_no_others():
    obeyed, anyway = rules(UNLOCKED), standing(include_anyway=True)
    document = invoice(live=False, origin=Origin.QUICKBOOKS)

    assert failed(document, obeyed) == ["not_eligible.filter", "not_eligible.filter"]
    assert failed(document, obeyed, anyway) == ["not_eligible.filter"]
    assert failed(invoice(live=False), rules({"extra_filters": ["live_mode"]}), anyway) == ["not_eligible.filter"]


@pytest.mark.requirement("T-28")
def test_every_product_must_belong_to_the_location_of_the_invoice():
    here, elsewhere = frozenset({"loc_1"}), frozenset({"loc_2"})
    sold = [
        line(item=Item(name=name, sold_at=places))
        for name, places in (("Mug", here), ("Vase", elsewhere), ("Box", frozenset()), ("Card", None))
    ]
    document = invoice(*sold, line(item=None), location=Location(external_id="loc_1", name="Portland"))
    filtering = rules({"extra_filters": ["products_in_location"]})

    (check,) = [check for check in checks(document, filtering, standing()) if not check.passed]

    assert check.finding.text().sentence == "Vase, Box on invoice W-1042 do not belong to Portland in Storefront."
    assert failed(invoice(*sold), filtering) == []


@pytest.mark.requirement("T-30", "T-7")
def test_where_locations_are_required_an_invoice_without_one_is_failing():
    requiring = rules({"location_tracking": "required", "preflight": ["location_tracking"]})
    tracked = standing(company=US.but(track_locations=True))

    assert failed(invoice(), requiring, tracked) == ["field.missing"]
    assert failed(invoice(location=Location(name="Portland")), requiring, tracked) == []


def test_a_withdrawn_document_counts_only_if_it_was_synced_and_needs_no_content():
    voiding = rules({"void_propagates": "yes", "extra_filters": ["number_present"], "finalization": "required"})
    voided = invoice(status=Status.VOID, number="", finalized=False)

    assert failed(voided, voiding) == ["not_eligible.status"]
    assert failed(voided, voiding, synced=True) == []
    assert failed(voided, rules(), synced=True) == ["not_eligible.status"]
    assert failed(invoice(status=Status.DELETED), rules(), synced=True) == []


def test_the_placeholders_of_a_document_are_known():
    assert known_of(invoice(), rules(), standing()) == {
        "document": "invoice W-1042",
        "source": "Storefront",
        "company": "Oak & Pine LLC",
        "customer": "Acme Retail LLC",
    }
