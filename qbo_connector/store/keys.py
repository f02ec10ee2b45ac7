"""Normalised keys, by which the same name or number is found however it was typed."""

import unicodedata

DELETED_SUFFIX = " (deleted)"


def name_key(name: str) -> str:
    """A name without regard to case, width and white space, and without QuickBooks' mark of inactive entries."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    return " ".join(folded.split()).removesuffix(DELETED_SUFFIX)


def email_key(email: str) -> str:
    """An e-mail address without regard to case."""
    return email.strip().casefold()


def number_key(number: str) -> str:
    """A document number without regard to case and surrounding space, as QuickBooks compares them."""
    return number.strip().casefold()
