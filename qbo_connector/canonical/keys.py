"""Keys under which names, addresses and numbers are compared: as QuickBooks compares them, without case.

QuickBooks adds ``(deleted)`` to the name of an inactive entry (Intuit: Account, Customer); the key leaves it out.
"""

import re
import unicodedata

DELETED = re.compile(r"\s*\(deleted(?:-\d+)?\)$", re.IGNORECASE)
SPACE = re.compile(r"\s+")


def name_key(name: str) -> str:
    """``  Acme   Retail (deleted)`` and ``ACME retail`` have the same key."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    return DELETED.sub("", SPACE.sub(" ", folded).strip())


def plain_name(name: str) -> str:
    """The name as people know it: ``Acme Retail`` for ``Acme Retail (deleted)``."""
    return DELETED.sub("", name).strip()


def email_key(email: str) -> str:
    """E-mail addresses are compared without case and surrounding space."""
    return email.strip().casefold()


def number_key(number: str) -> str:
    """Document numbers are compared without case and surrounding space."""
    return number.strip().casefold()
