"""The form that every form of ours is: posted, with a token against forgery."""

from collections.abc import Iterable

from flask_wtf import FlaskForm
from wtforms.fields.choices import SelectChoice


class Form(FlaskForm):  # type: ignore[misc]  # flask_wtf has no types
    """A form with a CSRF token."""


def offer(pairs: Iterable[tuple[object, str]]) -> list[SelectChoice]:
    """Choices of a field, from values and what they are called."""
    return [SelectChoice(value, label) for value, label in pairs]
