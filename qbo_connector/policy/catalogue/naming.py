"""How a document is named in a sentence when it has no number."""

from qbo_connector.policy.catalogue.wording import clean


def document_words(kind: str, number: str = "", *, date: str = "", party: str = "") -> str:
    """``invoice W-1042``, or ``bill of Oct 16 from Paper Co`` where there is no number.

    Args:
        kind: the kind in the source's words, in the singular.
        number: the number; with it, nothing else is said.
        date: the document's date, already in the reader's form.
        party: its customer or vendor.
    """
    if number := clean(number):
        return f"{clean(kind)} {number}"
    named = clean(kind)
    if date := clean(date):
        named = f"{named} of {date}"
    if party := clean(party):
        named = f"{named} from {party}"
    return named
