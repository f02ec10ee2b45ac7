"""A catalogue that contradicts itself does not load, and says where it does."""

import re
import shutil
from importlib.resources import as_file
from pathlib import Path

import pytest

from qbo_connector.errors import ConfigurationError
from qbo_connector.policy.catalogue.files import data_folder
from qbo_connector.policy.catalogue.load import read_catalogue


@pytest.fixture
def data(tmp_path) -> Path:
    """A copy of the shipped data that a test may spoil."""
    with as_file(data_folder()) as shipped:
        return Path(shutil.copytree(shipped, tmp_path / "data"))


def _spoil(file: Path, old: str, new: str) -> None:
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), "utf-8")


def _finding(code: str, **changes: str) -> str:
    rows = {
        "class": '"held"', "who": '"admin"', "retry": '"none"', "sentence": '"It waits."', "explanation": '"So."',
        "remedy": '"Wait."', "fixes": "[]", "rows": '["T-1"]',
    } | changes  # fmt: skip
    return f'[[finding]]\ncode = "{code}"\n' + "".join(f"{key} = {value}\n" for key, value in rows.items())


def _replace(data: Path, code: str, **changes: str) -> None:
    """Put a small finding in the place of the shipped one of this code."""
    for file in (data / "findings").iterdir():
        text = file.read_text("utf-8")
        pattern = rf'\[\[finding\]\]\ncode = "{re.escape(code)}".*?(?=\n\[\[finding\]\]|\Z)'
        file.write_text(re.sub(pattern, lambda _: _finding(code, **changes), text, flags=re.DOTALL), "utf-8")


def test_the_copied_data_load(data):
    assert len(read_catalogue(data).entries) == len(read_catalogue().entries)


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"fixes": '["dance"]'}, "number.missing, fixes.0: “dance” is not known; run python -m"),
        ({"sentence": '"It is {weather}."'}, "number.missing uses the unknown placeholder {weather}."),
        ({"remedy": '"Ask {weather}."'}, "number.missing uses the unknown placeholder {weather}."),
        (
            {"sentence": '"It is {document!r}."'},
            "The gap {document} of “It is {document!r}.” has to be a plain name.",
        ),
        ({"sentence": '"It is {document:>9}."'}, "has to be a plain name."),
        ({"sentence": '"It is {}."'}, "has to be a plain name."),
        ({"sentence": '"It is {document."'}, "has a brace that stands alone."),
        ({"sentence": f'"{"x" * 161}"'}, "has a sentence of 161 characters once filled; 160 are allowed."),
        (
            {"sentence": f'"{"x" * 130}{{tax}}{{document}}"'},
            "has a sentence that can come to 162 characters however its values are shortened.",
        ),
        ({"class": '"broken"'}, "number.missing, class: “broken” is not known"),
        ({"class": '"connection-wide"'}, "is connection-wide and needs a wider scope than a record."),
        ({"scope": '"pairing"'}, "is held and can only be about a record."),
        ({"retry": '"after-cause-changes"'}, "is retried after-cause-changes and has to name what is watched."),
        ({"causes": '["payment"]'}, "watches causes, although its retry is none."),
        ({"rows": '["T20"]'}, "number.missing, rows.0: String should match pattern"),
        ({"rows": "[]"}, "number.missing, rows: Tuple should have at least 1 item"),
        ({"colour": '"red"'}, "number.missing, colour: Extra inputs are not permitted."),
        ({"plural_by": '"count"'}, "needs plural_by and a plural form together."),
        ({"sentence_one": '"It waits."'}, "needs plural_by and a plural form together."),
        ({"plural_by": '"count"', "sentence_one": '"It waits."'}, "cannot take its plural from {count}."),
        (
            {"sentence": '"{tax} waits."', "plural_by": '"tax"', "sentence_one": '"{tax} waits."'},
            "cannot take its plural from {tax}.",
        ),
        (
            {"sentence": '"{count} wait."', "plural_by": '"count"', "sentence_one": '"One waits."'},
            "has plural forms with other gaps than its sentence.",
        ),
        ({"fixes": '["set_rule"]'}, "has to word its button set_rule."),
        ({"buttons": '{ set_rule = { label = "Do" } }'}, "words the button set_rule, which it does not offer."),
        (
            {"fixes": '["set_rule"]', "buttons": '{ set_rule = { label = "Do", preset = { why = "x" } } }'},
            "fills in why, which set_rule does not ask for.",
        ),
        ({"reasons": '{ one = "it rains" }'}, "needs the placeholder {reason} and its clauses together."),
        ({"sentence": '"It waits: {reason}."'}, "needs the placeholder {reason} and its clauses together."),
        ({"reason_required": "true"}, "cannot require a reason without clauses."),
        (
            {"fixes": '["retry"]', "leads": '{ state = { on = "retry" } }'},
            "orders its buttons by {state}, which it never says.",
        ),
        (
            {"sentence": '"It is {state}."', "fixes": '["retry"]', "leads": '{ state = { wet = "retry" } }'},
            "orders its buttons by wet, none of the choices of {state}.",
        ),
        (
            {"sentence": '"It is {state}."', "leads": '{ state = { on = "retry" } }'},
            "leads with the button retry, which it does not offer.",
        ),
    ],
)
def test_a_finding_that_cannot_be_is_refused_in_a_sentence(data, changes, problem):
    _replace(data, "number.missing", **changes)

    with pytest.raises(ConfigurationError) as refused:
        read_catalogue(data)

    assert problem in str(refused.value)


