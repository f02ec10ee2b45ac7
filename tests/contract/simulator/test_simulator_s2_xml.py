"""Reference §2: XML, which QuickBooks speaks to whoever does not ask for JSON.

Shapes are those public clients read: intuit/QuickBooks-V3-PHP-SDK and the recorded answers of
ruckus/quickbooks-ruby.
"""

import re

import pytest
import requests
from defusedxml.ElementTree import fromstring

from qbo_connector.simulator.entities.kinds import Op
from qbo_connector.simulator.entities.registry import ALL_KINDS
from tests.contract.simulator.qbohttp import ask, invoice_body

NAMESPACE = "{http://schema.intuit.com/finance/v3}"
CHANGEABLE = [kind.name for kind in ALL_KINDS if {Op.UPDATE, Op.QUERY, Op.READ} <= kind.operations]
SHAPED_ELSEWHERE = {"RecurringTransaction", "ExchangeRate"}
HAS_EMPTY_LISTS = {"Preferences", "TaxCode"}  # which XML cannot say


@pytest.fixture
def xml(qbo):
    qbo.session.headers["Accept"] = "application/xml"
    return qbo


def _send(qbo, path, body, **params):
    headers = {"Content-Type": "application/xml"}
    return qbo.session.post(qbo.url(path), data=body.encode(), headers=headers, params=params, timeout=10)


def _only(answer):
    assert answer.status_code == 200, answer.text
    root = fromstring(answer.content)
    assert root.tag == f"{NAMESPACE}IntuitResponse"
    return next(iter(root))


@pytest.mark.parametrize("entity", [name for name in CHANGEABLE if name not in SHAPED_ELSEWHERE])
def test_every_record_sent_back_as_it_was_read_changes_nothing(qbo, entity):
    statement = ask("select * from", entity, "maxresults 6")
    rows = next(iter(qbo.get("query", query=statement).json()["QueryResponse"].values()), [])
    for row in (row for row in rows if row["Id"].isdigit()):
        answer = next(iter(qbo.post(entity.lower(), row, operation="update").json().values()))
        assert {name: answer[name] for name in row} == row
        assert answer.keys() - row.keys() <= {"DefaultTaxCodeRef"}  # a query leaves it out


@pytest.mark.parametrize("entity", [name for name in CHANGEABLE if name not in SHAPED_ELSEWHERE | HAS_EMPTY_LISTS])
def test_every_record_sent_back_in_xml_changes_nothing(qbo, entity):
    rows = [row for row in qbo.rows(ask("select * from", entity)) if row["Id"].isdigit()]
    qbo.session.headers["Accept"] = "application/xml"
    for row in rows[:2]:
        read = qbo.get(f"{entity.lower()}/{row['Id']}").text
        record = re.search(r"<IntuitResponse[^>]*>(.*)</IntuitResponse>", read, re.DOTALL)
        assert record, read
        answer = _send(qbo, entity.lower(), record[1], operation="update")
        assert _only(answer).findtext(f"{NAMESPACE}SyncToken") == row["SyncToken"], answer.text


def test_what_all_entities_share_comes_first(xml):
    invoice = _only(xml.get("invoice/101"))
    names = [child.tag.removeprefix(NAMESPACE) for child in invoice]
    assert names[:3] == ["Id", "SyncToken", "MetaData"]
    assert names.index("DocNumber") < names.index("Line") < names.index("Balance")
    assert names[-1].startswith("AllowOnline")


def test_references_and_memos_are_text_with_attributes(xml):
    body = (
        "<Invoice><CustomerRef>1</CustomerRef><CustomerMemo>Thank you</CustomerMemo><Line><Amount>5</Amount>"
        "<DetailType>SalesItemLineDetail</DetailType><SalesItemLineDetail/></Line></Invoice>"
    )
    invoice = _only(_send(xml, "invoice", body))
    customer = invoice.find(f"{NAMESPACE}CustomerRef")
    assert (customer.text, customer.attrib) == ("1", {"name": "Amy's Bird Sanctuary"})
    assert invoice.findtext(f"{NAMESPACE}CustomerMemo") == "Thank you"
    preferences = _only(xml.get("preferences"))
    assert preferences.find(f".//{NAMESPACE}HomeCurrency").text == "USD"


def test_members_nobody_knows_are_passed_over_though_json_refuses_them(xml):
    body = (
        '<Customer xmlns="http://schema.intuit.com/finance/v3"><DisplayName>New</DisplayName><Colour>red</Colour>'
        "</Customer>"
    )
    assert _only(_send(xml, "customer", body)).findtext(f"{NAMESPACE}DisplayName") == "New"
    assert xml.post("customer", {"DisplayName": "Other", "Colour": "red"}).status_code == 400


