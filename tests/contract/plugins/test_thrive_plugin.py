import threading
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
import requests
from qbo_source_thrive.sandbox.hooks import sign
from werkzeug.wrappers import Request, Response

from qbo_connector.canonical import Status
from qbo_connector.errors import (
    ConfigurationError,
    DocumentInvalid,
    HookSignatureBad,
    SourceCredentialsRejected,
    SourceRecordGone,
    SourceThrottled,
    SourceUnavailable,
)
from qbo_connector.sources import (
    EmbedRequest,
    HookRequest,
    HookSecret,
    LocalServer,
    Option,
    Outcome,
    OutcomeState,
    Ref,
    Sandbox,
)

NOW = datetime.now(UTC)


def invoice(external_id):
    return Ref(external_id=external_id)


def test_check_names_the_account(thrive):
    account = thrive.check()

    assert (account.external_id, account.name, account.missing) == ("acc_1", "Craft & Kiln Wholesale", ())


def test_a_wrong_key_is_rejected_by_every_verb(open_thrive, samples):
    plugin = open_thrive(api_key="wrong-key")
    ref = invoice(samples["open"])
    outcome = Outcome(state=OutcomeState.SYNCED, at=NOW)

    for call in (
        plugin.check,
        lambda: plugin.read(ref),
        lambda: list(plugin.read_many([ref])),
        lambda: plugin.changed_since(None),
        lambda: plugin.options("locations"),
        lambda: plugin.write_back(ref, outcome),
    ):
        with pytest.raises(SourceCredentialsRejected) as failure:
            call()
        assert "wrong-key" not in f"{failure.value} {failure.value.details}"


def test_missing_settings_are_refused_before_any_request(open_thrive):
    with pytest.raises(ConfigurationError, match="api_key"):
        open_thrive(api_key=" ")


def test_reads_an_invoice_to_the_cent(thrive, samples):
    document = thrive.read(invoice(samples["partially_paid"]))

    assert (document.number, document.status) == ("W-1042", Status.PARTIALLY_PAID)
    assert (document.total, document.amount_paid) == (Decimal("116.60"), Decimal("50.00"))


@pytest.mark.requirement("T-28")
def test_reads_where_each_product_is_sold(thrive, samples, control):
    document = thrive.read(invoice(samples["not_at_location"]))
    mug, box = (line.item for line in document.lines)

    assert document.location.external_id not in mug.sold_at
    assert document.location.external_id in box.sold_at

    control("DELETE", "/products/prd_9")
    assert thrive.read(invoice(samples["not_at_location"])).lines[1].item.sold_at == frozenset()


@pytest.mark.requirement("T-24")
def test_a_changed_number_keeps_the_id(thrive, samples, control):
    control("PATCH", f"/invoices/{samples['open']}", {"number": "W-2000"})

    document = thrive.read(invoice(samples["open"]))

    assert (document.external_id, document.number) == (samples["open"], "W-2000")


def test_a_deleted_or_foreign_record_is_gone(thrive, samples, control):
    control("DELETE", f"/invoices/{samples['open']}")

    for ref in (
        invoice(samples["open"]),
        invoice("../account"),
        invoice("inv_0"),
        Ref(kind="bill", external_id="1"),
    ):
        with pytest.raises(SourceRecordGone):
            thrive.read(ref)


def test_reads_many_in_order_with_the_errors_of_single_records(thrive, samples, control):
    control.post("/limit", per_minute=2)
    refs = [invoice(samples["paid"]), invoice("inv_0"), invoice(samples["open"])]

    first, gone, last = thrive.read_many(refs)

    assert (first.ref, first.document.number) == (refs[0], "S-2001")
    assert isinstance(gone.error, SourceRecordGone)
    assert gone.document is None
    assert last.document.number == "W-1043"


def test_reads_more_than_one_part_of_many(thrive, control):
    ids = control.post("/invoices", status="open", count=120, lines=[{"product_id": "prd_9"}])["ids"]

    results = list(thrive.read_many(map(invoice, ids)))

    assert [result.ref.external_id for result in results] == ids
    assert {result.document.total for result in results} == {Decimal("4.00")}


def follow(plugin, cursor=None):
    found = []
    while True:
        page = plugin.changed_since(cursor)
        found += page.changes
        cursor = page.cursor
        if not page.more:
            return found, cursor


def test_changes_come_once_oldest_first_and_deletions_too(thrive, samples, control):
    first, cursor = follow(thrive)
    nothing, cursor = follow(thrive, cursor)
    control("PATCH", f"/invoices/{samples['open']}", {"notes": "changed"})
    control("DELETE", f"/invoices/{samples['paid']}")
    later, _ = follow(thrive, cursor)

    assert {change.ref.external_id for change in first} == set(samples.values())
    assert [change.changed_at for change in first] == sorted(change.changed_at for change in first)
    assert nothing == []
    assert [(change.ref.external_id, change.deleted) for change in later] == [
        (samples["open"], False),
        (samples["paid"], True),
    ]


