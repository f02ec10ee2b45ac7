"""The shipped catalogue keeps its own rules."""

import re
import runpy
import sys
from pathlib import Path

import pytest

from qbo_connector.policy import catalogue
from qbo_connector.policy.catalogue import Fix, Reason, Role, generate, load_catalogue
from qbo_connector.policy.catalogue.kinds import FindingClass, RecordState, Retry
from qbo_connector.policy.catalogue.rows import PlaceholderKind
from qbo_connector.policy.catalogue.wording import as_list
from qbo_connector.policy.policies import Policies
from qbo_connector.policy.policy_manifest import allowed_values, keys_of, read_value

CATALOGUE = load_catalogue()
LISTS = {"items": ["Stoneware Mug (Blue)", "Gift Box"], "fields": ["price", "quantity"], "line": ["2"]}
SAMPLES = {
    name: as_list(LISTS[name]) if name in LISTS else row.sample for name, row in CATALOGUE.placeholders.items()
}
SAMPLES.pop("reason")
JARGON = re.compile(
    r"\b(error|failed|invalid|oops|qbo|docnumber|synctoken|realm|payload|validation|fault|api|https?|lane)\b|!",
    re.IGNORECASE,
)


def _params(code):
    entry = CATALOGUE.entry(code)
    return {**SAMPLES, "reason": next(iter(entry.reasons))} if entry.reasons else SAMPLES


@pytest.mark.parametrize("code", Reason)
def test_each_sentence_fits_when_filled_and_speaks_to_people(code):
    text = CATALOGUE.fill(code, _params(code))

    assert len(text.sentence) <= 160
    assert text.sentence[0].isupper() or not text.sentence[0].isalpha()
    assert text.sentence[-1] in ".?"
    assert "{" not in text.sentence + text.explanation + text.remedy
    assert JARGON.search(text.sentence + text.remedy) is None
    assert "QBO" not in text.explanation
    assert "  " not in text.sentence + text.explanation + text.remedy


@pytest.mark.parametrize("code", Reason)
def test_no_value_however_long_makes_a_sentence_too_long(code):
    flood = {
        name: "W" * 5000 for name, row in CATALOGUE.placeholders.items() if row.kind is not PlaceholderKind.CHOICE
    }
    for value in ("W" * 5000, "w " * 900, as_list([f"{number} thing {'x' * 200}" for number in range(50)])):
        params = _params(code) | dict.fromkeys(flood, value)
        assert len(CATALOGUE.fill(code, params).sentence) <= 160


@pytest.mark.parametrize("code", Reason)
def test_each_text_stands_without_values_that_have_a_fallback(code):
    needed = {name: value for name, value in SAMPLES.items() if CATALOGUE.placeholders[name].always_known}

    text = CATALOGUE.fill(code, needed)

    assert "{" not in text.sentence
    assert re.search(r"\s[,.;:?]|[“(]\s*[”)]", text.sentence) is None, text.sentence


def test_every_button_is_offered_by_some_finding():
    offered = {fix for entry in CATALOGUE.entries.values() for fix in entry.fixes}

    assert offered == set(Fix)


def test_every_placeholder_is_used_by_some_text():
    used = set()
    for texts in CATALOGUE.texts.values():
        used.update(texts.gaps, *(form.gaps for form in (*texts.reasons.values(), *texts.buttons.values())))

    assert used == set(CATALOGUE.placeholders)


def test_generated_enums_equal_the_data(tmp_path, monkeypatch):
    shipped = Path(catalogue.__file__).parent
    monkeypatch.setattr(sys, "argv", ["generate", str(tmp_path)])
    monkeypatch.delitem(sys.modules, generate.__name__)

    runpy.run_module(generate.__name__, run_name="__main__")

    for name in ("reasons.py", "fixes.py"):
        assert (tmp_path / name).read_text("utf-8") == (shipped / name).read_text("utf-8")
    assert list(Reason) == list(CATALOGUE.entries)


def test_loading_again_costs_nothing():
    assert load_catalogue() is CATALOGUE


@pytest.mark.parametrize(
    ("cls", "state"),
    [
        (FindingClass.EXCLUDED, RecordState.EXCLUDED),
        (FindingClass.HELD, RecordState.HELD),
        (FindingClass.FAILING_RETRYABLE, RecordState.SYNCING),
        (FindingClass.FAILING_NEEDS_PERSON, RecordState.FAILING),
        (FindingClass.CONNECTION_WIDE, RecordState.WAITING),
        (FindingClass.WARNING, None),
    ],
)
def test_each_class_shows_its_state(cls, state):
    assert cls.state is state


