"""How a view reaches the product's parts, which `app.create_app` put into the application."""

from typing import TYPE_CHECKING

from flask import current_app

if TYPE_CHECKING:
    from qbo_connector.sync.services import Services

KEY = "services"


def services() -> "Services":
    """The parts of the product, wired by the composition root."""
    found: Services = current_app.extensions[KEY]
    return found
