"""The forms of the settings pages."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from wtforms import DateField, EmailField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import Email, InputRequired, Length, Optional, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from qbo_connector.store.states import Role
from qbo_connector.web.forms import Form, offer

LONGEST_NAME = 100
MOST_ORIGINS = 20
ROLE_LINES = {
    Role.VIEWER: "Sees everything, changes nothing.",
    Role.BOOKKEEPER: "Syncs, repairs and sets records aside.",
    Role.ADMIN: "Connects QuickBooks and sources, sets rules, invites people.",
    Role.OWNER: "May do all that, and make other owners.",
}
SCOPES = {
    "read": "Look at records, previews and runs",
    "sync": "Start syncs and repairs",
}

ROLES = offer((str(role), str(role).capitalize()) for role in reversed(Role))
"""The least role first."""


class OrganizationForm(Form):
    """Name and brand."""

    name = StringField("Name", [InputRequired("Give it a name."), Length(max=LONGEST_NAME)])
    brand_name = StringField(
        "Brand name",
        [Optional(), Length(max=LONGEST_NAME)],
        description="Stands on these pages in place of the product's name.",
    )


class MemberForm(Form):
    """A person to add."""

    name = StringField("Name", [InputRequired("Type a name."), Length(max=LONGEST_NAME)])
    email = EmailField("E-mail", [InputRequired("Type an e-mail address."), Email("This is no e-mail address.")])
    role = SelectField("Role", choices=ROLES)


class RoleForm(Form):
    """Another role for a member."""

    role = SelectField("Role", choices=ROLES)


class WidgetKeyForm(Form):
    """A key with which a page of the source opens the widget."""

    name = StringField("Name", [InputRequired("Give it a name."), Length(max=LONGEST_NAME)])
    account = SelectField("Source account", coerce=int)
    origins = TextAreaField(
        "Pages that may show the widget",
        [InputRequired("Name at least one page.")],
        description="One address a line, such as https://app.example.com. Nobody else can embed it.",
        render_kw={"rows": 3, "spellcheck": "false"},
    )

    @classmethod
    def offering(cls, accounts: Sequence[tuple[int, str]]) -> "WidgetKeyForm":
        """The form with the accounts that can have a key."""
        form = cls()
        form.account.choices = offer(accounts)
        return form

    def validate_origins(self, bound: Any) -> None:
        """Each line is an origin: scheme and host, no path.

        Raises:
            ValidationError: names the line that is none.
        """
        lines = origins_of(bound.data)
        if len(lines) > MOST_ORIGINS:
            raise ValidationError(f"At most {MOST_ORIGINS} addresses.")
        for line in lines:
            if not is_origin(line):
                raise ValidationError(f"“{line[:80]}” is not an address of the form https://app.example.com.")


class ApiKeyForm(Form):
    """A key for a program."""

    name = StringField("Name", [InputRequired("Give it a name."), Length(max=LONGEST_NAME)])
    scopes = SelectMultipleField(
        "It may",
        [InputRequired("Choose at least one.")],
        choices=offer(SCOPES.items()),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        default=["read"],
    )


class GrantForm(Form):
    """Something to switch on for one organization."""

    source = SelectField("Source")
    entitlement = SelectField(
        "What",
        choices=offer((("beta", "Beta"), ("plan", "Plan"), ("addon", "Add-on"), ("cohort", "Cohort"))),
    )
    until = DateField("Until", [Optional()], description="Left empty: without end.")

    @classmethod
    def offering(cls, sources: Sequence[tuple[str, str]]) -> "GrantForm":
        """The form with the sources of this installation."""
        form = cls()
        form.source.choices = offer(sources)
        return form


class ActForm(Form):
    """A button without an input of its own."""


def origins_of(text: str | None) -> tuple[str, ...]:
    """The addresses, one a line, each once."""
    lines = [line.strip().rstrip("/").lower() for line in (text or "").splitlines()]
    return tuple(dict.fromkeys(line for line in lines if line))


def is_origin(text: str) -> bool:
    """Whether this is scheme, host and perhaps port, and nothing that a policy header could be broken with."""
    if any(letter in text for letter in " ;,'\"*\\"):
        return False
    try:
        parts = urlsplit(text)
        named_port = parts.port
    except ValueError:
        return False
    plain = f"{parts.scheme}://{parts.hostname}" + (f":{named_port}" if named_port else "")
    return parts.scheme in ("https", "http") and bool(parts.hostname) and text == plain
