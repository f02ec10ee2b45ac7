"""Classes that the lines of an invoice name, in companies that track them by line, by invoice, or not at all."""

import pytest

BY_LINE = {"ClassTrackingPerTxnLine": True, "ClassTrackingPerTxn": False}
BY_INVOICE = {"ClassTrackingPerTxnLine": False, "ClassTrackingPerTxn": True}
NONE = {"ClassTrackingPerTxnLine": False, "ClassTrackingPerTxn": False}
CREATING = {"location_tracking": "optional", "location_missing": "create"}


@pytest.fixture
def tracking(stage):
    """Switch class tracking in QuickBooks; as the seed has it again afterwards."""

    def switch(how):
        stage.prefer(AccountingInfoPrefs=how)

    yield switch
    switch(BY_LINE)


def lines(*classes):
    item = {"id": "p-class", "name": "Classy Lamp"}
    return [{"item": item, "quantity": "1", "price": "5.00", "class": name} for name in classes]


def classes_of(document):
    details = [one["SalesItemLineDetail"] for one in document["Line"] if "SalesItemLineDetail" in one]
    return [detail.get("ClassRef", {}).get("name", "") for detail in details]


def test_each_line_carries_its_class_which_is_found_by_name_or_full_name_or_made(stage, tracking):
    tracking(BY_LINE)
    stage.rules(**CREATING)
    above = stage.person("Class", {"Name": "Shops"})
    stage.person("Class", {"Name": "Harbour", "SubClass": True, "ParentRef": {"value": above["Id"]}})

    invoice = stage.make(lines=lines("shops", "Shops:Harbour", "Harbour", "Brand New", ""))
    assert stage.sync(invoice["id"]).outcome == "synced", stage.codes(invoice["id"])

    named = classes_of(stage.invoice(invoice["number"]))
    assert named == ["Shops", "Shops:Harbour", "Shops:Harbour", "Brand New", ""]
    assert len(stage.quickbooks("Class", Name="Brand New")) == 1
    assert stage.sync(invoice["id"]).outcome == "unchanged"


def test_one_class_stands_on_the_invoice_where_the_company_tracks_it_so(stage, tracking):
    stage.person("Class", {"Name": "Whole"})
    tracking(BY_INVOICE)

    agreed, mixed = stage.make(lines=lines("Whole", "whole")), stage.make(lines=lines("Whole", "Other"))
    stage.sync(agreed["id"])
    stage.sync(mixed["id"])

    assert stage.invoice(agreed["number"])["ClassRef"]["name"] == "Whole"
    assert ("Class", "Class", "Whole") in stage.preview(agreed["id"]).rows
    assert stage.codes(mixed["id"]) == ["qbo.feature_off"]
    assert stage.quickbooks("Invoice", DocNumber=mixed["number"]) == []


def test_a_company_that_tracks_none_gets_none(stage, tracking):
    tracking(NONE)
    invoice = stage.make(lines=lines("Nowhere"))

    assert ("Class", "Not sent: class tracking is off", "Nowhere") in stage.preview(invoice["id"]).rows
    assert stage.sync(invoice["id"]).outcome == "synced"

    document = stage.invoice(invoice["number"])
    assert (classes_of(document), "ClassRef" in document) == ([""], False)


def test_a_class_that_is_missing_is_named_and_the_invoice_goes_on_by_itself_once_it_is_there(stage, tracking):
    tracking(BY_LINE)
    invoice = stage.make(lines=lines("Made Later"))
    stage.sync(invoice["id"])
    assert stage.codes(invoice["id"]) == ["reference.missing"]
    assert "uses class Made Later, which does not exist in" in stage.sentence(invoice["id"])

    stage.person("Class", {"Name": "Made Later"})
    stage.work()

    assert stage.record(invoice["id"]).state == "synced"
    assert classes_of(stage.invoice(invoice["number"])) == ["Made Later"]


@pytest.mark.requirement("T-21")
def test_a_class_that_was_switched_off_is_said_so(stage, tracking):
    tracking(BY_LINE)
    there = stage.person("Class", {"Name": "Gone Quiet"})
    stage.person("Class", {**there, "Active": False, "sparse": True})
    invoice = stage.make(lines=lines("Gone Quiet"))

    stage.sync(invoice["id"])

    assert stage.codes(invoice["id"]) == ["reference.inactive"]


@pytest.mark.parametrize("entity", ["Class", "Department"])
def test_what_a_person_made_a_moment_ago_is_found_and_not_made_again(stage, tracking, entity):
    tracking(BY_LINE)
    stage.prefer(AccountingInfoPrefs={"TrackDepartments": True})
    stage.rules(**CREATING)
    name = f"A Moment Ago {entity}"
    there = stage.unheard(entity, {"Name": name})
    told = {"lines": lines(name)} if entity == "Class" else {"location": {"id": "", "name": name}}

    invoice = stage.make(**told)
    assert stage.sync(invoice["id"]).outcome == "synced", stage.codes(invoice["id"])

    document = stage.invoice(invoice["number"])
    assert stage.quickbooks(entity, Name=name) != []
    assert name in {*classes_of(document), document.get("DepartmentRef", {}).get("name", "")}
    assert [one["Id"] for one in stage.quickbooks(entity, Name=name)] == [there["Id"]]
