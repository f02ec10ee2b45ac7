"""The forms of a sync. The questions come from the source's policies; nothing here knows a source."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from wtforms import HiddenField, RadioField, SelectField, SelectMultipleField, StringField
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from qbo_connector.policy.policy_choices import PolicyChoice
from qbo_connector.web.forms import Form, offer

LONGEST_NAME = 80
ACCOUNT_ROLES = {
    "income": ("Income account for new items", "Items that QuickBooks does not have yet are created with it."),
    "discount": ("Discount account", "Discounts are booked there. Left empty, QuickBooks decides."),
    "shipping": ("Shipping account", "Fees and shipping are booked there. Left empty, QuickBooks decides."),
}
ACCOUNT_PREFIX = "account_"
CHOICE_PREFIX = "choice_"
DEFAULT_ITEM = "default_item"


@dataclass(frozen=True, slots=True, kw_only=True)
class BooksLists:
    """What QuickBooks offers for the choices of a sync: id and name, from the mirror."""

    accounts: tuple[tuple[str, str], ...] = ()
    items: tuple[tuple[str, str], ...] = ()


class JoinForm(Form):
    """Which account goes to which company."""

    account = SelectField("From", coerce=int)
    connection = SelectField("To", coerce=int)

    @classmethod
    def offering(cls, accounts: Sequence[tuple[int, str]], companies: Sequence[tuple[int, str]]) -> "JoinForm":
        """The form with what can be joined."""
        form = cls(formdata=None)
        form.account.choices = offer(accounts)
        form.connection.choices = offer(companies)
        return form


class RulesForm(Form):
    """What every sync has: a name. The rest is made for each source by ``rules_form``."""

    name = StringField("Name", [InputRequired("Give it a name."), Length(max=LONGEST_NAME)])
    step = HiddenField(default="review")


class SwitchForm(Form):
    """Turns a sync on or off; only its token matters."""


class _Several(SelectMultipleField):  # type: ignore[misc]  # wtforms has no types
    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


def rules_form(
    questions: Sequence[PolicyChoice], *, books: BooksLists, stored: Mapping[str, Any], name: str
) -> RulesForm:
    """The form of one sync: a question for each policy that this person may choose, and the books' accounts."""
    fields = {f"{CHOICE_PREFIX}{question.key}": _question(question) for question in questions}
    fields |= {f"{ACCOUNT_PREFIX}{role}": _account(role, books, stored) for role in ACCOUNT_ROLES}
    fields[DEFAULT_ITEM] = SelectField(
        "Default item",
        [Optional()],
        choices=offer([("", "None"), *books.items]),
        default=stored.get(DEFAULT_ITEM, ""),
        description="Lines that fit no item take this one.",
        validate_choice=False,
    )
    form: RulesForm = type("ChosenRulesForm", (RulesForm,), fields)(data=None, name=name)
    return form


def choices_of(form: RulesForm, questions: Sequence[PolicyChoice]) -> dict[str, Any]:
    """The chosen values by policy key; locked values of a list stay chosen."""
    chosen: dict[str, Any] = {}
    for question in questions:
        data = form[f"{CHOICE_PREFIX}{question.key}"].data
        kept = [value.value for value in question.locked]
        chosen[question.key] = [*kept, *(data or ())] if question.several else data
    return chosen


def accounts_of(form: RulesForm) -> dict[str, str]:
    """The chosen accounts by role, without those left to QuickBooks."""
    chosen = {role: form[f"{ACCOUNT_PREFIX}{role}"].data for role in ACCOUNT_ROLES}
    return {role: value for role, value in chosen.items() if value}


def _question(question: PolicyChoice) -> Any:
    options = offer((value.value, value.label) for value in question.values)
    if question.several:
        offered = {value.value for value in question.values}
        return _Several(question.label, choices=options, default=[v for v in question.current if v in offered])
    return RadioField(question.label, [InputRequired("Choose one.")], choices=options, default=question.current[0])


def _account(role: str, books: BooksLists, stored: Mapping[str, Any]) -> Any:
    label, description = ACCOUNT_ROLES[role]
    return SelectField(
        label,
        [Optional()],
        choices=offer([("", "Leave it to QuickBooks"), *books.accounts]),
        default=stored.get("accounts", {}).get(role, ""),
        description=description,
        validate_choice=False,
    )