def test_query_counts_in_attributes(xml):
    answer = _only(xml.get("query", query="select * from Vendor maxresults 2"))
    assert answer.attrib == {"startPosition": "1", "maxResults": "2"}
    assert len(answer) == 2
    assert _only(xml.get("query", query="select count(*) from Vendor")).attrib == {"totalCount": "8"}


def test_batch_items_are_told_apart_by_an_attribute(xml):
    body = (
        '<IntuitBatchRequest xmlns="http://schema.intuit.com/finance/v3">'
        '<BatchItemRequest bId="a" operation="create"><Customer><DisplayName>B</DisplayName></Customer>'
        '</BatchItemRequest><BatchItemRequest bId="b"><Query>select * from Term</Query></BatchItemRequest>'
        "</IntuitBatchRequest>"
    )
    items = fromstring(_send(xml, "batch", body).content)
    assert [item.attrib["bId"] for item in items] == ["a", "b"]
    assert items[0][0].findtext(f"{NAMESPACE}DisplayName") == "B"
    single = body.replace('<BatchItemRequest bId="b"><Query>select * from Term</Query></BatchItemRequest>', "")
    assert fromstring(_send(xml, "batch", single).content)[0][0].attrib["type"] == "ValidationFault"


def test_changes_come_in_one_query_response_per_entity(xml):
    xml.post("invoice", invoice_body())
    since = xml.get("companyinfo/1").headers["Date"]
    assert since
    found = _only(xml.get("cdc", entities="Invoice,Estimate", changedSince="2999-01-01"))
    assert [child.tag for child in found] == [f"{NAMESPACE}QueryResponse"] * 2


def test_report_stands_alone_with_its_cells_as_attributes(xml):
    report = fromstring(xml.get("reports/ProfitAndLoss", start_date="2020-01-01").content)
    assert report.tag == f"{NAMESPACE}Report"
    sections = report.findall(f"{NAMESPACE}Rows/{NAMESPACE}Row")
    assert [row.attrib["group"] for row in sections] == [
        "Income", "GrossProfit", "Expenses", "NetOperatingIncome", "NetIncome",
    ]  # fmt: skip
    assert sections[-1].find(f"{NAMESPACE}Summary/{NAMESPACE}ColData").attrib == {"value": "Net Income"}


def test_report_has_no_time_of_its_own(qbo):
    assert list(qbo.get("reports/ProfitAndLoss").json()) == ["Header", "Columns", "Rows"]


def test_attachments_may_describe_themselves_in_xml(xml):
    metadata = (
        '<ns0:Attachable xmlns:ns0="http://schema.intuit.com/finance/v3"><ns0:AttachableRef>'
        '<ns0:EntityRef type="Customer">1</ns0:EntityRef></ns0:AttachableRef><ns0:Tag>t</ns0:Tag></ns0:Attachable>'
    )
    files = {
        "file_metadata_0": ("", metadata, "application/xml; charset=UTF-8"),
        "file_content_0": ("a.png", b"png", "image/png"),
    }
    attachable = _only(xml.session.post(xml.url("upload"), files=files, timeout=10))[0]
    assert attachable.findtext(f"{NAMESPACE}Tag") == "t"
    entity = attachable.find(f"{NAMESPACE}AttachableRef/{NAMESPACE}EntityRef")
    assert (entity.text, entity.attrib) == ("1", {"type": "Customer"})


def test_deleted_record_is_a_stub_with_its_status_as_attribute(xml):
    made = _only(_send(xml, "transfer", "<Transfer><Amount>5</Amount><FromAccountRef>35</FromAccountRef>"
                                        "<ToAccountRef>36</ToAccountRef></Transfer>"))  # fmt: skip
    identifier = made.findtext(f"{NAMESPACE}Id")
    body = f"<Transfer><Id>{identifier}</Id><SyncToken>0</SyncToken></Transfer>"
    gone = _only(_send(xml, "transfer", body, operation="delete"))
    assert gone.attrib == {"domain": "QBO", "status": "Deleted"}
    assert [child.tag for child in gone] == [f"{NAMESPACE}Id"]


def test_a_client_without_any_headers_reads_xml(qbo):
    headers = {"Authorization": qbo.session.headers["Authorization"], "Accept": None, "User-Agent": None}
    answer = requests.get(qbo.url("customer/1"), headers=headers, timeout=10)
    assert answer.text.startswith('<?xml version="1.0" encoding="UTF-8" standalone="yes"?><IntuitResponse')
