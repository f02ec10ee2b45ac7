"""From declared settings to a form. The host adds its own fields (the account's name) and its CSRF token."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from wtforms import BooleanField, Form, PasswordField, SelectField, StringField, URLField, ValidationError
from wtforms.fields.choices import SelectChoice

from qbo_connector.sources.setting_field import FALSE, TRUE, SettingField, SettingType
from qbo_connector.sources.values import Option

MASK = "••••••••"


def settings_form(
    settings: Sequence[SettingField],
    *,
    stored: Mapping[str, str],
    options: Mapping[str, Sequence[Option]] | None = None,
    allow_private: bool = False,
    base: type[Any] = Form,
) -> type[Any]:
    """A form class with one field for each setting, filled with what is stored. Secrets are never filled in.

    Args:
        settings: as the manifest declares them.
        stored: the account's settings; a secret that is stored may be left empty to keep it.
        options: live lists by name; a list that is missing turns its setting into a text field.
        allow_private: whether addresses on this machine are accepted.
        base: the host's form class, for instance one with CSRF protection.
    """
    fields = {
        setting.name: _field(setting, stored, (options or {}).get(setting.options), allow_private=allow_private)
        for setting in settings
    }
    return type("SettingsForm", (base,), fields)


def settings_from(form: Any, settings: Sequence[SettingField], *, stored: Mapping[str, str]) -> dict[str, str]:
    """The settings that a validated form holds. An empty secret keeps the stored one."""
    values = {setting.name: _text(form[setting.name].data) for setting in settings}
    kept = {
        setting.name: stored.get(setting.name, "")
        for setting in settings
        if setting.is_secret and not values[setting.name]
    }
    return values | kept


def masked(settings: Sequence[SettingField], stored: Mapping[str, str]) -> dict[str, str]:
    """The stored settings as a screen may show them."""
    return {
        setting.name: MASK if setting.is_secret and stored.get(setting.name) else stored.get(setting.name, "")
        for setting in settings
    }


def _field(
    setting: SettingField,
    stored: Mapping[str, str],
    offered: Sequence[Option] | None,
    *,
    allow_private: bool,
) -> Any:
    value = stored.get(setting.name, setting.default)
    common: dict[str, Any] = {
        "label": setting.label,
        "description": setting.help,
        "validators": [_validator(setting, stored, allow_private=allow_private)],
        "render_kw": _attributes(setting, is_stored=bool(value)),
    }
    if setting.is_secret:
        return PasswordField(**common)
    if setting.type is SettingType.BOOLEAN:
        return BooleanField(**common, default=value == TRUE)
    choices = setting.choices or offered
    if setting.type is SettingType.CHOICE and choices:
        return SelectField(
            **common, default=value, choices=_choices(setting, choices, value), validate_choice=False
        )
    kind = URLField if setting.type is SettingType.URL else StringField
    return kind(**common, default=value, filters=[_stripped])


def _validator(
    setting: SettingField, stored: Mapping[str, str], *, allow_private: bool
) -> Callable[[Any, Any], None]:
    def validate(_form: Any, field: Any) -> None:
        value = _text(field.data)
        if setting.is_secret and not value and stored.get(setting.name):
            return
        if complaint := setting.complaint(value, allow_private=allow_private):
            raise ValidationError(complaint)

    return validate


def _attributes(setting: SettingField, *, is_stored: bool) -> dict[str, Any]:
    attributes: dict[str, Any] = {}
    if setting.placeholder:
        attributes["placeholder"] = setting.placeholder
    if setting.is_secret:
        attributes["autocomplete"] = "new-password"
        if is_stored:
            attributes["placeholder"] = f"{MASK} (leave empty to keep it)"
    if setting.type is SettingType.NUMBER:
        attributes["inputmode"] = "decimal"
    if setting.required and not (setting.is_secret and is_stored):
        attributes["required"] = True
    return attributes


def _choices(setting: SettingField, offered: Sequence[Option], value: str) -> list[Any]:
    """The offered choices; a stored one that is gone from a live list stays, so that saving does not change it."""
    choices = [SelectChoice(option.value, option.label) for option in offered]
    if value and value not in {option.value for option in offered}:
        choices.append(SelectChoice(value, value))
    return choices if setting.required and value else [SelectChoice("", "Choose"), *choices]


def _stripped(value: str | None) -> str:
    return (value or "").strip()


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return TRUE if value else FALSE
    return str(value or "").strip()
