"""Where QuickBooks and the sources ring: signed news is stored and answered at once, other news is refused."""

import base64
import hashlib
import hmac
import json
import time

import pytest

from tests.integration.widget_api.doors import problem


def _signed(stage, raw: bytes) -> dict[str, str]:
    verifier = stage.services.settings.verifier_token.get_secret_value().encode()
    return {"intuit-signature": base64.b64encode(hmac.digest(verifier, raw, hashlib.sha256)).decode()}


def _news(stage, qbo_id: str = "7") -> bytes:
    entity = {
        "name": "Customer",
        "id": qbo_id,
        "operation": "Update",
        "lastUpdated": "2026-11-22T09:00:00.000Z",
    }
    change = {"realmId": stage.realm_id, "dataChangeEvent": {"entities": [entity]}}
    return json.dumps({"eventNotifications": [change]}).encode()


def test_signed_news_is_taken_quickly(web, stage):
    raw = _news(stage)
    started = time.monotonic()
    answer = web.http.post(f"{web.address}/hooks/qbo", data=raw, headers=_signed(stage, raw), timeout=10)

    assert answer.status_code == 200
    assert answer.content == b""
    assert time.monotonic() - started < 3


def test_news_with_a_wrong_signature_is_refused(web, stage):
    raw = _news(stage)
    address = f"{web.address}/hooks/qbo"

    assert problem(web.http.post(address, data=raw, timeout=10)) == (401, "signature_invalid")
    assert problem(web.http.post(address, data=raw + b" ", headers=_signed(stage, raw), timeout=10)) == (
        401,
        "signature_invalid",
    )


@pytest.mark.parametrize("raw", [b"", b"{", b"[]", b"null", b'{"eventNotifications": 7}', b"\xff\xfe"], ids=str)
def test_signed_nonsense_breaks_nothing(web, stage, raw):
    answer = web.http.post(f"{web.address}/hooks/qbo", data=raw, headers=_signed(stage, raw), timeout=10)

    assert answer.status_code < 500


def test_news_that_is_too_large_is_refused(web, stage):
    raw = b" " * (1024 * 1024 + 1)
    answer = web.http.post(f"{web.address}/hooks/qbo", data=raw, headers=_signed(stage, raw), timeout=10)

    assert problem(answer)[0] == 413


@pytest.mark.parametrize("path", ["thrive/1", "thrive/99999", "nobody/1", "thrive/2147483648"])
def test_unsigned_hooks_of_sources_are_all_refused_alike(web, stage, path):
    answer = web.http.post(f"{web.address}/hooks/{path}", data=b"{}", timeout=10)

    assert problem(answer) == (401, "signature_invalid")


def test_hooks_are_posted(web):
    assert web.http.get(f"{web.address}/hooks/qbo", timeout=10).status_code == 405
