"""Every reason of the catalogue can be met, every one that is raised stands in it, every button works.

What belongs to a capability that is not built yet stands in ``not_built.toml``, with the reason; it has to leave
that list as soon as the capability is built.
"""

import ast
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path

import pytest

from qbo_connector.policy.catalogue import Fix, Reason, load_catalogue
from qbo_connector.store.states import Intent
from qbo_connector.sync.views import CARRIED_OUT, LEADS_SOMEWHERE
from qbo_connector.sync.work import HANDLERS

CHECKOUT = Path(__file__).parents[2]
LIST = tomllib.loads((Path(__file__).parent / "not_built.toml").read_text(encoding="utf-8"))
NOT_BUILT = {row["code"]: row for row in LIST["code"]}
FIXES_NOT_BUILT = {row["fix"]: row for row in LIST["fix"]}
LINKS = frozenset({Fix.OPEN_IN_QUICKBOOKS, Fix.OPEN_IN_SOURCE})
DECLARATIONS = ("qbo_connector/errors.py", "qbo_connector/policy/catalogue/", "qbo_connector/sync/fixing/")
"""Usual reasons of error classes and the catalogue's own code: naming a reason there raises nothing."""

PLACES = ("qbo_connector/simulator/", "qbo_connector/cli/demo/")
"""Not parts of the product that speak to people."""

OWN_TESTS = ("test_finding", "test_findings_both_ways", "test_vendor_messages")
"""Tests of the catalogue itself name reasons without meeting them."""


@cache
def reasons_in(source: str) -> set[str]:
    """Reasons that a module names: as a member of the enum, or by its code."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "Reason":
            found.add(str(Reason[node.attr]))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value in set(Reason):
            found.add(node.value)
    return found


def unknown_reasons_in(source: str) -> set[str]:
    """What is given as a reason, or is the usual one of an error, and is none of the catalogue."""
    given = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            given |= {_text(word.value) for word in node.keywords if word.arg == "reason"}
        if isinstance(node, ast.AnnAssign) and getattr(node.target, "id", "") == "default_reason":
            given.add(_text(node.value))
        if isinstance(node, ast.Assign) and any(
            getattr(one, "id", "") == "default_reason" for one in node.targets
        ):
            given.add(_text(node.value))
    return {code for code in given if "." in code and " " not in code} - set(Reason)


def _text(node: ast.expr | None) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def modules(*skipped: str) -> Iterator[tuple[str, str]]:
    for file in sorted((CHECKOUT / "qbo_connector").rglob("*.py")):
        name = file.relative_to(CHECKOUT).as_posix()
        if not name.startswith(skipped):
            yield name, file.read_text(encoding="utf-8")


@cache
def raised() -> set[str]:
    """Reasons that the product itself names where it can raise them; the usual ones of errors count as well."""
    defaults = (CHECKOUT / "qbo_connector/errors.py").read_text(encoding="utf-8")
    named = {code for _, source in modules(*DECLARATIONS, *PLACES) for code in reasons_in(source)}
    return named | reasons_in(defaults)


@cache
def named_by_tests() -> set[str]:
    """Reasons that a test expects."""
    found = set()
    for file in (CHECKOUT / "tests").rglob("test_*.py"):
        if not file.name.startswith(OWN_TESTS):
            found |= reasons_in(file.read_text(encoding="utf-8"))
    return found


def built(capability: str, handled: Iterable[Intent]) -> bool:
    """Whether a worker carries out what the capability is about."""
    return LIST["capability"][capability] in {str(intent) for intent in handled}


def overdue(rows: Mapping[str, Mapping[str, str]], handled: Iterable[Intent]) -> list[str]:
    return [name for name, row in rows.items() if built(row["capability"], handled)]


def test_every_reason_is_raised_or_waits_for_its_capability():
    missing = {str(code) for code in Reason} - raised() - set(NOT_BUILT)

    assert missing == set()
    assert len(raised()) > 80


def test_every_reason_is_met_by_a_test_or_waits_for_its_capability():
    missing = {str(code) for code in Reason} - named_by_tests() - set(NOT_BUILT)

    assert missing == set()
    assert len(named_by_tests()) > 80


def test_no_reason_is_given_that_the_catalogue_does_not_know():
    found = {name: unknown_reasons_in(source) for name, source in modules(*PLACES)}

    assert {name: codes for name, codes in found.items() if codes} == {}


def test_what_waits_for_a_capability_is_not_raised_and_leaves_the_list_when_it_is_built():
    raised_early = {
        name: reasons_in(source) & set(NOT_BUILT)
        for name, source in modules(*DECLARATIONS, *PLACES)
        if reasons_in(source) & set(NOT_BUILT)
    }

    assert raised_early == {}
    assert overdue(NOT_BUILT, HANDLERS) == []
    assert overdue(FIXES_NOT_BUILT, HANDLERS) == []
    assert set(NOT_BUILT) <= {str(code) for code in Reason}
    assert all(len(row["reason"]) > 20 for row in (*NOT_BUILT.values(), *FIXES_NOT_BUILT.values()))


def test_every_button_of_a_finding_that_can_be_met_does_something():
    entries = load_catalogue().entries
    offered = {fix for code, entry in entries.items() if code not in NOT_BUILT for fix in entry.fixes}
    works = CARRIED_OUT | LEADS_SOMEWHERE | LINKS

    assert {str(fix) for fix in offered - works} <= set(FIXES_NOT_BUILT)
    assert {str(fix) for fix in works} & set(FIXES_NOT_BUILT) == set()
    assert len(offered & works) > 35


def test_every_finding_that_needs_a_person_offers_a_button_that_works():
    works = CARRIED_OUT | LEADS_SOMEWHERE | LINKS
    entries = load_catalogue().entries.values()
    helpless = [
        str(entry.code)
        for entry in entries
        if entry.code not in NOT_BUILT and entry.who != "nobody" and entry.fixes and not set(entry.fixes) & works
    ]

    assert [code for code in helpless if code != "vendor.missing"] == []


@pytest.mark.parametrize("capability", sorted(LIST["capability"]))
def test_the_guard_notices_a_capability_that_was_built(capability):
    rows = {"some.code": {"capability": capability, "reason": "none"}}

    assert LIST["capability"][capability] in {str(intent) for intent in Intent}
    assert overdue(rows, [*HANDLERS, Intent(LIST["capability"][capability])]) == ["some.code"]
    assert overdue(rows, []) == []


def test_the_guards_notice_what_they_guard_against():
    assert reasons_in("said(Reason.NUMBER_DUPLICATE, {})") == {"number.duplicate"}
    assert reasons_in("raise NeedsHuman('x', reason='sync.stale')") == {"sync.stale"}
    assert reasons_in("log('nothing')") == set()
    assert unknown_reasons_in("raise NeedsHuman('x', reason='number.twice')") == {"number.twice"}
    assert unknown_reasons_in("class A:\n    default_reason = 'no.such'") == {"no.such"}
    assert unknown_reasons_in("raise NeedsHuman('x', reason='number.duplicate')") == set()
    assert unknown_reasons_in("bindings.end(session, 1, reason='created anew')") == set()
