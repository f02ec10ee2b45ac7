"""What people type into custom fields that we do not fill outlives our updates, however QuickBooks treats them."""

import pytest

from qbo_connector.policy.catalogue import Role
from qbo_connector.store import bindings
from qbo_connector.sync.field_mapping import save_mapping
from qbo_connector.sync.fixes import apply_fix


def named(*names):
    """The company's settings with custom fields of these names."""
    prefix = "SalesFormsPrefs"
    used = [{"Name": f"{prefix}.UseSalesCustom{n}", "BooleanValue": n <= len(names)} for n in (1, 2, 3)]
    called = [{"Name": f"{prefix}.SalesCustomName{n}", "StringValue": name} for n, name in enumerate(names, 1)]
    return {"CustomField": [{"CustomField": used}, {"CustomField": called}]}


@pytest.fixture(params=["emptied", "kept"])
def mapped(request, stage):
    """A sync that fills the first of three custom fields, and lets changes made in QuickBooks be overwritten."""
    stage.simulator.knobs(unsent_custom_fields=request.param)
    stage.prefer(SalesFormsPrefs=named("Crew #", "Colour", "Route"))
    stage.rules(custom_mappings="yes", qbo_edit_of_source_doc="overwrite")
    save_mapping(stage.services, stage.organization_id, stage.pairing_id, source="po_number", target="custom:1")
    yield stage
    stage.simulator.knobs(unsent_custom_fields="emptied")
    stage.prefer(SalesFormsPrefs=named("Crew #"))
    stage.set_rules(mappings=[])


def fields(stage, invoice):
    found = stage.invoice(invoice["number"])["CustomField"]
    return [field.get("StringValue") for field in found]


def typed(stage, invoice, definition, text, *, write):
    """Somebody fills one custom field in QuickBooks; the others stay as they are."""
    document = stage.invoice(invoice["number"])
    kept = [one for one in document["CustomField"] if one["DefinitionId"] != definition]
    head = {"Id": document["Id"], "SyncToken": document["SyncToken"], "sparse": True}
    return write("Invoice", {**head, "CustomField": [*kept, {"DefinitionId": definition, "StringValue": text}]})


@pytest.mark.requirement("H-58")
@pytest.mark.parametrize("heard", [True, False])
def test_what_somebody_typed_into_another_custom_field_stays(mapped, heard):
    invoice = mapped.make(memos={"po_number": "PO-1"})
    mapped.sync(invoice["id"])
    typed(mapped, invoice, "2", "Blue", write=mapped.person if heard else mapped.unheard)

    for number in ("PO-2", ""):
        mapped.change(invoice["id"], memos={"po_number": number, "note": f"was {number}"})
        mapped.sync(invoice["id"])

        assert fields(mapped, invoice) == [number or None, "Blue", None]
        assert mapped.record(invoice["id"]).state == "synced"


def test_in_the_steady_state_an_update_costs_one_call(mapped):
    invoice = mapped.make(memos={"po_number": "PO-1"})
    mapped.sync(invoice["id"])
    mapped.change(invoice["id"], memos={"po_number": "PO-2"})
    mapped.simulator.forget_requests()

    mapped.sync(invoice["id"])

    assert [call["method"] for call in mapped.simulator.requests()] == ["POST"]
    assert fields(mapped, invoice)[0] == "PO-2"


@pytest.mark.requirement("H-58")
def test_of_a_document_that_was_never_looked_at_the_fields_are_read_once(mapped):
    invoice = mapped.make(memos={"po_number": "PO-1"})
    mapped.sync(invoice["id"])
    typed(mapped, invoice, "3", "Left", write=mapped.person)
    record = mapped.record(invoice["id"])
    with mapped.services.database.writing() as session:
        (link,) = bindings.list_of_record(session, record.id)
        link.custom_fields = None

    mapped.change(invoice["id"], memos={"po_number": "PO-3"})
    mapped.sync(invoice["id"])

    assert fields(mapped, invoice) == ["PO-3", None, "Left"]


@pytest.mark.requirement("T-20", "H-58")
def test_an_invoice_of_same_number_customer_and_total_is_offered_first_and_keeps_its_fields_when_linked(mapped):
    original = mapped.make(memos={"po_number": "PO-1"})
    mapped.sync(original["id"])
    typed(mapped, original, "2", "Blue", write=mapped.person)
    again = mapped.make(number=original["number"], memos={"po_number": "PO-9"})
    mapped.sync(again["id"])
    finding = mapped.look(again["id"]).finding
    (link,) = mapped.links(original["id"])
    with mapped.services.database.writing() as session:
        bindings.end(session, link.id, reason="test")

    target, first = mapped.target(again["id"]), finding.fixes[0].action
    told = {"qbo_type": "Invoice", "qbo_id": link.qbo_id}
    apply_fix(mapped.services, target, first, told, asked_by="user:1", role=Role.ADMIN)
    mapped.work()

    assert "(USD 170.00), so invoice" in finding.sentence
    assert first == "link_existing_invoice"
    assert mapped.record(again["id"]).state == "synced"
    assert fields(mapped, again) == ["PO-9", "Blue", None]
