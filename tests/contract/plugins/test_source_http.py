import gzip
import re
import ssl
import threading
import time
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from email.utils import format_datetime

import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from qbo_connector.errors import (
    ConfigurationError,
    ConnectorError,
    DocumentInvalid,
    SourceCredentialsRejected,
    SourceRecordGone,
    SourceRefused,
    SourceThrottled,
    SourceUnavailable,
)
from qbo_connector.sources import JsonApi, LocalServer, SourceHttp, guard
from qbo_connector.sources.addresses import resolve_private
from qbo_connector.sources.json_codec import encode

NOW = datetime(2026, 10, 2, 12, 0, tzinfo=UTC)
EXACT = b'{"a":"b","amount":116.60,"rows":[-0.10],"n":null}'
KEY = "Bearer key-of-a-customer-0815"


class Vendor:
    """A server that answers what the test says, and remembers what it was asked."""

    def __init__(self):
        self.answer = status(200, "{}")
        self.seen = []
        self._server = LocalServer(self._serve)
        self.url = self._server.start()

    def _serve(self, environ, start_response):
        request = Request(environ)
        self.seen.append((request.method, request.path, dict(request.headers), request.get_data()))
        return self.answer(request)(environ, start_response)

    def stop(self):
        self._server.stop()


@pytest.fixture
def vendor():
    vendor = Vendor()
    yield vendor
    vendor.stop()


@pytest.fixture
def http():
    with SourceHttp(allow_private=True, now=lambda: NOW, longest_answer=1000, read_s=0.3) as http:
        yield http


def status(code, body='{"error": "no"}', **headers):
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda _request: Response(body, status=code, headers=named)


@pytest.mark.parametrize(
    ("code", "method", "error"),
    [
        (401, "GET", SourceCredentialsRejected),
        (403, "POST", SourceCredentialsRejected),
        (404, "GET", SourceRecordGone),
        (410, "GET", SourceRecordGone),
        (429, "GET", SourceThrottled),
        (408, "GET", SourceUnavailable),
        (500, "GET", SourceUnavailable),
        (503, "POST", SourceUnavailable),
        (400, "GET", DocumentInvalid),
        (422, "POST", SourceRefused),
        (409, "DELETE", SourceRefused),
    ],
)
def test_each_status_has_its_error(vendor, http, code, method, error):
    vendor.answer = status(code)

    with pytest.raises(ConnectorError) as failure:
        http.request(method, f"{vendor.url}/v1/invoices")

    assert type(failure.value) is error
    assert failure.value.details["status"] == str(code)


def test_a_search_by_post_only_reads(vendor, http):
    vendor.answer = status(400)

    with pytest.raises(DocumentInvalid) as failure:
        http.request("POST", f"{vendor.url}/search", data=b"{}", reading=True)

    assert failure.value.field == "the answer"


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("7", 7.0),
        (format_datetime(datetime(2026, 10, 2, 12, 0, 30, tzinfo=UTC), usegmt=True), 30.0),
        (format_datetime(datetime(2026, 10, 2, 11, 0, tzinfo=UTC), usegmt=True), 0.0),
        ("9999999999", 86_400.0),
        ("soon", None),
        ("-5", None),
        (None, None),
    ],
)
def test_retry_after_is_honoured_in_seconds_and_as_a_date(vendor, http, header, seconds):
    vendor.answer = status(429, **({"Retry_After": header} if header else {}))

    with pytest.raises(SourceThrottled) as failure:
        http.request("GET", vendor.url)

    assert failure.value.retry_after == seconds


@pytest.mark.parametrize("body", [b"<html>busy</html>", b"", b"\xff\xfe", b"[" * 900, b'{"total": NaN}'])
def test_an_answer_that_is_not_json_is_refused_as_the_answer(vendor, http, body):
    vendor.answer = status(200, body)

    with pytest.raises(DocumentInvalid) as failure:
        JsonApi(http, vendor.url).get("/v1")

    assert failure.value.field == "the answer"


def test_deeply_nested_json_is_refused(vendor):
    vendor.answer = status(200, "[" * 200_000 + "]" * 200_000)

    with SourceHttp(allow_private=True) as http, pytest.raises(DocumentInvalid):
        JsonApi(http, vendor.url).get("/v1")


