"""Customers that are a part of others: found below their parent, or made there, each of both exactly once."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from qbo_connector.jobs.drain import carry_out, claim
from qbo_connector.policy.catalogue import Role
from qbo_connector.store.states import Lane
from qbo_connector.sync.fixes import apply_fix


def party(name, parent, **told):
    return {"id": f"c-{parent}-{name}", "name": name, "parent": parent, **told}


def customers(stage, name):
    return stage.quickbooks("Customer", DisplayName=name)


def billed(stage, invoice):
    return stage.invoice(invoice["number"])["CustomerRef"]


def synced(stage, **told):
    invoice = stage.make(**told)
    assert stage.sync(invoice["id"]).outcome == "synced", stage.codes(invoice["id"])
    return invoice


def test_parent_and_child_are_made_in_this_order_and_found_by_the_next_invoice(stage):
    stage.rules(customer_existing="update")
    invoice = synced(stage, customer=party("Pier One", "Harbour Group"))

    (parent,), (child,) = customers(stage, "Harbour Group"), customers(stage, "Pier One")
    assert [one for one in stage.writes() if "customer" in one] == ["create customer", "create customer"]
    assert (child["ParentRef"]["value"], child["Job"]) == (parent["Id"], True)
    assert child["FullyQualifiedName"] == "Harbour Group:Pier One"
    assert billed(stage, invoice)["value"] == child["Id"]

    stage.simulator.forget_requests()
    again = synced(stage, customer={**party("Pier One", "Harbour Group"), "id": "another key"})
    assert billed(stage, again)["value"] == child["Id"]
    assert [one for one in stage.writes() if "create customer" in one] == []


def test_a_child_is_found_below_its_parent_whatever_customers_are_matched_by(stage):
    parent = stage.person("Customer", {"DisplayName": "Above"})
    child = stage.person("Customer", {"DisplayName": "Below", "Job": True, "ParentRef": {"value": parent["Id"]}})
    stage.rules(customer_match=["email"])

    invoice = synced(stage, customer=party("Below", "Above", email="nobody@there.example"))

    assert billed(stage, invoice)["value"] == child["Id"]


def test_a_child_is_made_below_the_parent_that_is_there_already(stage):
    stage.rules(customer_match=["name"])
    parent = stage.person("Customer", {"DisplayName": "Old House"})

    synced(stage, customer=party("New Wing", "old house"))

    (child,) = customers(stage, "New Wing")
    assert child["ParentRef"]["value"] == parent["Id"]
    assert [one["Id"] for one in customers(stage, "Old House")] == [parent["Id"]]


@pytest.mark.requirement("H-66")
def test_a_parent_whose_name_a_vendor_has_is_a_persons_to_settle_and_nothing_is_made(stage):
    stage.person("Vendor", {"DisplayName": "Name Of A Vendor"})
    invoice = stage.make(customer=party("Left Alone", "Name Of A Vendor"))

    stage.sync(invoice["id"])

    assert stage.codes(invoice["id"]) == ["customer.display_name_duplicate"]
    assert customers(stage, "Left Alone") == []

    other = stage.person("Customer", {"DisplayName": "The Customer That Is Meant"})
    finding = stage.look(invoice["id"]).finding
    (button,) = [one for one in finding.fixes if one.action == "link_customer"]
    told = {**button.preset, "qbo_customer_id": other["Id"]}
    apply_fix(stage.services, stage.target(invoice["id"]), button.action, told, asked_by="test", role=Role.ADMIN)
    stage.work()

    (child,) = customers(stage, "Left Alone")
    assert child["ParentRef"]["value"] == other["Id"]
    assert billed(stage, invoice)["value"] == child["Id"]


def test_a_lost_answer_about_the_parent_makes_no_second_one(stage):
    stage.simulator.arm({
        "match": {"method": "POST", "path": "/customer"}, "then": "reset_after_commit", "times": 1,
    })  # fmt: skip

    invoice = stage.make(customer=party("Lost Child", "Lost Parent"))
    stage.ask(invoice["id"])
    stage.work()

    assert stage.record(invoice["id"]).state == "synced", stage.codes(invoice["id"])
    (parent,), (child,) = customers(stage, "Lost Parent"), customers(stage, "Lost Child")
    assert child["ParentRef"]["value"] == parent["Id"]


def test_many_children_of_one_new_parent_at_once_make_one_parent(stage):
    invoices = [stage.make(customer=party(f"Crowd {number % 2}", "Crowd Parent")) for number in range(6)]
    asked = [stage.ask(invoice["id"]) for invoice in invoices]

    def worker(_number):
        while (operation := claim(stage.services, Lane.INTERACTIVE)) is not None:
            carry_out(stage.services, operation)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(worker, range(4)))
    stage.work()

    assert [stage.operation(one).outcome for one in asked] == ["synced"] * len(asked)
    (parent,) = customers(stage, "Crowd Parent")
    for number in range(2):
        (child,) = customers(stage, f"Crowd {number}")
        assert child["ParentRef"]["value"] == parent["Id"]