def test_a_clause_that_makes_the_sentence_too_long_is_refused(data):
    _replace(data, "number.missing", sentence=f'"{"x" * 60}{{reason}}"', reasons=f'{{ one = "{"y" * 101}" }}')

    with pytest.raises(ConfigurationError, match="can come to 161 characters"):
        read_catalogue(data)


def test_a_code_that_stands_twice_is_refused(data):
    with (data / "findings" / "05_numbers.toml").open("a", encoding="utf-8") as file:
        file.write(_finding("number.missing"))

    with pytest.raises(ConfigurationError, match=r"The code “number\.missing” stands in the data 2 times"):
        read_catalogue(data)


def test_a_code_without_data_is_refused(data):
    (data / "findings" / "11_bills.toml").unlink()
    (data / "findings" / "11_bills.txt").write_text("no data", "utf-8")

    with pytest.raises(ConfigurationError, match=r"bill\.cannot_void has no data; run python -m"):
        read_catalogue(data)


def test_a_code_that_nobody_generated_is_refused(data):
    with (data / "findings" / "05_numbers.toml").open("a", encoding="utf-8") as file:
        file.write(_finding("number.odd"))

    with pytest.raises(ConfigurationError, match=r"number\.odd, code: “number\.odd” is not known; run python"):
        read_catalogue(data)


def test_a_button_without_data_is_refused(data):
    file = data / "fixes.toml"
    first, second, rest = file.read_text("utf-8").split("\n[[fix]]\n", 2)
    assert 'action = "link_customer"' in second
    file.write_text(f"{first}\n[[fix]]\n{rest}", "utf-8")

    with pytest.raises(ConfigurationError, match="link_customer has no data; run python -m"):
        read_catalogue(data)


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('fallback = "this document"\n', "", "{document} needs a fallback, or to be always known"),
        ('fallback = "this document"\n', 'fallback = "x"\nalways_known = true\n', "and not both"),
        ("longest = 40\n", "longest = 12\n", "{document} holds 12 characters, too few for invoice W-1042"),
        ('on = "on"\noff = "off"', 'on = "on"', "the sample of {state} is none of its choices"),
        ('kind = "text"', 'kind = "verse"', "document, kind: “verse” is not known"),
    ],
)
def test_a_placeholder_that_cannot_be_is_refused(data, old, new, problem):
    _spoil(data / "placeholders.toml", old, new)

    with pytest.raises(ConfigurationError) as refused:
        read_catalogue(data)

    assert problem in str(refused.value)


def test_a_choice_without_choices_is_refused(data):
    _spoil(data / "placeholders.toml", '[placeholder.choices]\non = "on"\noff = "off"\n', "")

    with pytest.raises(ConfigurationError, match=r"uses \{state\}, which has no choices"):
        read_catalogue(data)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[[fix", "fixes.toml is not TOML"),
        ("[[fox]]\n", "fixes.toml has to hold [[fix]] tables and nothing else."),
    ],
)
def test_a_file_that_cannot_be_read_is_named(data, text, problem):
    (data / "fixes.toml").write_text(text, "utf-8")

    with pytest.raises(ConfigurationError) as refused:
        read_catalogue(data)

    assert problem in str(refused.value)