def test_numbers_are_exact(vendor, http):
    vendor.answer = status(200, '{"total": 116.60, "big": 12345678901234567.89, "count": 3}')

    answer = JsonApi(http, vendor.url).get("/v1")

    assert answer == {"total": Decimal("116.60"), "big": Decimal("12345678901234567.89"), "count": 3}


def test_an_answer_too_long_is_cut_off(vendor, http):
    vendor.answer = status(200, "x" * 1001)

    with pytest.raises(DocumentInvalid, match="more than 1000 bytes"):
        http.request("GET", vendor.url)


def test_a_small_answer_that_unpacks_too_long_is_cut_off(vendor, http):
    vendor.answer = status(200, gzip.compress(b"x" * 5_000_000), Content_Encoding="gzip")

    with pytest.raises(DocumentInvalid, match="more than 1000 bytes"):
        http.request("GET", vendor.url)


def test_broken_compression_is_refused(vendor, http):
    vendor.answer = status(200, b"this is not gzip", Content_Encoding="gzip")

    with pytest.raises(DocumentInvalid, match="compression"):
        http.request("GET", vendor.url)


def test_a_silent_source_is_unavailable(vendor, http):
    vendor.answer = lambda _request: time.sleep(0.6) or Response("late")

    with pytest.raises(SourceUnavailable):
        http.request("GET", vendor.url)


def test_an_answer_that_drips_for_ever_is_given_up(vendor):
    def drip():
        while True:
            time.sleep(0.02)
            yield b" "

    vendor.answer = lambda _request: Response(drip())

    with SourceHttp(allow_private=True, whole_s=0.2) as http, pytest.raises(SourceUnavailable, match="never ends"):
        http.request("GET", vendor.url)


def test_an_answer_cut_short_is_unavailable(vendor, http):
    vendor.answer = lambda _request: Response(iter([b"half"]), headers={"Content-Length": "100"})

    with pytest.raises(SourceUnavailable):
        http.request("GET", vendor.url)


def test_nobody_listening_is_unavailable(vendor, http):
    url = vendor.url
    vendor.stop()

    with pytest.raises(SourceUnavailable):
        http.request("GET", url)


def test_a_name_that_does_not_exist_is_unavailable(http):
    with pytest.raises(SourceUnavailable):
        http.request("GET", "http://no-such-host.invalid/v1")


def test_redirects_within_the_origin_are_followed_with_the_key(vendor, http):
    def answer(request):
        if request.path == "/old":
            return Response(status=302, headers={"Location": "/new"})
        return Response("{}", mimetype="application/json")

    vendor.answer = answer

    found = http.request("GET", f"{vendor.url}/old", headers={"Authorization": KEY})

    assert found.status == 200
    assert [path for _method, path, _headers, _body in vendor.seen] == ["/old", "/new"]
    assert vendor.seen[1][2]["Authorization"] == KEY


def test_a_redirect_to_another_host_is_not_followed(vendor, http):
    vendor.answer = status(302, Location=vendor.url.replace("localhost", "127.0.0.1") + "/stolen")

    with pytest.raises(DocumentInvalid, match="another host"):
        http.request("GET", f"{vendor.url}/v1", headers={"Authorization": KEY})

    assert len(vendor.seen) == 1


def test_a_redirected_change_is_not_sent_again(vendor, http):
    vendor.answer = status(307, Location="/elsewhere")

    with pytest.raises(DocumentInvalid, match="redirect of a change"):
        http.request("POST", f"{vendor.url}/v1", data=b"{}")

    assert len(vendor.seen) == 1


def test_a_circle_of_redirects_ends(vendor, http):
    vendor.answer = status(302, Location="/again")

    with pytest.raises(DocumentInvalid, match="too many redirects"):
        http.request("GET", f"{vendor.url}/again")

    assert len(vendor.seen) == 4


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_without_permission_nothing_on_this_machine_is_called(vendor, host):
    port = vendor.url.rsplit(":", 1)[1]

    with SourceHttp() as strict:
        with pytest.raises(ConfigurationError, match="private network"):
            strict.request("GET", f"https://{host}:{port}/metadata")
        with pytest.raises(ConfigurationError, match="https"):
            strict.request("GET", f"http://{host}:{port}/metadata")

    assert vendor.seen == []


