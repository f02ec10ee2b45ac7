"""Takes secrets, and on request people, out of text before it is stored, logged or raised.

Two strengths: :func:`without_secrets` for evidence that is kept encrypted and must stay readable as what it
was (an exchange), :func:`scrub` for text that people without the document's rights may see (Details of a
finding, logs).
"""

import re
import unicodedata

SECRET = "[secret]"  # noqa: S105  the word that stands where a secret stood
PERSON = "[person]"
EMAIL = "[e-mail]"
LINK = "[link]"
LONGEST = 500

_KEYS = (
    r"access_token|refresh_token|id_token|client_secret|token|code_verifier|password|authorization|"
    r"verifier_token|sessionid"
)
_LINK_KEYS = r"TempDownloadUri|FileAccessUri|ThumbnailTempDownloadUri|ThumbnailFileAccessUri|InvoiceLink"

_SECRETS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(rf'("(?:{_KEYS})"\s*:\s*)"(?:[^"\\]|\\.)*"', re.IGNORECASE), rf'\1"{SECRET}"'),
    (re.compile(rf'("(?:{_LINK_KEYS})"\s*:\s*)"(?:[^"\\]|\\.)*"'), rf'\1"{LINK}"'),
    (re.compile(rf"\b((?:{_KEYS}|code)=)[^&\s\"'<>]+", re.IGNORECASE), rf"\1{SECRET}"),
    (re.compile(r"\b(Bearer|Basic)\s+[A-Za-z0-9+/._~=-]{8,}", re.IGNORECASE), rf"\1 {SECRET}"),
    (re.compile(r"(Token (?:expired|revoked|invalid)\s*:\s*)[^\s\"'<>,]+", re.IGNORECASE), rf"\1{SECRET}"),
    # JWT and JWE, in whole or cut short; Intuit's access tokens are such
    (re.compile(r"\beyJ[A-Za-z0-9_-]{6,}(?:\.[A-Za-z0-9_-]*)*"), SECRET),
    (re.compile(r"\b(?:AB1\d|RT1-)[A-Za-z0-9-]{16,}"), SECRET),
    (
        re.compile(
            r"(https?://[^\s\"'<>?]+)\?[^\s\"'<>]*(?:Signature|X-Amz-|sig|Expires)=[^\s\"'<>]*", re.IGNORECASE
        ),
        rf"\1?{SECRET}",
    ),
)

_PEOPLE: tuple[tuple[re.Pattern[str], str], ...] = (
    # fault 5010: "You and Ann Lee were working on this at the same time. Ann Lee finished before you did"
    (
        re.compile(r"(You and )(.{1,200}?)( were working on this at the same time\. )(.{1,200}?)( finished)"),
        rf"\1{PERSON}\3{PERSON}\5",
    ),
    (re.compile(r"[A-Za-z0-9._%+'-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+"), EMAIL),
    (re.compile(r"\b\d{3}-\d{2}-\d{4}\b"), SECRET),
    (re.compile(r"\b(?:\d[ -]?){12,18}\d\b"), SECRET),
    (re.compile(r"\+?\(?\d{3}\)?[ .-]\d{3}[ .-]\d{4}\b"), PERSON),
)


def without_secrets(text: str) -> str:
    """``text`` without tokens, passwords and signed links; everything else stays as it was."""
    for pattern, instead in _SECRETS:
        text = pattern.sub(instead, text)
    return text


def scrub(text: str) -> str:
    """``text`` without secrets and without what names a person, on one line, at most 500 characters."""
    text = without_secrets(text)
    for pattern, instead in _PEOPLE:
        text = pattern.sub(instead, text)
    return shortened(" ".join(_printable(text).split()))


def shortened(text: str, limit: int = LONGEST) -> str:
    """``text`` cut to ``limit`` characters, with an ellipsis where it was cut."""
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _printable(text: str) -> str:
    """Control characters and those that turn the direction of writing become spaces."""
    return "".join(" " if unicodedata.category(char) in {"Cc", "Cf", "Zl", "Zp"} else char for char in text)
