"""Policies that people may choose: what a form shows, and what it may change."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from qbo_connector.policy.catalogue.kinds import Role
from qbo_connector.policy.policy_manifest import holds_several, read_value, refuse_unknown
from qbo_connector.policy.policy_parts import Latitude
from qbo_connector.policy.policy_refusal import PolicyRefused
from qbo_connector.policy.policy_words import WizardStep, policy_words
from qbo_connector.policy.unbuilt import is_carried_out

if TYPE_CHECKING:
    from qbo_connector.policy.policies import Policies

SomePolicies = TypeVar("SomePolicies", bound="Policies")

_WHO = {Role.END_USER: "An end user", Role.ADMIN: "An admin", Role.OPERATOR: "Even an operator"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueChoice:
    """One value on offer, with one line of consequence."""

    value: str
    label: str
    consequence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyChoice:
    """One question of the form. If `several`, any of `values` may be chosen, and `locked` ones stay chosen."""

    key: str
    label: str
    step: WizardStep
    several: bool
    current: tuple[str, ...]
    values: tuple[ValueChoice, ...]
    locked: tuple[ValueChoice, ...] = ()


def overlay(policies: SomePolicies, choices: Mapping[str, Any], role: Role) -> SomePolicies:
    """Policies with these choices; errors as `Policies.overlay`."""
    model = type(policies)
    changed: dict[str, Any] = {}
    for key, raw in choices.items():
        refuse_unknown(model, key)
        value = read_value(model, key, raw)
        if value != getattr(policies, key):
            _refuse_forbidden(policies, key, value, role)
            changed[key] = value
    values = {key: getattr(policies, key) for key in model.model_fields}
    return model(**{**values, **changed})


def choosable(policies: "Policies", role: Role, source: str) -> tuple[PolicyChoice, ...]:
    """The questions for this role; see `Policies.choosable`. A value without an effect is never offered."""
    return tuple(_choices(policies, role, source))


def _choices(policies: "Policies", role: Role, source: str) -> Iterator[PolicyChoice]:
    for key, words in policy_words().items():
        several = holds_several(type(policies), key)
        current = _texts(getattr(policies, key))
        on_offer = [value for value in _on_offer(policies, key, role) if is_carried_out(key, value)]
        if not on_offer or (not several and set(on_offer) == set(current)):
            continue
        locked = [value for value in current if value not in on_offer] if several else []
        yield PolicyChoice(
            key=key,
            label=words.label.format(source=source),
            step=words.step,
            several=several,
            current=current,
            values=tuple(_offer(key, value, source) for value in on_offer),
            locked=tuple(_offer(key, value, source) for value in locked),
        )


def _on_offer(policies: "Policies", key: str, role: Role) -> tuple[str, ...]:
    latitude = policies.latitude.get(key, Latitude())
    several = holds_several(type(policies), key)
    return latitude.choosable(role, None if several else str(getattr(policies, key)))


def _refuse_forbidden(policies: "Policies", key: str, value: Any, role: Role) -> None:
    wanted, current = set(_texts(value)), set(_texts(getattr(policies, key)))
    touched = wanted ^ current if holds_several(type(policies), key) else wanted
    if forbidden := touched - set(_on_offer(policies, key, role)):
        names = ", ".join(sorted(forbidden))
        raise PolicyRefused(
            f"{_WHO[role]} may not choose or take away “{names}” in the policy “{key}”.", keys=(key,)
        )


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, tuple) else (str(value),)


def _offer(key: str, value: str, source: str) -> ValueChoice:
    words = policy_words()[key].of(value)
    return ValueChoice(
        value=value, label=words.label.format(source=source), consequence=words.consequence.format(source=source)
    )
