"""A date or text that was corrected for QuickBooks stays so until the source changes its own."""

from datetime import date, timedelta

import pytest

from qbo_connector.policy.catalogue import Role
from qbo_connector.sync.fixes import apply_fix

TODAY = date.today()  # noqa: DTZ011 - the calendar date of a source
YESTERDAY, TOMORROW, LATER = ((TODAY + timedelta(days=days)).isoformat() for days in (-1, 1, 9))


def press(stage, invoice, action, **inputs):
    target = stage.target(invoice["id"])
    apply_fix(stage.services, target, action, inputs, asked_by="test", role=Role.END_USER)
    stage.work()


@pytest.mark.requirement("H-9")
def test_another_date_counts_until_the_source_has_another_one_itself(stage):
    invoice = stage.make(issued_on=YESTERDAY)
    press(stage, invoice, "redate", date=TOMORROW)
    stage.sync(invoice["id"])
    assert stage.invoice(invoice["number"])["TxnDate"] == TOMORROW

    stage.change(invoice["id"], memos={"note": "Ring once"})
    stage.sync(invoice["id"])
    assert stage.invoice(invoice["number"])["TxnDate"] == TOMORROW

    stage.change(invoice["id"], issued_on=LATER)
    stage.sync(invoice["id"])
    assert stage.invoice(invoice["number"])["TxnDate"] == LATER
    assert stage.sync(invoice["id"]).outcome == "unchanged"


@pytest.mark.requirement("C-9")
def test_a_corrected_address_gives_way_to_the_one_that_is_mended_in_the_source(stage):
    def with_email(email):
        return {"id": "c-7", "name": "Ridge Supply", "email": email}

    invoice = stage.make(customer=with_email("ap@ridge"))
    stage.sync(invoice["id"])
    assert stage.codes(invoice["id"]) == ["field.invalid"]
    press(stage, invoice, "correct_field", field="billing e-mail", value="ap@ridge.example")
    assert stage.invoice(invoice["number"])["BillEmail"]["Address"] == "ap@ridge.example"

    stage.change(invoice["id"], customer=with_email("books@ridge.example"))
    stage.sync(invoice["id"])

    assert stage.invoice(invoice["number"])["BillEmail"]["Address"] == "books@ridge.example"
