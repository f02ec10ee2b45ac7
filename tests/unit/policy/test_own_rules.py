"""What an admin adds to a sync, read from what the pairing stores, and how its filters are explained."""

from datetime import date
from decimal import Decimal

import pytest

from qbo_connector.canonical import Invoice, Line, Party, Status
from qbo_connector.policy.catalogue import FindingClass
from qbo_connector.policy.core_properties import CORE
from qbo_connector.policy.eligibility import checks
from qbo_connector.policy.field_mappings import DefaultField, is_locked, may_map, offered_defaults
from qbo_connector.policy.own_rules import own_rules
from qbo_connector.policy.policies import Policies
from qbo_connector.policy.properties import by_key
from qbo_connector.policy.rules import Rules
from qbo_connector.policy.standing import Standing

KNOWN = by_key(CORE)
DOCUMENT = Invoice(
    external_id="inv_1",
    number="W-1042",
    status=Status.OPEN,
    issue_date=date(2026, 10, 2),
    currency="USD",
    customer=Party(name="Acme"),
    lines=(Line(amount=Decimal("50.00"), description="Mug"),),
    total=Decimal("50.00"),
)
LARGE = {"property": "total", "operator": "at_least", "values": ["100"]}
NAMED = {"property": "customer.name", "operator": "filled", "values": []}


def policies(**declared):
    return Policies.from_manifest({"cutoff": "none", **declared})


def explained(stored, *, declared=None, **standing):
    obeyed = policies(**(declared or {}))
    own = own_rules(stored, KNOWN, obeyed)
    stands = Standing(**{"connected": True, "company": None, **standing})
    return checks(DOCUMENT, Rules(policies=obeyed, source_name="Storefront", own=own), stands)


@pytest.mark.requirement("H-41", "H-20")
def test_the_list_says_which_filter_said_no_and_what_the_record_says_instead():
    listed = explained({"filters": [NAMED, LARGE]}, declared={"extra_filters": ["live_mode"]})

    names = [check.name for check in listed][-3:]
    passed, said_no = listed[-2:]
    assert names == ["live_mode", "filter_1", "filter_2"]
    assert (passed.passes, passed.passed, passed.stands) == ("Customer: name is filled", True, "")
    assert said_no.stands == "50.00"
    assert said_no.finding.code == "not_eligible.filter"
    assert said_no.finding.cls is FindingClass.EXCLUDED
    assert "“Total is at least 100”" in said_no.finding.text().sentence
    assert said_no.finding.details == {"filter": "Total is at least 100", "value": "50.00"}


@pytest.mark.requirement("H-41")
def test_an_admin_lets_a_record_in_past_own_filters_but_not_past_locked_ones():
    listed = explained({"filters": [LARGE]}, declared={"extra_filters": ["number_present"]}, include_anyway=True)

    assert [check.name for check in listed][-1] == "number_present"


@pytest.mark.requirement("H-41")
def test_a_filter_on_something_that_is_gone_lets_nothing_through_and_asks_somebody():
    (lost,) = explained({"filters": [{"property": "custom.colour", "operator": "is", "values": ["red"]}]})[-1:]

    assert lost.finding.code == "field.mapping_gone"
    assert lost.finding.cls is FindingClass.HELD
    assert lost.finding.text().sentence.endswith("no longer exists in Storefront.")


def test_what_was_stored_is_read_back():
    stored = {
        "filters": [LARGE],
        "mappings": [
            {"source": "po_number", "target": "custom:1"},
            {"source": "custom.gone", "target": "custom:2"},
        ],
        "switched_off": ["due_date", "something_else"],
    }

    own = own_rules(stored, KNOWN, policies())

    assert [str(one) for one in own.filters] == ["Total is at least 100"]
    assert [(one.source.key, one.target) for one in own.mappings] == [("po_number", "custom:1")]
    assert own.switched_off == {DefaultField.DUE_DATE}
    assert own.lost == ("custom.gone",)


@pytest.mark.requirement("H-58")
def test_a_field_that_was_chosen_from_a_live_list_is_known_by_the_name_it_had_then():
    stored = {
        "mappings": [{"source": "custom.cf_7", "target": "custom:1"}],
        "live_properties": {"cf_7": "Warehouse"},
    }

    (mapping,) = own_rules(stored, KNOWN, policies()).mappings

    assert mapping.source.title == "Warehouse"


@pytest.mark.requirement("H-35", "T-7")
def test_a_field_that_the_source_demands_cannot_be_switched_off():
    required = policies(location_tracking="required", preflight=["location_tracking"])

    assert own_rules({"switched_off": ["location"]}, KNOWN, required).switched_off == frozenset()
    assert is_locked(DefaultField.LOCATION, required)
    assert not is_locked(DefaultField.MEMO, required)


@pytest.mark.requirement("H-35")
def test_only_default_fields_that_the_sync_has_are_offered():
    plain = offered_defaults(policies(memo_source="none", location_tracking="ignore"))

    assert DefaultField.MEMO not in plain
    assert DefaultField.LOCATION not in plain
    assert set(offered_defaults(policies(location_tracking="optional"))) == set(DefaultField)


@pytest.mark.requirement("H-36", "H-58")
@pytest.mark.parametrize(
    ("value", "granted", "expected"),
    [
        ("no", {"plan"}, False),
        ("yes", set(), True),
        ("paid_plan", {"beta"}, False),
        ("paid_plan", {"plan"}, True),
        ("paid_plan", {"addon"}, True),
    ],
)
def test_own_mappings_are_there_for_whom_the_plan_includes_them(value, granted, expected):
    assert may_map(policies(custom_mappings=value), granted) is expected
