"""The custom fields of a company's sales forms, as QuickBooks keeps them among its preferences."""

from typing import Any

GROUP, NUMBERS = "SalesFormsPrefs", "123"


def custom_fields(labels: dict[str, str]) -> dict[str, Any]:
    """The setting that gives these definitions these names, and switches the others off."""
    used = [{"Name": f"{GROUP}.UseSalesCustom{n}", "BooleanValue": n in labels} for n in NUMBERS]
    named = [{"Name": f"{GROUP}.SalesCustomName{n}", "StringValue": label} for n, label in labels.items()]
    return {GROUP: {"CustomField": [{"CustomField": used}, {"CustomField": named}]}}
