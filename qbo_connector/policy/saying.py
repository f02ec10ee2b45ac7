"""Raising a finding with what is at hand: the values its words use are taken, the others left."""

from collections.abc import Mapping

from qbo_connector.policy.catalogue import Finding, Reason, load_catalogue

NOTHING: Mapping[str, str] = {}


def said(
    code: Reason, known: Mapping[str, str], *, subject: str = "", details: Mapping[str, str] = NOTHING, **more: str
) -> Finding:
    """A finding filled from `known` and `more`; a value that its texts do not use is no mistake."""
    gaps = load_catalogue().texts[code].gaps
    values = {name: value for name, value in {**known, **more}.items() if name in gaps and value}
    return Finding(code=code, params=values, subject=subject, details=details)
