"""Outside the US every line needs a real tax code: chosen once by a person, and what waited goes on by itself."""

import pytest

from qbo_connector.store import pairings
from qbo_connector.sync.tax_table import CodeRefused, save_taxes, tax_table


@pytest.fixture(scope="module")
def region():
    return "GB"


@pytest.fixture
def place(stage):
    yield stage.services, stage.organization_id, stage.pairing_id
    stage.set_rules(taxes={})


@pytest.fixture
def version(stage):
    def now():
        with stage.services.database.reading() as session:
            return pairings.load(session, stage.pairing_id).rules_version

    return now


def taxed(stage, **more):
    line = {"item": {"id": "p-lamp", "name": "Lamp"}, "quantity": "1", "price": "100.00"}
    tax = {"name": "VAT 20 %", "rate": "20", "amount": "20.00"}
    return stage.make(currency="GBP", lines=[{**line, "tax": tax}], tax={"amount": "20.00"}, **more)


@pytest.mark.requirement("C-14")
def test_an_unknown_tax_holds_the_invoice_until_its_code_is_chosen(stage, place, version):
    invoice = taxed(stage)
    stage.sync(invoice["id"])
    waiting = tax_table(*place)
    (code,) = [qbo_id for qbo_id, name in waiting.codes if name == "20.0% S"]
    before = stage.record(invoice["id"]).state, stage.codes(invoice["id"])

    save_taxes(*place, {"VAT 20 %": code}, expected_version=version())
    stage.work()

    assert before == ("held", ["tax.code_missing"])
    assert [(row.name, row.code) for row in waiting.rows] == [("VAT 20 %", "")]
    assert (waiting.needed, waiting.unmapped) == (True, 1)
    assert stage.record(invoice["id"]).state == "synced"
    (sold, *_) = stage.invoice(invoice["number"])["Line"]
    assert sold["SalesItemLineDetail"]["TaxCodeRef"]["value"] == code
    assert tax_table(*place).unmapped == 0


def test_only_an_active_code_can_be_chosen_and_a_choice_can_be_taken_back(stage, place, version):
    stage.sync(taxed(stage)["id"])
    (code, *_) = [qbo_id for qbo_id, _ in tax_table(*place).codes]

    with pytest.raises(CodeRefused, match="no active tax code for “VAT 20 %”"):
        save_taxes(*place, {"VAT 20 %": "99999"}, expected_version=version())
    save_taxes(*place, {"VAT 20 %": code}, expected_version=version())
    save_taxes(*place, {"VAT 20 %": ""}, expected_version=version())

    assert tax_table(*place).unmapped == 1


def test_a_code_that_is_gone_by_now_is_shown_as_gone(stage, place):
    stage.set_rules(taxes={"VAT 5 %": "99999"})

    (row,) = [row for row in tax_table(*place).rows if row.name == "VAT 5 %"]

    assert (row.gone, row.documents) == (True, 0)
