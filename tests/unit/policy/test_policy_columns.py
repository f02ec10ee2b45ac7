"""One core serves five sources: the model can say what each of them says about itself."""

from datetime import timedelta

import pytest

from qbo_connector.policy.policies import (
    Attachments,
    Direction,
    FilterKind,
    InvoiceDiscount,
    LineDiscount,
    LinkKey,
    MemoSource,
    NumberPolicy,
    PaymentsIn,
    PolicyRefused,
    PreflightCheck,
    Resync,
    Role,
    Schedule,
    Tax,
    Trigger,
)
from qbo_connector.policy.unbuilt import UNBUILT


@pytest.mark.parametrize("name", ["thrive", "hubspot", "bill", "crm", "productive"])
def test_every_column_of_the_table_can_be_expressed(column, name):
    policies = column(name)

    for role in Role:
        assert policies.overlay({}, role) == policies


@pytest.mark.requirement("T-8", "T-23", "T-24", "T-25")
def test_inventory_source_syncs_on_demand_and_is_told_apart_by_number(column):
    policies = column("thrive")

    assert policies.trigger is Trigger.MANUAL_SINGLE
    assert policies.schedule.interval is None
    assert (policies.link_key, policies.resync) == (LinkKey.NUMBER, Resync.UPDATE_SAME_NUMBER)
    assert not policies.sends_payments
    assert not policies.brings_payments(in_cohort=True)
    assert policies.choosable(Role.OPERATOR) == ()


@pytest.mark.requirement("T-2", "T-4")
def test_entitlement_carries_its_display_words(column):
    entitlement = column("thrive").entitlement

    assert (entitlement.plan, entitlement.beta, entitlement.cohort) == (True, True, False)
    assert (entitlement.included_in, entitlement.price) == ("Professional and above", "$30 a month")


@pytest.mark.requirement("H-17", "H-18", "H-33")
@pytest.mark.parametrize(
    ("direction", "sends", "brings"), [("out", True, True), ("in", False, False), ("both", True, True)]
)
def test_payments_follow_the_direction_an_admin_chooses(column, direction, sends, brings):
    policies = column("hubspot").overlay({"direction": direction}, Role.ADMIN)

    assert policies.sends_payments is sends
    assert policies.brings_payments(in_cohort=False) is brings


@pytest.mark.requirement("H-6")
def test_only_an_operator_lifts_the_check_of_the_country(column):
    policies = column("hubspot")
    without = [check.value for check in policies.preflight if check is not PreflightCheck.COUNTRY_US]

    with pytest.raises(PolicyRefused, match=r"An admin may not .*“country_us” in the policy “preflight”"):
        policies.overlay({"preflight": without}, Role.ADMIN)
    lifted = policies.overlay({"preflight": without}, Role.OPERATOR)

    assert PreflightCheck.COUNTRY_US not in lifted.preflight
    assert PreflightCheck.CLOSED_PERIODS in lifted.preflight


@pytest.mark.requirement("H-12", "H-20", "H-22")
def test_mandatory_filters_are_shown_but_stay(column):
    policies = column("hubspot")
    (choice,) = [one for one in policies.choosable(Role.ADMIN, source="Hub") if one.key == "extra_filters"]

    assert [value.value for value in choice.values] == ["sku_present"]
    assert [(value.value, value.label) for value in choice.locked] == [("made_in_source", "Made in Hub")]
    assert (
        policies.overlay({"extra_filters": ["made_in_source"]}, Role.ADMIN).filter(FilterKind.SKU_PRESENT) is None
    )
    with pytest.raises(PolicyRefused, match="made_in_source"):
        policies.overlay({"extra_filters": ["sku_present"]}, Role.ADMIN)


@pytest.mark.requirement("B-14", "B-16")
def test_schedule_runs_a_day_after_the_last_sync_and_can_be_switched_off(column):
    policies = column("bill")

    assert policies.schedule.interval == timedelta(days=1)
    assert policies.overlay({"schedule": "none"}, Role.ADMIN).schedule is Schedule.NONE


@pytest.mark.requirement("B-9")
def test_one_way_is_the_operators_word_and_an_admin_cannot_take_it_back(column):
    policies = column("bill")

    with pytest.raises(PolicyRefused, match="direction"):
        policies.overlay({"direction": "out"}, Role.ADMIN)
    one_way = policies.overlay({"direction": "out"}, Role.OPERATOR)
    assert one_way.direction is Direction.OUT
    assert one_way.overlay({"direction": "out"}, Role.ADMIN) == one_way
    with pytest.raises(PolicyRefused, match="direction"):
        one_way.overlay({"direction": "both"}, Role.ADMIN)
    assert one_way.overlay({"direction": "both"}, Role.OPERATOR) == policies


@pytest.mark.requirement("B-1", "B-4", "B-18")
def test_payments_come_in_for_the_cohort_only_and_currencies_are_listed(column):
    policies = column("bill")

    assert policies.brings_payments(in_cohort=True)
    assert not policies.brings_payments(in_cohort=False)
    currency = policies.filter(FilterKind.CURRENCY)
    assert currency is not None
    assert currency.allowed == ("USD",)
    assert policies.brings_documents
    assert policies.sends_documents


@pytest.mark.requirement("C-13", "C-14", "C-29")
def test_tax_and_discounts_are_folded_in_the_us_and_carried_elsewhere(column):
    policies = column("crm")

    assert (policies.tax_in("US"), policies.tax_in("CA")) == (Tax.FOLD, Tax.PASS_THROUGH)
    assert policies.line_discount_in("US") is LineDiscount.NET_RATE
    assert policies.line_discount_in("GB") is LineDiscount.SUM
    assert policies.invoice_discount_in("US") is InvoiceDiscount.FOLD
    assert policies.invoice_discount_in("AU") is InvoiceDiscount.DISCOUNT_LINE


def test_other_taxes_and_discounts_know_no_country(column):
    policies = column("hubspot")

    assert policies.tax_in("US") is policies.tax_in("CA") is Tax.REJECT
    assert policies.line_discount_in("US") is LineDiscount.NET_RATE
    assert policies.invoice_discount_in("US") is InvoiceDiscount.REJECT


@pytest.mark.requirement("C-18", "C-19")
def test_import_and_review_requests_are_off_until_chosen(column):
    policies = column("crm")
    chosen = policies.overlay({"history_import": "once_at_connect", "automation": "review_request"}, Role.ADMIN)

    assert (policies.history_import, policies.automation) == ("no", "none")
    assert (chosen.history_import, chosen.automation) == ("once_at_connect", "review_request")
    assert not policies.brings_documents


@pytest.mark.requirement("P-2", "P-8", "P-9", "P-11", "P-14")
def test_dialog_and_wizard_choices_of_the_project_source(column):
    policies = column("productive")
    chosen = policies.overlay(
        {"number_policy": "qbo", "payments_in": "yes", "attachments": "qbo", "memo_source": "po_number"},
        Role.ADMIN,
    )

    assert (policies.asks_customer, policies.asks_tax) == (True, True)
    assert chosen.number_policy is NumberPolicy.QBO
    assert chosen.payments_in is PaymentsIn.YES
    assert chosen.attachments is Attachments.QBO
    assert chosen.memo_source is MemoSource.PO_NUMBER
    assert {choice.key for choice in policies.choosable(Role.ADMIN)} == {
        "number_policy", "attachments", "memo_source",
    }  # fmt: skip
    assert "payments_in" in UNBUILT


def test_other_sources_ask_nothing_at_the_button(column):
    policies = column("crm")

    assert (policies.asks_customer, policies.asks_tax) == (False, False)
