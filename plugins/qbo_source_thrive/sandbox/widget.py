"""What the sandbox signs: tokens for the embedded widget, and its own statement of who looks at an invoice."""

import time
import uuid
from dataclasses import dataclass, field

import jwt

AUDIENCE = "qbo-connector"
LIFE_S = 300
PERSON = "usr_1"
PERSON_NAME = "Sam"


@dataclass(frozen=True, slots=True, kw_only=True)
class WidgetKey:
    """A widget key of the host, and where its script is served."""

    web_base_url: str = ""
    key_id: str = ""
    secret: str = field(default="", repr=False)

    @property
    def is_set(self) -> bool:
        """Whether the pages can embed the widget at all."""
        return bool(self.web_base_url and self.key_id and self.secret)

    @property
    def script(self) -> str:
        """The address of the widget's script."""
        return f"{self.web_base_url.rstrip('/')}/widget/v1/qbo-sync.js"

    def token(self, invoice_id: str) -> str:
        """A single-use token that lets the person sync this one invoice during the next five minutes."""
        claims = {"kind": "invoice", "external_id": invoice_id, **_stated()}
        return jwt.encode(claims, self.secret, algorithm="HS256", headers={"kid": self.key_id})


def signed_context(invoice_id: str, signing_secret: str) -> str:
    """The vendor's own signed statement that the person looks at this invoice."""
    return jwt.encode({"invoice_id": invoice_id, **_stated()}, signing_secret, algorithm="HS256")


def _stated() -> dict[str, str | int]:
    now = int(time.time())
    return {
        "aud": AUDIENCE,
        "sub": PERSON,
        "name": PERSON_NAME,
        "iat": now,
        "exp": now + LIFE_S,
        "jti": uuid.uuid4().hex,
    }
