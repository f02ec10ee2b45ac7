"""Lengths that QuickBooks allows (Intuit's entity pages; longer values are refused with fault 2050)."""

DOC_NUMBER = 21
DISPLAY_NAME = 500
ITEM_NAME = 100
DEPARTMENT_NAME = 100
CLASS_NAME = 100
SKU = 100
DESCRIPTION = 4000
PRIVATE_NOTE = 4000
CUSTOMER_MEMO = 1000
EMAIL = 100
PHONE = 30
COMPANY_NAME = 100
TRACKING_NUMBER = 30
SHIP_METHOD = 30
CUSTOM_FIELD = 31
"""One of the three custom fields of sales forms; those of the newer, larger set are not reached this way."""

PRICE_DECIMALS = 7
"""UnitPrice may carry more than two decimals."""
LINES = 10_000
TAXABLE_LINES = 750
"""Lines of a form on which any line is taxed."""

LEVELS = ":"
"""Separates the levels of a list in QuickBooks, so names of customers and items cannot have it."""


def shortened(text: str, limit: int) -> str:
    """The text, cut at the limit with an ellipsis; the plan warns when it was cut (`field.shortened`)."""
    return text if len(text) <= limit else text[: limit - 1] + "…"
