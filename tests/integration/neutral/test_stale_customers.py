"""A person changed the customer in QuickBooks a moment ago, and our copy of it is behind."""

import pytest

from qbo_connector.jobs.drain import carry_out, claim
from qbo_connector.store.states import Lane

CUSTOMERS = {"method": "POST", "path": "/customer"}


@pytest.fixture
def customer(stage):
    """A customer that stands in QuickBooks through an invoice, changed there since without our hearing of it."""
    stage.rules(customer_existing="update")
    stage.count[0] += 1
    name = f"Moved Twice {stage.count[0]}"
    told = {"id": name, "name": name, "email": f"c{stage.count[0]}@twice.example", "phone": "555-1"}
    told["invoice"] = stage.make(customer=dict(told))["id"]
    assert stage.sync(told["invoice"]).outcome == "synced"
    (there,) = stage.quickbooks("Customer", DisplayName=name)
    edit = {"Notes": "by hand", "PrimaryPhone": {"FreeFormNumber": "555-9"}}
    stage.unheard("Customer", {**pointer(there), **edit})
    stage.simulator.forget_requests()
    return told


def pointer(there):
    return {"Id": there["Id"], "SyncToken": there["SyncToken"], "sparse": True}


def standing(stage, customer):
    (there,) = stage.quickbooks("Customer", DisplayName=customer["name"])
    return there["PrimaryPhone"]["FreeFormNumber"], there.get("Notes", "")


def reads(stage):
    return [one["operation"] for one in stage.simulator.requests() if one["operation"] in {"query", "read"}]


@pytest.mark.requirement("C-26")
@pytest.mark.parametrize("again", [False, True], ids=["new invoice", "same invoice"])
def test_the_customer_is_read_once_more_and_the_invoice_goes_through(stage, customer, again):
    moved = {**customer, "phone": "555-2"}
    invoice = customer["invoice"] if again else stage.make(customer=moved)["id"]
    if again:
        stage.change(invoice, customer=moved)

    operation = stage.sync(invoice)

    asked = reads(stage)
    assert (operation.outcome, operation.attempts) == ("synced", 1), stage.codes(invoice)
    assert asked == ["query"]
    assert standing(stage, customer) == ("555-2", "by hand")
    assert stage.sync(invoice).outcome == "unchanged"


@pytest.mark.requirement("C-26")
@pytest.mark.parametrize("choices", [{"customer_existing": "leave"}, {"customer_existing": "conflict_rule"}])
def test_what_a_person_wrote_stands_where_customers_are_left_alone(stage, customer, choices):
    stage.rules(**choices)

    assert stage.sync(stage.make(customer={**customer, "phone": "555-2"})["id"]).outcome == "synced"

    assert reads(stage) == []
    assert standing(stage, customer) == ("555-9", "by hand")


def test_a_rule_that_changes_before_the_next_try_counts(stage, customer):
    invoice = stage.make(customer={**customer, "phone": "555-2"})["id"]
    asked = stage.ask(invoice)
    stage.simulator.arm({"match": CUSTOMERS, "then": "stale", "times": 3})

    carry_out(stage.services, claim(stage.services, Lane.INTERACTIVE))
    assert stage.operation(asked).phase == "qbo.stale"
    stage.rules(customer_existing="leave")
    stage.work()

    assert stage.operation(asked).outcome == "synced"
    assert standing(stage, customer) == ("555-9", "by hand")


@pytest.mark.requirement("T-21")
def test_a_customer_that_a_person_switched_off_meanwhile_is_said_so(stage, customer):
    (there,) = stage.quickbooks("Customer", DisplayName=customer["name"])
    stage.unheard("Customer", {**pointer(there), "Active": False})
    invoice = stage.make(customer={**customer, "phone": "555-2"})["id"]

    assert stage.sync(invoice).outcome in {"failed", "held"}

    assert stage.codes(invoice)[0] == "customer.inactive"


def test_an_update_whose_answer_was_lost_is_settled_before_another_invoice_updates_the_same_customer(
    stage, customer
):
    stage.hear()
    first = stage.make(customer={**customer, "phone": "555-2"})["id"]
    stage.ask(first)
    stage.simulator.arm({"match": CUSTOMERS, "then": "reset_after_commit", "times": 1})
    carry_out(stage.services, claim(stage.services, Lane.INTERACTIVE))

    second = stage.sync(stage.make(customer={**customer, "phone": "555-3"})["id"])

    assert second.outcome == "synced"
    assert stage.record(first).state == "synced"
    assert standing(stage, customer)[0] in {"555-2", "555-3"}
