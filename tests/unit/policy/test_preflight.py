from datetime import date

import pytest

from qbo_connector.policy.preflight import preflight
from tests.unit.plan.building import GB, US, rules, standing

RECOMMENDING = {"preflight": ["custom_numbers"]}


def found(policies, company=US, *, overridden=(), **changes):
    """What each check says: nothing, or its code with whether it stops."""
    stands = standing(company=company, overridden=frozenset(overridden))
    return {
        check.name: check.finding and (str(check.finding.code), "warns" if check.warns else "stops")
        for check in preflight(rules(policies, **changes), stands)
    }


def test_a_source_that_asks_for_nothing_is_asked_nothing():
    assert found({}) == {}


@pytest.mark.requirement("T-7")
def test_location_tracking_must_be_on_where_it_is_required():
    requiring = {"location_tracking": "required", "preflight": ["location_tracking"]}

    assert found(requiring) == {"location_tracking": ("preflight.location_tracking", "stops")}
    assert found(requiring, US.but(track_locations=True)) == {"location_tracking": None}


@pytest.mark.requirement("T-9")
def test_a_first_invoice_and_a_tax_code_are_missed_with_a_warning_that_can_be_set_aside():
    both, code_only = {"preflight": ["first_invoice", "tax_code"]}, {"preflight": ["tax_code"]}
    warns = {"first_invoice": ("preflight.first_invoice", "warns")}

    assert found(both) == {"first_invoice": None}
    assert found(both, US.but(has_tax_code=False)) == warns
    assert found(both, US.but(has_invoice=False)) == warns
    assert found(code_only, US.but(has_invoice=False)) == {"first_invoice": None}
    assert found({"preflight": ["first_invoice"]}, US.but(has_tax_code=False)) == {"first_invoice": None}
    assert found(both, US.but(has_invoice=False), dismissed=frozenset({"preflight.first_invoice"})) == {}


@pytest.mark.requirement("H-6")
def test_outside_the_us_sending_is_blocked_and_an_operator_may_allow_it():
    us_only = {"preflight": ["country_us"]}

    assert found(us_only) == {"country": None}
    assert found(us_only, GB) == {"country": ("preflight.country", "stops")}
    assert found(us_only, GB, overridden=["country"]) == {"country": ("preflight.country", "warns")}
    assert found({**us_only, "direction": "in"}, GB) == {}


def test_the_country_is_named_in_words_where_we_have_them():
    stands = standing(company=US.but(country="CA")), standing(company=US.but(country="FR"))
    sentences = [
        check.finding.text().sentence
        for one in stands
        for check in preflight(rules({"preflight": ["country_us"]}), one)
    ]

    assert "based in Canada" in sentences[0]
    assert "based in FR" in sentences[1]


@pytest.mark.requirement("P-8")
def test_quickbooks_numbers_only_while_custom_numbers_are_off():
    theirs = {"number_policy": "qbo"}

    assert found(theirs) == {"numbering": ("preflight.numbering", "stops")}
    assert found(theirs, US.but(custom_numbers=False)) == {"numbering": None}


@pytest.mark.requirement("H-8", "T-20")
def test_custom_numbers_are_recommended_one_way_or_the_other():
    warns = {"custom_numbers": ("preflight.custom_numbers", "warns")}

    assert found({**RECOMMENDING, "custom_numbers": "recommend_on"}) == {"custom_numbers": None}
    assert found({**RECOMMENDING, "custom_numbers": "recommend_off"}) == warns
    off = US.but(custom_numbers=False)
    assert found({**RECOMMENDING, "custom_numbers": "recommend_on"}, off) == warns
    assert found({**RECOMMENDING, "custom_numbers": "recommend_off"}, off) == {"custom_numbers": None}


@pytest.mark.requirement("H-7", "H-9")
def test_revenue_recognition_and_open_periods_are_warned_of():
    asked = {"preflight": ["revenue_recognition", "closed_periods"]}

    assert found(asked, US.but(revenue_recognition=True)) == {
        "revenue_recognition": ("preflight.revenue_recognition", "warns"),
        "closed_periods": ("preflight.closed_periods", "warns"),
    }
    assert found(asked, US.but(books_closed_to=date(2026, 1, 1))) == {
        "revenue_recognition": None,
        "closed_periods": None,
    }


@pytest.mark.requirement("P-5", "P-7", "P-12", "H-14", "H-27")
def test_nothing_is_sent_before_the_wizard_is_done():
    asked = {
        "preflight": ["subsidiary", "products_and_contacts", "accounts", "item_mapping"],
        "memo_source": "custom_field",
    }
    steps = ("subsidiary", "products_and_contacts", "accounts", "items", "memo")

    undone = found(asked)
    done = found(
        {**asked, "items_in": "yes", "parties_in": "yes"},
        subsidiary="s1",
        accounts={"income": "79"},
        items={"design": "41"},
        memo_field="Project",
    )

    assert undone == {f"set_up_{step}": ("preflight.setup_incomplete", "stops") for step in steps}
    assert done == {f"set_up_{step}": None for step in steps}
    assert found({"preflight": ["item_mapping"]}, default_item="9") == {"set_up_items": None}
    assert found({"preflight": ["products_and_contacts"], "items_in": "yes"}) == {
        "set_up_products_and_contacts": ("preflight.setup_incomplete", "stops")
    }


def test_a_company_that_is_not_known_yet_is_not_judged():
    asked = {"location_tracking": "required", "preflight": ["location_tracking", "subsidiary"]}

    assert found(asked, None) == {"set_up_subsidiary": ("preflight.setup_incomplete", "stops")}
