"""The neutral plugin itself: found like a third party's, and able to say all that an invoice can."""

from decimal import Decimal

from qbo_connector.sources import PluginOrigin
from tests.rig.neutral import KEY


def test_it_is_found_in_an_addons_folder_like_any_third_partys_plugin(stage):
    entry = stage.services.registry.find(KEY)

    assert entry.origin is PluginOrigin.ADDON
    assert entry.load().__name__ == "NeutralPlugin"
    assert stage.services.registry.problems == ()


def test_an_invoice_of_it_lands_in_quickbooks_to_the_cent(stage):
    invoice = stage.make()

    operation = stage.sync(invoice["id"])

    assert operation.outcome == "synced", stage.codes(invoice["id"])
    assert Decimal(str(stage.invoice(invoice["number"])["TotalAmt"])) == Decimal(invoice["total"])
    assert stage.told(invoice["id"])["state"] == "synced"
