from decimal import Decimal

import pytest

from qbo_connector.canonical import Status
from qbo_connector.sources import SandboxOptions
from qbo_connector.sources.policies import (
    ConnectionScope,
    CustomerMissing,
    Direction,
    FilterKind,
    InvoiceDiscount,
    ItemInactive,
    ItemMatch,
    ItemMissing,
    LineDiscount,
    LinkKey,
    LocationTracking,
    NumberClash,
    PaymentsIn,
    PaymentsOut,
    PreflightCheck,
    Resync,
    Trigger,
)


@pytest.fixture
def manifest(thrive_entry):
    return thrive_entry.manifest


@pytest.mark.requirement("T-1")
def test_the_field_table_is_data_and_the_readme_repeats_it(manifest, thrive_entry):
    rows = {row.source: row.quickbooks for row in manifest.field_table}

    assert rows["Invoice No."] == "Invoice no."
    assert rows["Shipping location"] == "Location"
    assert all(f"| {row.source} | {row.quickbooks} |" in thrive_entry.readme for row in manifest.field_table)
    assert "no public API" in thrive_entry.readme


@pytest.mark.requirement("T-2", "T-4")
def test_plans_prices_and_the_beta_are_declared(manifest):
    assert manifest.policies.entitlement.plan
    assert manifest.policies.entitlement.beta
    assert manifest.plans.including == ("Professional and above",)
    assert (manifest.plans.addon.monthly, manifest.plans.addon.yearly) == (Decimal(30), Decimal(300))
    assert manifest.links.request_access


@pytest.mark.requirement("T-6", "T-7", "T-8", "T-9", "T-28")
def test_what_must_hold_before_a_sync_is_declared(manifest):
    policies = manifest.policies

    assert (policies.trigger, policies.direction) == (Trigger.MANUAL_SINGLE, Direction.OUT)
    assert policies.connection_scope is ConnectionScope.ORGANIZATION
    assert policies.location_tracking is LocationTracking.REQUIRED
    assert {PreflightCheck.LOCATION_TRACKING, PreflightCheck.FIRST_INVOICE} <= set(policies.preflight)
    assert policies.filter(FilterKind.PRODUCTS_IN_LOCATION)


@pytest.mark.requirement("T-10", "T-31")
def test_every_status_but_draft_is_eligible_and_worded_as_the_source_does(manifest):
    assert set(manifest.policies.eligible_statuses) == {
        Status.OPEN, Status.PARTIALLY_PAID, Status.PAID, Status.UNCOLLECTIBLE,
    }  # fmt: skip
    assert manifest.status_word(Status.UNCOLLECTIBLE) == "Uncollectable"


@pytest.mark.requirement("T-15", "T-20", "T-21", "T-23", "T-24", "T-25", "T-27", "T-29")
def test_how_documents_travel_is_declared(manifest):
    policies = manifest.policies

    assert (policies.link_key, policies.resync) == (LinkKey.NUMBER, Resync.UPDATE_SAME_NUMBER)
    assert policies.number_clash is NumberClash.REFUSE
    assert (policies.item_match, policies.item_missing) == ((ItemMatch.NAME,), ItemMissing.CREATE)
    assert (policies.item_inactive, policies.customer_missing) == (ItemInactive.ERROR, CustomerMissing.CREATE)
    assert (policies.line_discount, policies.invoice_discount) == (LineDiscount.SUM, InvoiceDiscount.DISCOUNT_LINE)
    assert (policies.payments_out, policies.payments_in) == (PaymentsOut.NO, PaymentsIn.NO)


def test_a_sandbox_starts_on_a_chosen_address_and_stops_twice(thrive_entry):
    sandbox = thrive_entry.sandbox(SandboxOptions(seed="empty", api_key="chosen-key"))

    address = sandbox.start()
    described = sandbox.describe()
    sandbox.stop()
    sandbox.stop()

    assert address.startswith("http://localhost:")
    assert described.settings["api_key"] == "chosen-key"
    assert described.samples == {}
    assert "chosen-key" not in repr(described)
