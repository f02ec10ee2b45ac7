from datetime import UTC, datetime, timedelta

import jwt
import pytest

from qbo_connector.errors import ConfigurationError, HookSignatureBad
from qbo_connector.sources import (
    hmac_base64,
    hmac_hex,
    read_signed_context,
    require_fresh,
    require_secret,
    require_signature,
    signature_parts,
)

NOW = datetime(2026, 10, 2, 12, 0, tzinfo=UTC)
SECRET = "0123456789abcdef0123456789abcdef"


def test_hmacs_are_those_of_the_standard():
    # RFC 4231, test case 2.
    payload = b"what do ya want for nothing?"

    assert hmac_hex("Jefe", payload) == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    assert hmac_base64("Jefe", payload) == "W9zBRr9gdU5qBCQmCJV1x1oAPwidJzmDnexYuWTsOEM="


def test_an_equal_signature_passes_and_others_are_refused():
    require_signature("abc", expected="abc")

    for given in ("", "abd", "ABC", "äöü"):
        with pytest.raises(HookSignatureBad):
            require_signature(given, expected="abc")


def test_an_empty_secret_signs_nothing():
    assert require_secret("x") == "x"
    with pytest.raises(ConfigurationError):
        require_secret("")


def test_signature_headers_are_taken_apart():
    assert signature_parts("t=17, v1=ab=, v1=zz,odd") == {"t": "17", "v1": "ab=", "odd": ""}


@pytest.mark.parametrize("offset", [-299, 0, 299])
def test_a_fresh_stamp_passes(offset):
    stamp = str(int(NOW.timestamp()) + offset)

    assert require_fresh(stamp, now=NOW) == NOW + timedelta(seconds=offset)


@pytest.mark.parametrize("stamp", ["", "soon", "1e9", str(int(NOW.timestamp()) - 301), "9" * 400, "-1"])
def test_an_old_or_strange_stamp_is_refused(stamp):
    with pytest.raises(HookSignatureBad):
        require_fresh(stamp, now=NOW)


def test_milliseconds_are_read_when_asked_for():
    assert require_fresh(str(int(NOW.timestamp()) * 1000), now=NOW, per_second=1000) == NOW


def context(**changes):
    claims = {"aud": "qbo-connector", "iat": NOW.timestamp(), "exp": NOW.timestamp() + 300, "invoice_id": "1"}
    return {name: value for name, value in {**claims, **changes}.items() if value is not None}


def read(claims, *, secret=SECRET, algorithm="HS256"):
    token = jwt.encode(claims, secret if algorithm != "none" else "", algorithm=algorithm)
    return read_signed_context(token, secret=SECRET, audience="qbo-connector", now=NOW)


def test_a_signed_context_is_read():
    assert read(context())["invoice_id"] == "1"


@pytest.mark.parametrize(
    "claims",
    [
        context(aud="elsewhere"),
        context(aud=None),
        context(exp=None),
        context(iat=None),
        context(exp=NOW.timestamp() - 1),
        context(exp=NOW.timestamp() + 3600),
        context(iat=NOW.timestamp() + 600, exp=NOW.timestamp() + 700),
        context(exp="tomorrow"),
    ],
)
def test_a_context_with_wrong_claims_is_refused(claims):
    with pytest.raises(HookSignatureBad):
        read(claims)


def test_a_context_signed_otherwise_is_refused():
    with pytest.raises(HookSignatureBad):
        read(context(), secret=SECRET[::-1])
    with pytest.raises(HookSignatureBad):
        read(context(), algorithm="none")
    with pytest.raises(HookSignatureBad):
        read_signed_context("garbage", secret=SECRET, audience="qbo-connector", now=NOW)