def test_a_finding_that_mends_itself_tries_again_and_one_that_pauses_concerns_more_than_a_record():
    for entry in CATALOGUE.entries.values():
        if entry.cls is FindingClass.FAILING_RETRYABLE:
            assert entry.retry in (Retry.BACKOFF, Retry.AFTER_CAUSE_CHANGES), entry.code
        if entry.retry is Retry.PAUSE_CONNECTION:
            assert entry.cls is FindingClass.CONNECTION_WIDE, entry.code


def test_whatever_rule_a_button_sets_is_a_policy_with_that_value():
    presets = [
        words.preset for entry in CATALOGUE.entries.values() for words in entry.buttons.values() if words.preset
    ]

    assert presets
    for preset in presets:
        assert preset["rule"] in keys_of(Policies)
        if "value" in preset:
            assert read_value(Policies, preset["rule"], preset["value"]) in allowed_values(
                Policies, preset["rule"]
            )


@pytest.mark.parametrize(
    ("code", "words"),
    [
        pytest.param(
            "customer.missing",
            ["customer", "both", "QuickBooks", "e-mail"],
            marks=pytest.mark.requirement("H-65"),
        ),
        pytest.param(
            "customer.display_name_duplicate", ["display name", "duplicate"], marks=pytest.mark.requirement("H-66")
        ),
        pytest.param(
            "qbo.revrec_service_date",
            ["service date", "revenue recognition"],
            marks=pytest.mark.requirement("H-67"),
        ),
        pytest.param(
            "qbo.edited_externally", ["made in", "changed in QuickBooks"], marks=pytest.mark.requirement("H-68")
        ),
        pytest.param(
            "number.duplicate",
            ["number", "already", "Change the number", "sync again"],
            marks=pytest.mark.requirement("T-20"),
        ),
        pytest.param("item.inactive", ["Stoneware Mug (Blue)", "inactive"], marks=pytest.mark.requirement("T-21")),
        pytest.param(
            "item.unusable", ["Stoneware Mug (Blue)", "cannot be used"], marks=pytest.mark.requirement("T-21")
        ),
        pytest.param(
            "product.not_in_location",
            ["Stoneware Mug (Blue)", "belong", "location"],
            marks=pytest.mark.requirement("T-28"),
        ),
    ],
)
def test_the_words_people_know_from_the_vendors_pages_are_kept(code, words):
    text = CATALOGUE.fill(code, _params(code))
    said = f"{text.sentence} {text.explanation} {text.remedy}".casefold()

    for word in words:
        assert word.casefold() in said


def test_an_end_user_is_told_whom_to_ask():
    buttons = {button.fix: button for button in CATALOGUE.fixes("number.duplicate", Role.END_USER)}

    assert list(buttons) == list(CATALOGUE.entry("number.duplicate").fixes)
    assert buttons[Fix.RENUMBER].allowed
    assert buttons[Fix.RENUMBER].label == "Change the number"
    assert not buttons[Fix.ALLOW_DUPLICATE_NUMBER].allowed
    assert buttons[Fix.ALLOW_DUPLICATE_NUMBER].label == "Ask an admin"
    assert buttons[Fix.ALLOW_DUPLICATE_NUMBER].words == "Use the number anyway"
    assert buttons[Fix.ALLOW_DUPLICATE_NUMBER].writes == ("quickbooks",)
    assert all(button.allowed for button in CATALOGUE.fixes("number.duplicate", Role.ADMIN))


def test_what_only_the_operator_may_do_is_asked_of_support():
    (request, grant) = CATALOGUE.fixes("entitlement.beta", Role.ADMIN)

    assert (request.allowed, grant.allowed) == (True, False)
    assert grant.label == "Ask support"
    assert CATALOGUE.fixes("entitlement.beta", Role.OPERATOR)[1].allowed


def test_buttons_name_the_source_and_bring_what_is_known():
    restore = CATALOGUE.fixes("total.mismatch", Role.ADMIN, {"source": "Storefront"})[0]
    numbering = CATALOGUE.fixes("preflight.numbering", Role.ADMIN)[0]

    assert restore.label == "Restore the version of Storefront"
    assert numbering.label == "Let the source number"
    assert numbering.preset == {"rule": "number_policy", "value": "source"}
    assert numbering.inputs == ("rule", "value")
