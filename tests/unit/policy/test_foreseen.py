"""What a sync as a whole will meet in its company, told before the first record does."""

from datetime import date

import pytest

from qbo_connector.policy.eligibility import checks
from qbo_connector.policy.foreseen import foreseen, of_connection
from qbo_connector.policy.own_rules import OwnRules
from qbo_connector.policy.standing import AccountState
from tests.unit.plan.building import GB, US, rules, standing

SALES = AccountState(name="Sales of Product Income")


def seen(policies=None, company=US, *, told=None, **stands):
    """What each check says by name: nothing, or its code with whether it stops."""
    obeyed = rules(policies or {}, **(told or {}))
    accounts = {"income": SALES, **stands.pop("accounts", {})}
    where = standing(company=company, accounts=accounts, **stands)
    return {
        check.name: check.finding and (str(check.finding.code), "warns" if check.warns else "stops")
        for check in foreseen(obeyed, where)
    }


def connection(company=US, **stands):
    return {
        check.name: None if check.passed else str(check.finding.code)
        for check in of_connection(standing(company=company, **stands))
    }


def test_a_company_in_order_passes_everything():
    assert set(seen().values()) == {None}
    assert list(seen()) == ["currencies", "tax_set_up", "income_account", "discounts"]


def test_nothing_is_foreseen_of_a_company_that_is_not_known_or_not_written_to():
    assert seen(company=None) == {}
    assert seen({"direction": "in"}) == {}


@pytest.mark.requirement("C-25")
def test_a_permission_that_was_not_accepted_blocks():
    assert connection(may_keep_books=True)["scopes"] is None
    assert connection(may_keep_books=False)["scopes"] == "connection.permissions_declined"
    assert "scopes" not in connection()


@pytest.mark.parametrize(
    ("stands", "company", "expected"),
    [
        ({}, US, None),
        ({}, US.but(subscription_ended=True), "connection.subscription_ended"),
        ({"paused_reason": "connection.subscription_ended"}, US, "connection.subscription_ended"),
        ({"paused_reason": "connection.subscription_ended"}, None, "connection.subscription_ended"),
        ({}, None, None),
    ],
)
def test_a_subscription_that_has_ended_blocks(stands, company, expected):
    assert connection(company, **stands)["subscription"] == expected


@pytest.mark.parametrize(
    ("company", "off", "told"),
    [
        ({}, (), "classes that Storefront names are set on each line"),
        ({"classes_per_document": True}, (), "classes that Storefront names are set on the whole invoice"),
        ({}, ("class",), "this sync leaves classes out"),
    ],
)
def test_class_tracking_is_told_as_it_is_and_stops_nothing(company, off, told):
    tracking = US.but(track_classes=True, **company)

    found = foreseen(rules(own=OwnRules(switched_off=frozenset(off))), standing(company=tracking))

    (check,) = [one for one in found if one.name == "class_tracking"]
    assert (check.finding, check.passes) == (None, f"Class tracking is on; {told}")


@pytest.mark.requirement("B-4")
def test_a_currency_that_the_sync_takes_and_the_company_does_not_is_warned_of():
    dollars = {"extra_filters": ["currency=USD"]}

    assert seen(dollars)["currencies"] is None
    assert seen(dollars, GB)["currencies"] == ("currency.not_enabled", "warns")
    assert seen(dollars, GB.but(currencies={"USD"}))["currencies"] == ("currency.not_enabled", "warns")
    assert seen(dollars, GB.but(currencies={"USD"}, multi_currency=True))["currencies"] is None


@pytest.mark.requirement("H-9")
def test_books_that_are_closed_up_to_today_are_warned_of():
    closed = US.but(books_closed_to=date(2026, 11, 22))

    assert seen(company=closed, today=date(2026, 11, 22))["open_books"] == ("date.closed_period", "warns")
    assert seen(company=closed, today=date(2026, 11, 23))["open_books"] is None
    assert "open_books" not in seen(company=closed)


@pytest.mark.requirement("T-9")
def test_tax_that_is_not_set_up_is_warned_of_where_tax_is_passed_on():
    assert seen(company=US.but(sales_tax=False))["tax_set_up"] == ("tax.not_set_up", "warns")
    assert seen(company=US.but(has_tax_code=False))["tax_set_up"] == ("tax.not_set_up", "warns")
    assert "tax_set_up" not in seen({"tax": "reject"}, US.but(sales_tax=False))


@pytest.mark.requirement("H-14", "T-29")
def test_accounts_that_are_missing_or_switched_off_are_warned_of():
    off = AccountState(name="Discounts given", active=False)
    booked = {"accounts": {"discount": "86"}}

    assert seen(accounts={"income": None})["income_account"] == ("account.unset", "warns")
    assert seen(accounts={"income": off})["income_account"] == ("reference.inactive", "warns")
    assert "income_account" not in seen({"item_missing": "fail"})
    assert seen(told=booked, accounts={"discount": SALES})["discount_account"] is None
    assert seen(told=booked, accounts={"discount": off})["discount_account"] == ("reference.inactive", "warns")
    assert seen(told=booked)["discount_account"] == ("account.unset", "warns")


@pytest.mark.requirement("T-15")
def test_discounts_that_quickbooks_would_drop_are_warned_of():
    without = US.but(allow_discount=False)

    assert seen(company=without)["discounts"] == ("qbo.feature_off", "warns")
    assert "discounts" not in seen({"line_discount": "net_rate", "invoice_discount": "fold"}, without)


def test_sentences_speak_of_the_kind_of_record_that_will_meet_it():
    where = standing(company=US.but(sales_tax=False), accounts={"income": SALES})
    (tax,) = [check for check in foreseen(rules(), where) if check.name == "tax_set_up"]

    assert tax.finding.text().sentence == (
        "A taxed invoice has taxable lines, but sales tax is not set up in Oak & Pine LLC."
    )


def test_they_stand_in_the_list_of_the_sync_in_the_order_in_which_they_would_fail():
    where = standing(
        company=US.but(books_closed_to=date(2026, 1, 31)),
        accounts={"income": SALES},
        may_keep_books=True,
        today=date(2026, 11, 22),
    )

    assert [check.name for check in checks(None, rules(), where)] == [
        "connection",
        "scopes",
        "subscription",
        "currencies",
        "open_books",
        "tax_set_up",
        "income_account",
        "discounts",
        "switched_on",
    ]
