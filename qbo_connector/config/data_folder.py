"""The data folder, and the keys that a first start makes for itself and keeps there, for their owner only."""

import os
import secrets
import tempfile
from collections.abc import Sequence
from pathlib import Path

from cryptography.fernet import Fernet

from qbo_connector.errors import ConfigurationError

SESSION_KEY_FILE = "secret.key"
ENCRYPTION_KEYS_FILE = "encryption.keys"


def make(folder: Path) -> None:
    """Make the folder, closed to other people, unless it exists.

    Raises:
        ConfigurationError: if it cannot be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as err:
        raise _unusable(folder, err) from err


def new_secret_key() -> str:
    """A fresh key for sessions and forms."""
    return secrets.token_urlsafe(48)


def new_encryption_key() -> str:
    """A fresh Fernet key."""
    return Fernet.generate_key().decode()


def secret_key(folder: Path) -> str:
    """The kept secret key; made on the first call.

    Raises:
        ConfigurationError: if the folder cannot be written.
    """
    return _keep(folder / SESSION_KEY_FILE, new_secret_key())


def encryption_keys(folder: Path) -> tuple[str, ...]:
    """The kept Fernet keys, newest first; one is made on the first call.

    Raises:
        ConfigurationError: if the folder cannot be written.
    """
    return tuple(_keep(folder / ENCRYPTION_KEYS_FILE, new_encryption_key()).split())


def replace_encryption_keys(folder: Path, keys: Sequence[str]) -> None:
    """Keep these Fernet keys, newest first, in place of the present ones.

    Raises:
        ConfigurationError: if the folder cannot be written.
    """
    try:
        _private_copy(folder, "\n".join(keys)).replace(folder / ENCRYPTION_KEYS_FILE)
    except OSError as err:
        raise _unusable(folder, err) from err


def _keep(path: Path, fresh: str) -> str:
    """What the file says, written with ``fresh`` if it is missing; processes that start together agree."""
    make(path.parent)
    try:
        if not path.exists():
            _publish(_private_copy(path.parent, fresh), path)
        return path.read_text(encoding="ascii").strip()
    except OSError as err:
        raise _unusable(path.parent, err) from err


def _private_copy(folder: Path, text: str) -> Path:
    """A complete file that only its owner may read (mkstemp uses 0600), not yet under its final name."""
    handle, name = tempfile.mkstemp(dir=folder, prefix=".key-")
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(f"{text}\n")
    return Path(name)


def _publish(complete: Path, path: Path) -> None:
    """Give the file its name unless another process was first: a hard link never overwrites."""
    try:
        path.hardlink_to(complete)
    except FileExistsError:
        return
    finally:
        complete.unlink()


def _unusable(folder: Path, err: OSError) -> ConfigurationError:
    return ConfigurationError(
        f"The data folder {folder} cannot be used ({err.strerror}). Set QBO_DATA_DIR to one that can be written."
    )
