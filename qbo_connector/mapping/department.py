"""Location → Department, which QuickBooks' screens call a location (article rows T-7, T-30)."""

from typing import Any


def department_body(name: str) -> dict[str, Any]:
    """The body that creates a location of this name."""
    return {"Name": name}
