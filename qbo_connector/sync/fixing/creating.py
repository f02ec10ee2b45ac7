"""Having what QuickBooks lacks created: a customer, an item, a location.

The answer becomes part of the record's plan, so that preview shows it, the corridor creates it exactly once, and
every other record finds it bound.
"""

from qbo_connector.plan.asking import questions
from qbo_connector.plan.questions import ItemQuestion
from qbo_connector.store.failures import NotThere
from qbo_connector.sync.answers import NEW_CUSTOMER, NEW_ITEMS, NEW_LOCATION
from qbo_connector.sync.press import Press

EMAIL = "billing e-mail"


def create_customer(press: Press) -> int | None:
    """Create the document's customer under this name and with this address."""
    email = press.optional("email")
    return press.answer({NEW_CUSTOMER: press.text("display_name"), **({EMAIL: email} if email else {})})


def rename_customer(press: Press) -> int | None:
    """Use another name in QuickBooks; the source keeps its own."""
    return press.answer({NEW_CUSTOMER: press.text("display_name")})


def update_customer_email(press: Press) -> int | None:
    """Correct the address for QuickBooks; sources that take updates are told of it by their own corridor."""
    return press.answer({EMAIL: press.text("email")})


def create_item(press: Press) -> int | None:
    """Create the item that the finding is about."""
    situation, document = press.read()
    asked = _meant(questions(document, situation.rules, situation.company).items, press.optional("subject"))
    told = {name: press.optional(name) for name in ("kind", "income_account", "sku")}
    before = (situation.record.overrides or {}).get(NEW_ITEMS, {})
    return press.answer({NEW_ITEMS: {**before, asked.symbol: {"name": press.text("name"), **told}}})


def create_location(press: Press) -> int | None:
    """Create the document's location under this name."""
    return press.answer({NEW_LOCATION: press.text("name")})


def _meant(asked: tuple[ItemQuestion, ...], subject: str) -> ItemQuestion:
    """The item that the finding names, or the only one there is.

    Raises:
        NotThere: it names none of the document's items.
    """
    found = [one for one in asked if one.symbol == subject] or (list(asked) if len(asked) == 1 else [])
    if not found:
        raise NotThere("the document sells no such item")
    return found[0]
