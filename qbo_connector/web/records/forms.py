"""Forms of the record page."""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from wtforms import HiddenField
from wtforms.validators import AnyOf, Length

from qbo_connector.sync.merging import WINNERS
from qbo_connector.web.forms import Form

PUSH, UPDATE, CREATE_COPY = "push", "update", "create_copy"
LONGEST_KEY = 64
WINNER = "winner."
"""Stands before the key of a field whose side is chosen."""


def answers_of(form: Mapping[str, str]) -> dict[str, Any]:
    """What a person answered a repair, by name; a side for each field where fields are chosen by side."""
    answers: dict[str, Any] = {
        name: value for name, value in form.items() if name != "csrf_token" and not name.startswith(WINNER)
    }
    winners = {name.removeprefix(WINNER): side for name, side in form.items() if name.startswith(WINNER)}
    return {**answers, WINNERS: winners} if winners else answers


class SyncForm(Form):
    """Starts a sync. ``press`` names this press of the button, so that pressing twice is pressing once."""

    intent = HiddenField(default=PUSH, validators=[AnyOf((PUSH, UPDATE, CREATE_COPY))])
    plan = HiddenField(validators=[Length(max=LONGEST_KEY)])
    press = HiddenField(default=lambda: uuid4().hex, validators=[Length(max=LONGEST_KEY)])


class ActForm(Form):
    """A button without an input of its own."""
