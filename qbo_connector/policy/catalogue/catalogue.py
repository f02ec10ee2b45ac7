"""The catalogue of findings: every reason why a sync stops, and the only place where it is worded."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from qbo_connector.errors import ConfigurationError
from qbo_connector.policy.catalogue.demands import Demands
from qbo_connector.policy.catalogue.fixes import Fix
from qbo_connector.policy.catalogue.kinds import FindingClass, Role, Side
from qbo_connector.policy.catalogue.reasons import Reason
from qbo_connector.policy.catalogue.rows import Entry, FixAction, Placeholder
from qbo_connector.policy.catalogue.speech import say_all, say_value
from qbo_connector.policy.catalogue.texts import Texts
from qbo_connector.policy.catalogue.wording import capitalised, whole

NOTHING_KNOWN: Mapping[str, str] = {}

_CLASSES_BY_WEIGHT = (
    FindingClass.CONNECTION_WIDE,
    FindingClass.FAILING_NEEDS_PERSON,
    FindingClass.HELD,
    FindingClass.FAILING_RETRYABLE,
    FindingClass.EXCLUDED,
    FindingClass.WARNING,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FilledText:
    """One finding in words. `params` are the values in full, cleaned, as they stand under Details."""

    code: Reason
    sentence: str
    explanation: str
    remedy: str
    params: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class FixButton:
    """One button for one reader. `label` is what it shows: its words, or whom to ask."""

    fix: Fix
    label: str
    words: str
    allowed: bool
    least_role: Role
    inputs: tuple[str, ...]
    preset: Mapping[str, str]
    writes: tuple[Side, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """All findings, buttons and placeholders, checked against each other. Get it from `load_catalogue`."""

    entries: Mapping[Reason, Entry]
    actions: Mapping[Fix, FixAction]
    placeholders: Mapping[str, Placeholder]
    texts: Mapping[Reason, Texts]
    ranks: Mapping[Reason, int]

    def entry(self, code: str) -> Entry:
        """What the catalogue says about a code.

        Raises:
            ConfigurationError: there is no such code.
        """
        try:
            return self.entries[Reason(code)]
        except ValueError as err:
            raise ConfigurationError(f"The findings catalogue has no code “{code}”.") from err

    def fill(self, code: str, params: Mapping[str, str] = NOTHING_KNOWN) -> FilledText:
        """Word a finding. Values are cleaned and shortened; a missing one takes its fallback.

        Raises:
            ConfigurationError: there is no such code, or a value it cannot do without is missing.
        """
        entry = self.entry(code)
        texts = self.texts[entry.code]
        said = say_all(texts.gaps, params, placeholders=self.placeholders, reasons=texts.reasons)
        if missing := [gap for gap in texts.gaps if not said[gap].text]:
            raise ConfigurationError(f"{code} cannot be worded without {', '.join(missing)}.")
        return FilledText(
            code=entry.code,
            sentence=capitalised(texts.sentence_for(said).say_within(said)),
            explanation=capitalised(texts.explanation.say(said)),
            remedy=capitalised(texts.remedy.say(said)),
            params={name: whole(value) for name, value in params.items()},
        )

    def require(self, code: str, params: Mapping[str, str]) -> None:
        """Refuse a code that is raised with values it cannot use, or without one it cannot do without.

        Raises:
            ConfigurationError: a value has no gap, is none of its choices, or is missing.
        """
        entry = self.entry(code)
        texts = self.texts[entry.code]
        demands = Demands(
            gaps=texts.gaps,
            placeholders=self.placeholders,
            reasons=texts.reasons,
            reason_required=entry.reason_required,
        )
        if problems := list(demands.broken_by(params)):
            raise ConfigurationError(f"{code} was raised with the wrong values: {'; '.join(problems)}.")

    def fixes(self, code: str, role: Role, params: Mapping[str, str] = NOTHING_KNOWN) -> tuple[FixButton, ...]:
        """The buttons of a finding, in the order that its values ask for, as this role sees them."""
        entry = self.entry(code)
        return tuple(self._button(entry, fix, role=role, params=params) for fix in _in_order(entry, params))

    def _button(self, entry: Entry, fix: Fix, *, role: Role, params: Mapping[str, str]) -> FixButton:
        action = self.actions[fix]
        template = self.texts[entry.code].buttons[fix]
        said = {gap: say_value(self.placeholders[gap], params.get(gap, "")) for gap in template.gaps}
        words = capitalised(template.say(said))
        allowed = role.may_act_as(action.least_role)
        return FixButton(
            fix=fix,
            label=words if allowed else _WHOM_TO_ASK[action.least_role],
            words=words,
            allowed=allowed,
            least_role=action.least_role,
            inputs=action.inputs,
            preset=entry.buttons[fix].preset if fix in entry.buttons else {},
            writes=action.writes,
        )


def _in_order(entry: Entry, params: Mapping[str, str]) -> list[Fix]:
    first = {buttons.get(params.get(name, "")) for name, buttons in entry.leads.items()}
    return sorted(entry.fixes, key=lambda fix: fix not in first)


_WHOM_TO_ASK = {Role.ADMIN: "Ask an admin", Role.OPERATOR: "Ask support"}


def ranks(entries: Iterable[Entry]) -> dict[Reason, int]:
    """For each code, which of several findings leads: the lowest. Equal classes keep the order of the data."""
    ordered = sorted(entries, key=_weight)
    return {entry.code: rank for rank, entry in enumerate(ordered)}


def _weight(entry: Entry) -> tuple[bool, bool, int]:
    """Connection-wide comes first, then every ``outcome.*`` whatever its class, then class by class."""
    is_wide = entry.cls is FindingClass.CONNECTION_WIDE
    is_outcome = entry.code.startswith("outcome.")
    return not is_wide, not is_outcome, _CLASSES_BY_WEIGHT.index(entry.cls)
