"""The key that signs id tokens, made when the first one is needed."""

import base64
import threading
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric import rsa


KEY_ID = "simulator-1"


class SigningKey:
    """An RSA key of this process."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._key: rsa.RSAPrivateKey | None = None

    def sign(self, claims: dict[str, Any]) -> str:
        """An RS256 token."""
        import jwt  # noqa: PLC0415  # loads cryptography, which few runs need

        return jwt.encode(claims, self._private(), algorithm="RS256", headers={"kid": KEY_ID})

    def jwks(self) -> dict[str, Any]:
        """The public half as a JSON Web Key Set."""
        numbers = self._private().public_key().public_numbers()
        key = {"kty": "RSA", "use": "sig", "alg": "RS256", "kid": KEY_ID}
        return {"keys": [{**key, "n": _base64(numbers.n), "e": _base64(numbers.e)}]}

    def _private(self) -> "rsa.RSAPrivateKey":
        from cryptography.hazmat.primitives.asymmetric import rsa  # noqa: PLC0415  # the same

        with self._guard:
            if self._key is None:
                self._key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
            return self._key


def _base64(number: int) -> str:
    raw = number.to_bytes((number.bit_length() + 7) // 8, "big")
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