def test_no_change_is_left_out_while_pages_are_read(thrive, control):
    ids = control.post("/invoices", status="open", count=130, lines=[{"product_id": "prd_9"}])["ids"]
    first = thrive.changed_since(None)
    control("PATCH", f"/invoices/{ids[0]}", {"notes": "moves to the end"})

    rest, _ = follow(thrive, first.cursor)

    seen = [change.ref.external_id for change in [*first.changes, *rest]]
    assert set(ids) <= set(seen)
    assert first.more


def test_a_foreign_cursor_is_refused(thrive):
    for cursor in ("2026-10-02", "[]", '{"since": ""}', '{"since": "", "page": "x", "seen": []}'):
        with pytest.raises(DocumentInvalid):
            thrive.changed_since(cursor)


@pytest.mark.requirement("T-19")
def test_the_outcome_is_written_back_and_shown(thrive, samples, control):
    ref = invoice(samples["open"])
    before = thrive.read(ref)
    outcome = Outcome(
        state=OutcomeState.SYNCED,
        at=NOW,
        qbo_id="145",
        number="W-1043",
        url="https://app.qbo.intuit.com/app/invoice?txnId=145",
        message="Synced to QuickBooks as W-1043.",
    )

    thrive.write_back(ref, outcome)
    thrive.write_back(ref, outcome)

    told = control("GET", f"/invoices/{ref.external_id}")["invoice"]["sync_status"]
    page = requests.get(thrive.record_url(ref), timeout=10).text
    assert (told["state"], told["qbo_id"], told["qbo_number"]) == ("synced", "145", "W-1043")
    assert datetime.fromisoformat(told["at"]) == NOW
    assert 'class="card syncnote synced"' in page
    assert 'href="https://app.qbo.intuit.com/app/invoice?txnId=145"' in page
    assert thrive.read(ref) == before


def test_a_hostile_link_is_not_shown(thrive, samples):
    ref = invoice(samples["open"])
    thrive.write_back(
        ref, Outcome(state=OutcomeState.FAILED, at=NOW, url="javascript:alert(1)", message="<b>x</b>")
    )

    page = requests.get(thrive.record_url(ref), timeout=10).text

    assert "javascript:" not in page
    assert "&lt;b&gt;x&lt;/b&gt;" in page


def test_writing_back_to_a_deleted_invoice_says_that_it_is_gone(thrive, samples, control):
    control("DELETE", f"/invoices/{samples['open']}")

    with pytest.raises(SourceRecordGone):
        thrive.write_back(invoice(samples["open"]), Outcome(state=OutcomeState.SYNCED, at=NOW))


@pytest.mark.requirement("T-30")
def test_locations_are_a_live_list(thrive):
    assert thrive.options("locations") == [
        Option(value="loc_7", label="Portland Store"),
        Option(value="loc_8", label="Salem Warehouse"),
    ]
    with pytest.raises(DocumentInvalid):
        thrive.options("pets")


@pytest.mark.parametrize(
    ("failure", "error"),
    [
        ({"then": "status", "status": 401}, SourceCredentialsRejected),
        ({"then": "status", "status": 403}, SourceCredentialsRejected),
        ({"then": "status", "status": 404}, SourceRecordGone),
        ({"then": "status", "status": 429, "retry_after": 7}, SourceThrottled),
        ({"then": "status", "status": 500}, SourceUnavailable),
        ({"then": "status", "status": 503}, SourceUnavailable),
        ({"then": "garbage"}, DocumentInvalid),
        ({"then": "shape"}, DocumentInvalid),
    ],
)
def test_each_failure_of_the_source_has_its_error(thrive, samples, control, failure, error):
    control.fail(**failure, path="/invoices/")

    with pytest.raises(error) as caught:
        thrive.read(invoice(samples["open"]))

    if error is SourceThrottled:
        assert caught.value.retry_after == 7
    assert thrive.read(invoice(samples["open"])).number == "W-1043"


def test_a_failure_while_products_are_read_fails_the_read(thrive, samples, control):
    control.fail(then="status", status=500, path="/products")

    with pytest.raises(SourceUnavailable):
        thrive.read(invoice(samples["open"]))


def test_a_slow_source_is_unavailable(open_thrive, samples, control):
    control.fail(then="slow", seconds=0.8)

    with pytest.raises(SourceUnavailable):
        open_thrive(read_s=0.2).read(invoice(samples["open"]))


def test_the_vendors_own_limit_is_honoured(thrive, control):
    control.post("/limit", per_minute=1)
    thrive.check()

    with pytest.raises(SourceThrottled) as failure:
        thrive.check()

    assert 0 < failure.value.retry_after <= 61


class Listener:
    """A real receiver of hooks, which keeps what arrives."""

    def __init__(self):
        self.arrived = []
        self._news = threading.Event()
        self._server = LocalServer(self._serve)
        self.url = self._server.start()

    def _serve(self, environ, start_response):
        request = Request(environ)
        self.arrived.append(HookRequest(headers=dict(request.headers), body=request.get_data()))
        self._news.set()
        return Response(status=204)(environ, start_response)

    def one(self):
        assert self._news.wait(10)
        return self.arrived[0]

    def stop(self):
        self._server.stop()


