import re

import jwt
import pytest
import requests

from qbo_connector.sources import Ref

WIDGET = {"web_base_url": "http://127.0.0.1:8000", "widget_secret": "w" * 40}


class Browser:
    """A person's browser without scripts: keeps cookies, sends the token that stands in the form."""

    def __init__(self, base_url):
        self.base_url = base_url
        self._session = requests.Session()

    def see(self, path):
        answer = self._session.get(self.base_url + path, timeout=10)
        assert answer.ok, answer.status_code
        return answer.text

    def token(self, path):
        return re.search(r'name="csrf_token" value="([^"]+)"', self.see(path))[1]

    def press(self, path, *, on, **fields):
        sent = {"csrf_token": self.token(on), **fields}
        return self._session.post(self.base_url + path, data=sent, timeout=10)

    def post_bare(self, path, **more):
        return self._session.post(self.base_url + path, timeout=10, **more)

    def close(self):
        self._session.close()


@pytest.fixture
def browser(thrive_server, control):
    browser = Browser(thrive_server.base_url)
    yield browser
    browser.close()


def form(**changes):
    return {
        "number": "W-3000", "type": "wholesale", "customer_id": "cus_88", "location_id": "loc_7",
        "issue_date": "2026-10-02", "due_date": "2026-11-01", "tax_rate": "10", "shipping_amount": "12",
        "discount_type": "percent", "discount_value": "5", "notes": "Ring the bell",
        "line_line_id": ["", ""], "line_item": ["prd_5/var_51", "prd_9/"], "line_quantity": ["12", "2"],
        "line_unit_price": ["9.50", ""], "line_discount_type": ["percent", "amount"],
        "line_discount_value": ["10", "1.00"], "line_taxable": ["yes", "no"], **changes,
    }  # fmt: skip


def read(control, invoice_id):
    return control("GET", f"/invoices/{invoice_id}")["invoice"]


@pytest.mark.requirement("T-10", "T-12", "T-16")
def test_only_what_has_left_draft_can_be_synced(browser, samples):
    assert "Sync to QuickBooks" not in browser.see(f"/invoices/{samples['draft']}")
    for status in ("open", "partially_paid", "paid", "uncollectable"):
        assert "Sync to QuickBooks" in browser.see(f"/invoices/{samples[status]}")


@pytest.mark.requirement("T-11")
def test_sending_to_any_address_opens_a_draft(browser, samples, control):
    page = f"/invoices/{samples['draft']}"

    refused = browser.press(f"{page}/send", on=page, address="nobody")
    sent = browser.press(f"{page}/send", on=page, address="me@here.example")

    assert "Enter an e-mail address" in refused.text
    assert "Sent to me@here.example." in sent.text
    assert "Sync to QuickBooks" in sent.text
    assert read(control, samples["draft"])["status"] == "open"


@pytest.mark.requirement("T-4")
def test_without_the_beta_the_entry_is_absent(browser, samples):
    browser.press("/settings/accounting", on="/settings/accounting", nightly_sales="on")
    hidden = browser.see(f"/invoices/{samples['open']}")
    browser.press("/settings/accounting", on="/settings/accounting", invoice_sync_beta="on")

    assert "Sync to QuickBooks" not in hidden
    assert "Sync to QuickBooks" in browser.see(f"/invoices/{samples['open']}")


@pytest.mark.requirement("T-5", "T-26")
def test_accounting_settings_say_that_invoices_need_no_switch(browser):
    page = browser.see("/settings/accounting")

    assert "Invoices do not need this switch" in page
    assert 'href="http://127.0.0.1:8000"' in page


def test_the_page_embeds_the_widget_of_the_host(browser, samples):
    answer = requests.get(f"{browser.base_url}/invoices/{samples['open']}", timeout=10)

    assert f'<script src="{WIDGET["web_base_url"]}/widget/v1/qbo-sync.js" defer>' in answer.text
    assert "script-src 'self' http://127.0.0.1:8000;" in answer.headers["Content-Security-Policy"]


def test_widget_tokens_carry_the_agreed_claims_and_are_fresh_each_time(browser, samples):
    page = f"/invoices/{samples['open']}"
    headers = {"X-CSRFToken": browser.token(page)}

    first, second = (browser.post_bare(f"{page}/widget-token", headers=headers).json()["token"] for _ in range(2))

    claims = jwt.decode(first, WIDGET["widget_secret"], algorithms=["HS256"], audience="qbo-connector")
    assert jwt.get_unverified_header(first)["kid"] == "wk_test"
    assert (claims["sub"], claims["name"], claims["kind"]) == ("usr_1", "Sam", "invoice")
    assert claims["external_id"] == samples["open"]
    assert claims["exp"] - claims["iat"] == 300
    assert claims["jti"] != jwt.decode(second, options={"verify_signature": False})["jti"]


def test_a_draft_gets_no_token(browser, samples):
    page = f"/invoices/{samples['draft']}"

    refused = browser.post_bare(f"{page}/widget-token", headers={"X-CSRFToken": browser.token(page)})

    assert refused.status_code == 409


def test_forms_without_the_pages_token_are_refused(browser, samples, control):
    page = f"/invoices/{samples['open']}"

    for path in (f"{page}/delete", f"{page}/widget-token", f"{page}/edit", "/customers"):
        assert browser.post_bare(path, data={"number": "X"}).status_code == 400
    assert read(control, samples["open"])["number"] == "W-1043"


