"""Forms of the record page."""

from uuid import uuid4

from wtforms import HiddenField
from wtforms.validators import AnyOf, Length

from qbo_connector.web.forms import Form

PUSH, UPDATE, CREATE_COPY = "push", "update", "create_copy"
LONGEST_KEY = 64


class SyncForm(Form):
    """Starts a sync. ``press`` names this press of the button, so that pressing twice is pressing once."""

    intent = HiddenField(default=PUSH, validators=[AnyOf((PUSH, UPDATE, CREATE_COPY))])
    plan = HiddenField(validators=[Length(max=LONGEST_KEY)])
    press = HiddenField(default=lambda: uuid4().hex, validators=[Length(max=LONGEST_KEY)])


class ActForm(Form):
    """A button without an input of its own."""
