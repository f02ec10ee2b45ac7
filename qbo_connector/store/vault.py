"""Encryption at rest: Fernet keys, newest first. The newest encrypts, all of them decrypt."""

from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from qbo_connector.errors import ConfigurationError


class Vault:
    """Encrypts and decrypts what must not lie open in the database.

    Args:
        keys: Fernet keys (32 bytes, URL-safe base64), newest first.

    Raises:
        ConfigurationError: if there is no key, or one is not a Fernet key.
    """

    def __init__(self, keys: Sequence[str]) -> None:
        if not keys:
            raise ConfigurationError("QBO_ENCRYPTION_KEYS is empty, so nothing can be stored safely.")
        try:
            ring = [Fernet(key) for key in keys]
        except ValueError as err:
            raise ConfigurationError("QBO_ENCRYPTION_KEYS holds a key that is not a Fernet key.") from err
        self._newest = ring[0]
        self._all = MultiFernet(ring)

    def encrypt(self, data: bytes) -> str:
        """Ciphertext under the newest key."""
        return self._newest.encrypt(data).decode("ascii")

    def decrypt(self, ciphertext: str) -> bytes:
        """What was encrypted, under whichever of the keys.

        Raises:
            ConfigurationError: if none of the keys fits.
        """
        try:
            return self._all.decrypt(ciphertext)
        except InvalidToken as err:
            raise ConfigurationError(
                "A stored secret fits none of the keys in QBO_ENCRYPTION_KEYS. Put the former key back."
            ) from err

    def is_current(self, ciphertext: str) -> bool:
        """Whether the newest key made it."""
        try:
            self._newest.decrypt(ciphertext)
        except InvalidToken:
            return False
        return True

    def rotate(self, ciphertext: str) -> str:
        """The same secret under the newest key.

        Raises:
            ConfigurationError: if none of the keys fits.
        """
        return self.encrypt(self.decrypt(ciphertext))