def test_the_control_plane_takes_json_only(browser):
    assert browser.post_bare("/_sandbox/reset", data={"seed": "empty"}).status_code == 415


def test_writing_an_invoice_with_every_kind_of_amount(browser, control):
    answer = browser.press("/invoices/new", on="/invoices/new", **form())

    told = read(control, answer.url.rsplit("/", 1)[1])
    assert (told["number"], told["status"], told["notes"]) == ("W-3000", "draft", "Ring the bell")
    # 114.00 - 11.40 and 8.00 - 1.00; 5 % of 109.60; 10 % of 102.60 less its share of the discount; shipping 12.
    assert (told["subtotal"], told["discount_total"]) == ("109.60", "17.88")
    assert (told["tax_amount"], told["shipping_amount"], told["total"]) == ("9.75", "12.00", "125.87")


@pytest.mark.requirement("T-23", "T-24")
def test_lines_and_number_can_be_changed_after_sending(browser, samples, control):
    page = f"/invoices/{samples['open']}"

    browser.press(f"{page}/edit", on=f"{page}/edit", **form(number="W-3001"))

    told = read(control, samples["open"])
    assert (told["number"], told["status"], len(told["items"])) == ("W-3001", "open", 2)


def test_editing_without_a_change_changes_nothing_but_the_stamp(browser, samples, control):
    page = f"/invoices/{samples['partially_paid']}/edit"
    html = browser.see(page)
    before = read(control, samples["partially_paid"])
    fields = dict(re.findall(r'<input[^>]*? name="(\w+)"[^>]*? value="([^"]*)"', html))

    assert fields["number"] == "W-1042"
    assert re.search(r'value="prd_5/var_51"[^>]*selected', html)
    browser.press(
        page, on=page, **form(
            number="W-1042", tax_rate="0", discount_type="amount", discount_value="5.00", notes="Leave at dock B",
            issue_date=before["issue_date"], due_date=before["due_date"],
            line_line_id=[item["id"] for item in before["items"]], line_taxable=["yes", "yes"],
        ),
    )  # fmt: skip

    after = read(control, samples["partially_paid"])
    assert {name for name in after if after[name] != before[name]} == {"updated_at"}


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"number": " "}, "Invoice No. is empty."),
        ({"due_date": "2026-09-01"}, "Due date is before the invoice date."),
        ({"tax_rate": "-1"}, "Tax rate must be a number of zero or more."),
        ({"shipping_amount": "free"}, "Shipping is not a number."),
        ({"customer_id": "cus_0"}, "Customer is not one of yours."),
        ({"discount_value": "101"}, "Invoice discount is more than 100 %."),
        ({"line_quantity": ["many", "2"]}, "Quantity of Stoneware Mug is not a number."),
        ({"line_discount_value": ["10", "9"]}, "The discount of Gift Box is more than the line."),
    ],
)
def test_mistakes_in_the_editor_are_said_and_nothing_is_lost(browser, changes, complaint):
    answer = browser.press("/invoices/new", on="/invoices/new", **form(**changes))

    assert answer.status_code == 422
    assert complaint in answer.text
    assert "Ring the bell" in answer.text


def test_payments_move_the_status(browser, samples, control):
    page = f"/invoices/{samples['open']}"
    statuses = []

    for amount in ("72.00", "500", "300.00"):
        browser.press(f"{page}/payments", on=page, amount=amount)
        statuses.append((read(control, samples["open"])["status"], read(control, samples["open"])["amount_due"]))

    assert statuses == [("partially_paid", "300.00"), ("partially_paid", "300.00"), ("paid", "0.00")]


@pytest.mark.requirement("T-31")
def test_an_invoice_can_be_given_up_and_taken_up_again(browser, samples, control):
    page = f"/invoices/{samples['open']}"

    browser.press(f"{page}/uncollectable", on=page)
    given_up = read(control, samples["open"])["status"]
    browser.press(f"{page}/reopen", on=page)

    assert (given_up, read(control, samples["open"])["status"]) == ("uncollectable", "open")


def test_a_deleted_invoice_is_gone_from_the_pages(browser, samples):
    page = f"/invoices/{samples['open']}"

    listed = browser.press(f"{page}/delete", on=page)

    assert "W-1043" not in listed.text
    assert requests.get(browser.base_url + page, timeout=10).status_code == 404


@pytest.mark.requirement("T-28")
def test_a_product_is_given_a_location_on_its_page(browser, samples, thrive):
    ticks = re.findall(r'name="sold" value="([^"]+)"\s+aria-label="[^"]*" checked', browser.see("/products"))

    browser.press("/products", on="/products", sold=[*ticks, "prd_5/var_53@loc_7"])

    mug = thrive.read(Ref(external_id=samples["not_at_location"])).lines[0].item
    assert "loc_7" in mug.sold_at


def test_customers_are_added_and_what_they_are_called_is_text(browser):
    page = browser.press("/customers", on="/customers", name="<script>alert(1)</script>", email="a@b.example").text

    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script>alert" not in page


def test_the_list_filters_by_status(browser):
    page = browser.see("/invoices/?status=uncollectable")

    assert "W-1039" in page
    assert "W-1043" not in page
