"""Forms for source accounts; the fields of a source come from its manifest."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from wtforms import BooleanField, PasswordField, StringField
from wtforms.validators import InputRequired, Length

from qbo_connector.sources.settings_form import settings_form
from qbo_connector.web.forms import Form, offer

if TYPE_CHECKING:
    from qbo_connector.sources.setting_field import SettingField

LONGEST_NAME = 80
NAME = "account_name"


class AccountForm(Form):
    """What every source account has: the name by which people here know it."""

    account_name = StringField(
        "Name",
        [InputRequired("Give it a name."), Length(max=LONGEST_NAME)],
        description="How you call it here, for instance after the shop or the region.",
    )


class RemoveForm(Form):
    """Ends a source account, after saying what that means."""

    confirmed = BooleanField("I know that its syncs stop.", [InputRequired("Tick this first: its syncs stop.")])


class HookSecretForm(Form):
    """A new hook secret; empty where it is ours to make."""

    secret = PasswordField(
        "New secret", id="new-hook-secret", render_kw={"autocomplete": "new-password", "required": True}
    )


def account_form(
    settings: "Sequence[SettingField]",
    *,
    name: str,
    stored: Mapping[str, str],
    options: Mapping[str, Sequence[tuple[str, str]]],
    allow_private: bool,
) -> AccountForm:
    """The form of one source account, filled with what is stored; secrets stay empty."""
    lists: dict[str, Any] = {name: offer(pairs) for name, pairs in options.items()}
    made = settings_form(settings, stored=stored, options=lists, allow_private=allow_private, base=AccountForm)
    form: AccountForm = made(data={NAME: name})
    return form
