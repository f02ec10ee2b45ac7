"""Class, by which QuickBooks splits its reports (Intuit's Class page)."""

from typing import Any


def class_body(name: str) -> dict[str, Any]:
    """The body that creates a class of this name, on the first level."""
    return {"Name": name}