def test_plain_http_to_the_internet_is_refused_even_with_permission(http):
    with pytest.raises(ConfigurationError, match="must begin with https"):
        http.request("GET", "http://192.0.66.1/v1")


def test_a_proxy_of_the_environment_is_not_used(vendor, monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", vendor.url)
    monkeypatch.setenv("HTTP_PROXY", vendor.url)

    with SourceHttp() as strict, pytest.raises(ConfigurationError):
        strict.request("GET", "https://127.0.0.1:1/v1")

    assert vendor.seen == []


def test_keys_never_appear_in_an_error(vendor, http):
    def echo(request):
        return Response(f"denied to {request.headers['Authorization']}", status=401)

    vendor.answer = echo

    with pytest.raises(SourceCredentialsRejected) as failure:
        http.request("GET", f"{vendor.url}/v1?key=also-secret", headers={"Authorization": KEY})

    told = f"{failure.value} {failure.value.details} {failure.value.params}"
    assert "key-of-a-customer-0815" not in told
    assert "also-secret" not in told
    assert re.search(r"GET localhost:\d+/v1", told)


@pytest.mark.parametrize("key", ["Bearer käy", "Bearer a\r\nX-Evil: 1", "Bearer a ", "Bearer \x00"])
def test_a_key_that_cannot_be_sent_is_refused_without_being_quoted(vendor, http, key):
    with pytest.raises(SourceCredentialsRejected) as failure:
        http.request("GET", vendor.url, headers={"Authorization": key})

    assert key not in str(failure.value)
    assert vendor.seen == []


def test_the_host_is_asked_before_every_request(vendor):
    calls = []
    vendor.answer = lambda request: Response(
        status=302 if request.path == "/a" else 200, headers={"Location": "/b"}
    )

    with SourceHttp(allow_private=True, before_request=lambda: calls.append(len(vendor.seen))) as http:
        http.request("GET", f"{vendor.url}/a")

    assert calls == [0, 1]


def test_a_host_that_objects_stops_the_request(vendor):
    def object_to_it():
        raise AssertionError("a transaction is open")

    with SourceHttp(allow_private=True, before_request=object_to_it) as http, pytest.raises(AssertionError):
        http.request("GET", vendor.url)

    assert vendor.seen == []


def test_json_is_sent_and_an_empty_answer_is_none(vendor, http):
    vendor.answer = status(204, "")

    body = {"a": "b", "amount": Decimal("116.60"), "rows": [Decimal("-0.10")], "n": None}
    assert JsonApi(http, f"{vendor.url}/", headers={"X-Key": "k"}).send("PUT", "/things/1", body) is None

    method, path, headers, sent = vendor.seen[0]
    assert (method, path, headers["X-Key"], sent) == ("PUT", "/things/1", "k", EXACT)
    assert headers["Content-Type"] == "application/json"


def local_certificate(folder):
    """A certificate for localhost only, and its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    unencrypted = serialization.NoEncryption()
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, unencrypted)
    path = folder / "localhost.pem"
    path.write_bytes(pem + certificate.public_bytes(serialization.Encoding.PEM))
    return path


class LocallyResolved(guard._PublicConnection):
    """The guarded connection with TLS, except that it lets this machine through."""

    resolve = staticmethod(resolve_private)


class LocalPool(guard._PublicPool):
    ConnectionCls = LocallyResolved


def test_a_guarded_connection_still_checks_the_name_in_the_certificate(tmp_path):
    certificate = local_certificate(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server = make_server("127.0.0.1", 0, Response("hello"), ssl_context=context)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        with requests.Session() as session:
            session.trust_env = False
            session.mount("https://", guard._GuardedAdapter(LocalPool))
            right = session.get(f"https://localhost:{server.server_port}/", verify=certificate, timeout=5)
            with pytest.raises(requests.exceptions.SSLError):
                session.get(f"https://127.0.0.1:{server.server_port}/", verify=certificate, timeout=5)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()

    assert right.text == "hello"


def test_what_json_has_no_form_for_is_a_mistake_of_the_plugin():
    with pytest.raises(TypeError):
        encode({"at": NOW})
    for number in (Decimal("NaN"), float("inf")):
        with pytest.raises(ValueError, match=r"JSON|compliant"):
            encode([number])
