"""A policy value that nothing distinguishes is a promise that nobody keeps.

The code that sends documents is searched, as a syntax tree, for every policy it asks and every value it names. Of
the values of one policy, one may go without a name: it is what is left where all others are named.
"""

import ast
from collections.abc import Iterator
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import get_args

import pytest

from qbo_connector.policy import policy_values
from qbo_connector.policy.policies import Policies, Role
from qbo_connector.policy.policy_choices import choosable
from qbo_connector.policy.policy_manifest import allowed_values, keys_of
from qbo_connector.policy.policy_parts import ExtraFilter
from qbo_connector.policy.policy_values import FilterKind
from qbo_connector.policy.unbuilt import UNBUILT

CORE = Path(__file__).parents[3] / "qbo_connector"
DECLARING = {"policy_values.py", "policy_words.py", "policy_manifest.py", "unbuilt.py"}
ELSEWHERE = {"simulator", "web", "cli", "kit", "sources", "catalogue"}
"""What shows policies or names their values without acting on them."""

INBOUND = {"inbound.py"}
"""Decides how often QuickBooks is looked at for what comes in; nothing comes in yet."""

SAME_WORDS = {"Match": ("CustomerMatch", "ItemMatch")}
"""The plan's own enum of ways to match takes over the words of two policies."""

KEYS_NOT_ASKED = {
    "item_inactive": "has one value: an item is never switched on unasked (T-21)",
}

TOLD_OTHERWISE = {
    "connection_scope": (
        {"source_account", "location", "subsidiary"},
        "one company for each part of an account, whatever the source calls the part: see sync/pairings.py",
    ),
    "preflight": (
        {"scopes", "location_tracking", "custom_numbers"},
        "scopes are proved at every sign-in; the others go with the policies location_tracking and custom_numbers",
    ),
    "resync": ({"update", "update_same_number"}, "tied to link_key by contradictions, and link_key is asked"),
    "attachments": ({"no", "source"}, "the source has its own PDF already: nothing is fetched in either case"),
}
"""Values that no code tells apart, since something else has told them apart before."""


@cache
def trees() -> dict[str, ast.Module]:
    """The core's modules that act, parsed."""
    found = {}
    for file in sorted(CORE.rglob("*.py")):
        place = file.relative_to(CORE)
        if not ELSEWHERE & set(place.parts) and file.name not in DECLARING | INBOUND:
            found[place.as_posix()] = ast.parse(file.read_text(encoding="utf-8"))
    return found


def attributes(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """Every ``owner.name`` in it, by the last name of the owner."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            owner = node.value
            yield getattr(owner, "id", getattr(owner, "attr", "")), node.attr


@cache
def used() -> frozenset[tuple[str, str]]:
    """Attributes read by the acting code; of `Policies` itself, those read by its questions that somebody asks."""
    own = trees()["policy/policies.py"]
    acting = {pair for place, tree in trees().items() if tree is not own for pair in attributes(tree)}
    questions = {node.name: node for node in ast.walk(own) if isinstance(node, ast.FunctionDef)}
    waiting = {name for owner, name in acting if owner in {"policies", "policy"}} & set(questions)
    seen: set[str] = set()
    while waiting - seen:
        name = (waiting - seen).pop()
        seen.add(name)
        found = set(attributes(questions[name]))
        acting |= {("policies" if owner == "self" else owner, attribute) for owner, attribute in found}
        waiting |= {attribute for owner, attribute in found if owner == "self"} & set(questions)
    return frozenset(acting)


def asked(key: str) -> bool:
    return any((owner, key) in used() for owner in ("policies", "policy", "needed"))


def enum_of(key: str) -> type[StrEnum] | None:
    annotation = Policies.model_fields[key].annotation
    (kind, *_) = get_args(annotation) or (annotation,)
    if kind is ExtraFilter:
        return FilterKind
    return kind if isinstance(kind, type) and kind.__module__ == policy_values.__name__ else None


def named(enum: type[StrEnum]) -> set[str]:
    """Its values that the acting code names."""
    owners = {enum.__name__, *(other for other, stands_for in SAME_WORDS.items() if enum.__name__ in stands_for)}
    return {str(member) for member in enum if any((owner, member.name) in used() for owner in owners)}


def not_told_apart(key: str) -> set[str]:
    """Values that the acting code treats alike; for a policy it never asks, all but the one of doing nothing."""
    enum = enum_of(key)
    if enum is None:
        return set()
    if not asked(key):
        return {str(member) for member in enum} - {str(Policies.model_fields[key].default)}
    left = {str(member) for member in enum} - named(enum)
    return left if len(left) > 1 else set()


def test_every_policy_is_asked_or_said_not_to_be():
    silent = {key for key in keys_of(Policies) if not asked(key)}

    assert silent - set(UNBUILT) == set(KEYS_NOT_ASKED)


@pytest.mark.parametrize("key", [key for key in keys_of(Policies) if enum_of(key)])
def test_every_value_is_told_from_the_others_or_stands_on_a_list_with_its_reason(key):
    listed = set(UNBUILT.get(key, {})) | TOLD_OTHERWISE.get(key, (set(), ""))[0]

    assert not_told_apart(key) == listed


def test_the_lists_name_policies_and_values_that_exist_and_say_why():
    for key, values in UNBUILT.items():
        assert set(values) <= set(allowed_values(Policies, key))
        assert all(len(reason) > 20 for reason in values.values())
    assert set(TOLD_OTHERWISE) | set(KEYS_NOT_ASKED) <= set(keys_of(Policies))
    assert not set(TOLD_OTHERWISE) & set(UNBUILT)


@pytest.mark.parametrize("key", UNBUILT)
def test_what_is_not_carried_out_is_offered_to_nobody(key):
    values = allowed_values(Policies, key)
    policies = Policies.from_manifest({key: {"default": values[0], "operator": list(values)}})
    plain = Policies.from_manifest({"tax": {"default": "reject", "operator": ["fold"]}})

    assert key not in {choice.key for choice in choosable(policies, Role.OPERATOR, "Storefront")}
    assert [choice.key for choice in choosable(plain, Role.OPERATOR, "Storefront")] == ["tax"]


def test_the_search_sees_what_it_looks_for():
    tree = ast.parse("if desk.rules.policies.tax is Tax.FOLD: pass")

    assert {("policies", "tax"), ("Tax", "FOLD")} <= set(attributes(tree))
    assert asked("tax")
    assert named(policy_values.QboEditOfSourceDoc) == set(map(str, policy_values.QboEditOfSourceDoc))
    assert not_told_apart("schedule") == {"hour_after_last", "day_after_last", "week_after_last"}
