"""The pages for people, and who may use them."""

import pytest
import requests

from tests.contract.simulator.qbohttp import ask, invoice_body


def _page(qbo, path="/"):
    answer = requests.get(qbo.base_url + path, timeout=10)
    assert answer.status_code == 200, answer.text
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "http://" not in answer.text.replace(qbo.base_url, "")
    return answer.text


def _switch(qbo, headers=None, **form):
    address = f"{qbo.base_url}/_simulator/switch"
    return requests.post(address, data=form, headers=headers, allow_redirects=False, timeout=10)


def test_home_shows_companies_calls_and_switches(qbo):
    qbo.post("invoice", invoice_body(PrivateNote="<script>alert(1)</script>"))
    text = _page(qbo)
    assert qbo.realm_id in text
    assert "create Invoice" in text
    assert "&lt;script&gt;alert(1)" in text
    assert "<script" not in text
    assert "Write, then hang" in text


def test_home_without_calls_says_where_to_point_a_client(qbo):
    requests.delete(f"{qbo.base_url}/_simulator/requests", timeout=10)
    assert f"Point a client at <code>{qbo.base_url}</code>" in _page(qbo)


@pytest.mark.parametrize(
    "entity", ["Invoice", "Customer", "Item", "TaxCode", "Preferences", "RecurringTransaction"]
)
def test_company_page_lists_records_and_leads_to_each(qbo, entity):
    text = _page(qbo, f"/companies/{qbo.realm_id}/{entity}")
    row = qbo.rows(ask("select * from", entity))[-1]
    identifier = row["Id"] if "Id" in row else next(iter(row.values()))["Id"]
    path = f"/companies/{qbo.realm_id}/{entity}/{identifier}"
    assert path in text
    assert f"&#34;Id&#34;: &#34;{identifier}&#34;" in _page(qbo, path)


@pytest.mark.parametrize("path", ["/companies/1", "/companies/{realm}/Nothing", "/companies/{realm}/Invoice/9999"])
def test_unknown_pages_are_404(qbo, path):
    assert requests.get(qbo.base_url + path.format(realm=qbo.realm_id), timeout=10).status_code == 404


@pytest.mark.parametrize(("key", "status"), [("throttle", 429), ("error", 500), ("expired", 401)])
def test_fault_switch_strikes_the_next_call(qbo, key, status):
    assert _switch(qbo, switch="fault", value=key).status_code == 302
    assert "nothing is armed" not in _page(qbo)
    assert qbo.get("customer/1").status_code == status
    assert qbo.get("customer/1").status_code == 200
    assert "nothing is armed" in _page(qbo)


def test_company_switches_end_the_subscription_and_the_connection(qbo):
    _switch(qbo, switch="subscription", value=qbo.realm_id)
    assert "subscription ended" in _page(qbo)
    assert qbo.refused("Invoice", invoice_body())["code"] == "6190"
    _switch(qbo, switch="disconnect", value=qbo.realm_id)
    assert qbo.get("customer/1").status_code == 401


def test_clock_switch_moves_on_and_back(qbo):
    _switch(qbo, switch="clock", value="hour")
    assert qbo.control("clock")["offset_s"] == pytest.approx(3600, abs=1)
    _switch(qbo, switch="clock", value="now")
    assert qbo.control("clock")["offset_s"] == pytest.approx(0, abs=1)


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Host": "rebound.example"},
        {"Origin": "http://localhost:1"},
    ],
)
def test_other_sites_cannot_use_the_switches(qbo, headers):
    assert _switch(qbo, headers=headers, switch="clear").status_code == 403
    answer = requests.post(f"{qbo.base_url}/_simulator/reset", json={}, headers=headers, timeout=10)
    assert answer.status_code == 403


def test_uploaded_files_are_never_shown_as_pages(qbo):
    metadata = '{"Note":"x"}'
    files = {
        "file_metadata_01": ("attachment.json", metadata, "application/json"),
        "file_content_01": ("page.html", b"<script>alert(1)</script>", "text/html"),
    }
    answer = qbo.session.post(qbo.url("upload"), files=files, timeout=10).json()
    address = answer["AttachableResponse"][0]["Attachable"]["TempDownloadUri"]
    headers = requests.get(address, timeout=10).headers
    assert headers["Content-Type"] == "application/octet-stream"
    assert headers["Content-Disposition"] == "attachment"


def test_document_is_shown_as_people_know_it_above_its_json(qbo):
    text = _page(qbo, f"/companies/{qbo.realm_id}/Invoice/101")
    assert "Amy&#39;s Bird Sanctuary" in text
    assert "Rock Fountain" in text
    assert "297.00 USD" in text
    assert ">open<" in text
    pdf = requests.get(f"{qbo.base_url}/companies/{qbo.realm_id}/Invoice/101/pdf", timeout=10)
    assert pdf.content.startswith(b"%PDF-")
    assert requests.get(f"{qbo.base_url}/companies/{qbo.realm_id}/Customer/1/pdf", timeout=10).status_code == 404


@pytest.mark.parametrize(
    ("how", "word"),
    [("operation=void", "voided"), ("pay", "paid"), ("part", "partly paid")],
)
def test_documents_say_how_they_stand(qbo, how, word):
    invoice = qbo.invoice(DocNumber="S-1")
    if how == "operation=void":
        qbo.post("invoice", {"Id": invoice["Id"], "SyncToken": "0"}, operation="void")
    else:
        amount = 100 if how == "pay" else 40
        link = {"TxnId": invoice["Id"], "TxnType": "Invoice"}
        lines = [{"Amount": amount, "LinkedTxn": [link]}]
        qbo.make("Payment", {"CustomerRef": {"value": "1"}, "TotalAmt": amount, "Line": lines})
    assert f">{word}<" in _page(qbo, f"/companies/{qbo.realm_id}/Invoice")
    assert f">{word}<" in _page(qbo, f"/companies/{qbo.realm_id}/Invoice/{invoice['Id']}")


@pytest.mark.parametrize(
    ("show", "seen", "hidden"), [("writes", "create Invoice", "read"), ("refused", "read", "create")]
)
def test_calls_can_be_narrowed_down(qbo, show, seen, hidden):
    requests.delete(f"{qbo.base_url}/_simulator/requests", timeout=10)
    qbo.post("invoice", invoice_body())
    qbo.get("customer/999")
    text = _page(qbo, f"/?show={show}")
    assert f"<strong>{seen}" in text
    assert f"<strong>{hidden}" not in text


def test_a_refused_call_says_why_and_a_query_what_it_asked(qbo):
    qbo.query("select * from Custmoer")
    text = _page(qbo)
    assert "invalid context declaration: Custmoer" in text
    assert '<dd class="mono">select * from Custmoer</dd>' in text


def test_every_armed_fault_is_told_in_words(qbo):
    thens = ["throttle_xml", {"code": "6540"}, {"status": 418, "body": "tea"}, None]
    faults = [{"then": then, "times": None, "after_s": 0.5, "match": {"path": "/nowhere"}} for then in thens]
    qbo.control("faults", {"faults": faults})
    text = _page(qbo)
    assert all(
        word in text for word in ("throttle xml", "fault 6540", "answer 418", "slow by 0.5 s", "every time")
    )
