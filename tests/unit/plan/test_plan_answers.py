"""What people answered about one document is part of its plan, so that the preview shows it before it is done."""

from decimal import Decimal

import pytest

from qbo_connector.canonical import Status, fingerprint
from qbo_connector.plan.divergence import THEIRS
from qbo_connector.plan.known import Absent, NameTaken, Present
from qbo_connector.plan.values import Decision
from qbo_connector.policy.answers import Answers, NewItem
from tests.unit.plan.building import US, bound, codes, invoice, plan, rules

ABSENT = Absent(proved=True)
PLACE = {"external_id": "loc_1", "name": "Portland"}


def answered(policies=None, **answers):
    return rules(policies, answers=Answers(**answers))


def created(planned, entity):
    (step,) = [one for one in planned.creates if one.entity == entity]
    return step.body


@pytest.mark.requirement("H-65")
def test_a_customer_is_created_under_the_name_that_a_person_gave():
    obeyed = answered({"customer_missing": "fail"}, new_customer="Acme Shop")

    planned = plan(invoice(), obeyed, lists={"cus_88": ABSENT})

    assert codes(planned) == []
    assert created(planned, "customer")["DisplayName"] == "Acme Shop"


def test_a_name_that_a_person_gave_and_somebody_bears_is_refused_again():
    obeyed = answered({"display_name_duplicate": "append_contact"}, new_customer="Acme Shop")
    taken = NameTaken(name="Acme Shop", by="Vendor")

    assert codes(plan(invoice(), obeyed, lists={"cus_88": taken})) == ["customer.display_name_duplicate"]


@pytest.mark.parametrize(("is_service", "type_"), [(True, "Service"), (False, "NonInventory")])
def test_an_item_is_created_as_a_person_said(is_service, type_):
    new = NewItem(name="Mug for sale", sku="M-1", is_service=is_service)
    obeyed = answered({"item_missing": "fail"}, new_items={"item:7:p:Stoneware Mug": new})

    planned = plan(invoice(), obeyed, lists={"Stoneware Mug": ABSENT})

    body = created(planned, "item")
    assert (body["Name"], body["Type"], body["Sku"]) == ("Mug for sale", type_, "M-1")
    assert body["IncomeAccountRef"] == {"$ref": "account:income"}


def test_an_item_on_an_account_of_its_own_needs_no_other_account():
    new = NewItem(name="Mug", income_account="81")
    obeyed = answered(new_items={"item:7:p:Stoneware Mug": new})

    planned = plan(invoice(), obeyed, lists={"Stoneware Mug": ABSENT}, accounts={})

    assert codes(planned) == []
    assert planned.known_ids["account:81"] == "81"


def test_an_item_that_exists_by_now_is_not_created_twice():
    obeyed = answered(new_items={"item:7:p:Stoneware Mug": NewItem(name="Mug")})

    planned = plan(invoice(), obeyed, lists={"Stoneware Mug": Present(qbo_id="5", name="Mug")})

    assert planned.creates == ()


@pytest.mark.requirement("T-30")
def test_a_location_is_created_under_the_name_that_a_person_gave():
    company = US.but(track_locations=True)
    obeyed = answered({"location_tracking": "optional", "location_missing": "hold"}, new_location="Harbour")

    planned = plan(invoice(location=PLACE), obeyed, company=company, lists={"loc_1": ABSENT})

    assert codes(planned) == []
    assert created(planned, "department")["Name"] == "Harbour"


@pytest.mark.requirement("C-6")
def test_a_person_may_have_the_copy_of_a_deleted_document_voided():
    deleted = invoice(status=Status.DELETED)

    assert codes(plan(deleted, rules(), bound=bound())) == ["source.deleted_after_sync"]
    assert plan(deleted, answered(void_copy=True), bound=bound()).decision is Decision.VOID


def test_what_became_of_a_document_is_accepted_until_its_source_changes():
    document = invoice()
    accepted = bound(gone=True, voided=True, sent_fingerprint=THEIRS, source_fingerprint=fingerprint(document))

    assert plan(document, bound=accepted).decision is Decision.UNCHANGED
    changed = document.but(number="W-1043")
    assert codes(plan(changed, bound=accepted)) == ["qbo.document_voided"]
    assert accepted.total == Decimal("10.00")
