"""Nothing secret and nobody's name gets out."""

import pytest

from qbo_connector.qbo.scrub import scrub, without_secrets

ACCESS = "eyJlbmMiOiJBMTI4Q0JDLUhTMjU2IiwiYWxnIjoiZGlyIn0..kfBW7Sg.aBcDeF_123-x.9sVtQ"
REFRESH = "AB11570127472xkApQcZmbTMGfzzEOgMWl2Br5h8IEgxRULUbO"


@pytest.mark.parametrize(
    "text",
    [
        f"Authorization: Bearer {ACCESS}",
        f"Bearer {ACCESS}",
        f"Token expired: {ACCESS}",
        f'{{"access_token": "{ACCESS}", "token_type": "bearer"}}',
        f'{{"access_token":"{ACCESS}"',
        f"sent {ACCESS} to nobody",
    ],
)
def test_an_access_token_never_survives(text):
    assert "kfBW7Sg" not in without_secrets(text)
    assert "eyJ" not in without_secrets(text)


@pytest.mark.parametrize(
    "text",
    [
        f"grant_type=refresh_token&refresh_token={REFRESH}",
        f'{{"refresh_token":"{REFRESH}"}}',
        f'{{"token": "{REFRESH}"}}',
        f"the token {REFRESH} was revoked",
        "the token RT1-123-H0-1774393472xkApQcZmbTMGfzz was revoked",
    ],
)
def test_a_refresh_token_never_survives(text):
    assert "xkApQcZmbTMGfzz" not in without_secrets(text)


@pytest.mark.parametrize(
    "text",
    [
        "Authorization: Basic Q2xpZW50SWQ6Q2xpZW50U2VjcmV0",
        "client_secret=Q2xpZW50SWQ6Q2xpZW50U2VjcmV0&x=1",
        '{"client_secret": "Q2xpZW50SWQ6Q2xpZW50U2VjcmV0"}',
        "code=Q2xpZW50SWQ6Q2xpZW50U2VjcmV0&realmId=1",
        '{"password": "a\\"Q2xpZW50SWQ6Q2xpZW50U2VjcmV0"}',
    ],
)
def test_keys_and_codes_of_the_sign_in_never_survive(text):
    assert "Q2xpZW50SWQ6" not in without_secrets(text)


def test_signed_links_never_survive():
    signed = "https://intuit-qbo.s3.amazonaws.com/a/b.pdf?X-Amz-Date=1&X-Amz-Signature=abcdef0123&Expires=9"
    body = f'{{"TempDownloadUri":"{signed}","InvoiceLink":"https://connect.intuit.com/t/scs-v1-secret"}}'

    assert without_secrets(body) == '{"TempDownloadUri":"[link]","InvoiceLink":"[link]"}'
    assert "abcdef0123" not in without_secrets(f"see {signed} there")


def test_what_is_no_secret_stays_as_it_was():
    body = (
        '{"Invoice":{"DocNumber":"1037","Id":"266","TotalAmt":1861.08,"TaxCodeRef":{"value":"TAX"}},'
        '"time":"2020-09-29T05:58:07.300-07:00"}'
    )

    assert without_secrets(body) == body
    assert without_secrets('<Error code="3001"><Message>errorCode=003001</Message></Error>') == (
        '<Error code="3001"><Message>errorCode=003001</Message></Error>'
    )


@pytest.mark.parametrize(
    "text",
    [
        "write to ann.lee+books@oak-pine.example please",
        "You and Ann Lee were working on this at the same time. Ann Lee finished before you did",
        "her SSN is 123-45-6789",
        "paid with 4111 1111 1111 1111",
        "call (503) 555-0199 or 503-555-0199",
    ],
)
def test_people_are_left_out_of_what_others_may_see(text):
    cleaned = scrub(text)

    assert not any(word in cleaned for word in ("ann", "Ann", "oak", "6789", "4111", "0199"))


def test_text_for_the_screen_is_one_line_and_short():
    cleaned = scrub("a\nb\t\u202ec\x00" + "d" * 1000)

    assert cleaned.startswith("a b c d")
    assert len(cleaned) == 500


def test_the_number_of_a_document_can_still_be_read():
    detail = "DocNumber=W-1042 is assigned to TxnType=Invoice with TxnId=17984"

    assert scrub(detail) == detail