@pytest.fixture
def listener():
    listener = Listener()
    yield listener
    listener.stop()


def test_a_change_rings_with_a_signature_that_holds(thrive, samples, control, listener):
    control.post("/hooks", url=listener.url)
    control("PATCH", f"/invoices/{samples['open']}", {"notes": "changed"})

    (delivery,) = thrive.parse_hook(listener.one())

    assert delivery.ref == invoice(samples["open"])
    assert (delivery.event, delivery.deleted) == ("invoice.updated", False)
    assert delivery.dedupe_key.startswith("evt_")
    assert abs(delivery.occurred_at - datetime.now(UTC)) < timedelta(seconds=30)


def test_a_deletion_rings_as_one(thrive, samples, control, listener):
    control.post("/hooks", url=listener.url)
    control("DELETE", f"/invoices/{samples['open']}")

    (delivery,) = thrive.parse_hook(listener.one())

    assert delivery.deleted


BODY = b'{"id": "evt_1", "type": "invoice.updated", "data": {"invoice_id": "inv_1"}}'


def hook(secret, *, body=BODY, at=None, **changes):
    headers = {"thrive-signature": sign(body, secret, at=at)}
    return HookRequest(headers={**headers, **changes.pop("headers", {})}, body=changes.pop("sent", body))


@pytest.fixture
def secret(thrive_server: Sandbox) -> str:
    return thrive_server.describe().settings["signing_secret"]


def test_a_hook_with_a_bad_signature_is_refused(thrive, secret):
    an_hour_ago = int(NOW.timestamp()) - 3600

    for request in (
        hook("another-secret"),
        hook(secret, sent=BODY + b" "),
        hook(secret, at=an_hour_ago),
        hook(secret, headers={"thrive-signature": ""}),
        hook(secret, headers={"thrive-signature": "t=,v1="}),
        HookRequest(body=BODY),
    ):
        with pytest.raises(HookSignatureBad):
            thrive.parse_hook(request)
    assert thrive.parse_hook(hook(secret))[0].ref == invoice("inv_1")


def test_the_hook_secret_that_the_manifest_names_is_the_one_that_decides(
    thrive_entry, open_thrive, thrive, secret
):
    (name, maker) = (thrive_entry.manifest.hook_secret.name, thrive_entry.manifest.hook_secret.hook_secret)
    other = open_thrive(**{name: "another-secret"})

    assert maker is HookSecret.VENDOR
    assert other.parse_hook(hook("another-secret"))[0].ref == invoice("inv_1")
    with pytest.raises(HookSignatureBad):
        other.parse_hook(hook(secret))


def test_a_sandbox_that_changed_its_secret_signs_with_the_new_one_until_it_begins_anew(
    open_thrive, thrive, thrive_server, control, samples, listener
):
    first = thrive_server.describe().settings["signing_secret"]
    second = control.post("/signing-secret")["secret"]
    control.post("/hooks", url=listener.url)
    control("PATCH", f"/invoices/{samples['open']}", {"notes": "Ring"})

    told = listener.one()
    assert open_thrive(signing_secret=second).parse_hook(told)[0].ref == invoice(samples["open"])
    with pytest.raises(HookSignatureBad):
        open_thrive(signing_secret=first).parse_hook(told)

    control.post("/reset", seed="demo")
    assert thrive_server.describe().settings["signing_secret"] == first


def test_a_hook_is_not_taken_without_a_signing_secret(open_thrive):
    with pytest.raises(ConfigurationError):
        open_thrive(signing_secret="").parse_hook(hook(""))


@pytest.mark.parametrize("body", [b"not json", b"[]", b'{"id": "1", "type": "x"}', b'{"id": "1", "data": {}}'])
def test_a_signed_hook_of_another_shape_is_refused(thrive, secret, body):
    with pytest.raises(DocumentInvalid):
        thrive.parse_hook(hook(secret, body=body))


def signed_context(server, invoice_id):
    described = server.describe()
    answer = requests.post(
        f"{described.base_url}/thrive/v1/invoices/{invoice_id}/embed-context",
        headers={"Authorization": f"Bearer {described.settings['api_key']}"},
        timeout=10,
    )
    return answer.json()["context"]


def test_the_pages_own_context_is_proved(thrive, thrive_server, samples):
    context = thrive.embed_context(EmbedRequest(query={"context": signed_context(thrive_server, samples["open"])}))

    assert (context.ref, context.person_id, context.person_name) == (invoice(samples["open"]), "usr_1", "Sam")
    assert context.nonce
    assert timedelta(0) < context.expires_at - datetime.now(UTC) <= timedelta(minutes=5)


def test_a_forged_context_is_refused(thrive, open_thrive, thrive_server, samples):
    token = signed_context(thrive_server, samples["open"])
    other = open_thrive(signing_secret="another-secret-of-sufficient-length")

    for plugin, context in ((thrive, ""), (thrive, token[:-4] + "AAAA"), (other, token)):
        with pytest.raises(HookSignatureBad):
            plugin.embed_context(EmbedRequest(query={"context": context}))
