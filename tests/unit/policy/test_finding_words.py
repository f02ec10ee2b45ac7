"""Values from outside stand in our sentences without breaking them."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qbo_connector.errors import ConfigurationError
from qbo_connector.policy.catalogue import as_list, document_words, load_catalogue
from qbo_connector.policy.catalogue.rows import PlaceholderKind
from qbo_connector.policy.catalogue.wording import (
    capitalised,
    clean,
    few,
    joined,
    line_numbers,
    lines,
    parts_of,
    shorten,
)

CATALOGUE = load_catalogue()
anything = st.text(alphabet=st.characters(), max_size=120)


@pytest.mark.parametrize(
    ("value", "cleaned"),
    [
        ("  Acme  Retail\tLLC ", "Acme Retail LLC"),
        ("Acme\r\nBcc: everyone", "Acme Bcc: everyone"),
        ("Acme\u2028Retail\x0bLLC\x85x", "Acme Retail LLC x"),
        ("Ac\x00me\x1b[31m", "Acme[31m"),
        ("\u202eLLC\u202c \u2067x\u2069\u200f\u061c", "LLC x"),
        ("Ac\u00adme\u200b\ufeff", "Acme"),
        ("a \u200b b", "a b"),
        ("\u200b \u2060", ""),
        ("\u200d\u200c", ""),
        ("half \ud83d", "half"),
        ("👩\u200d🔧 Café", "👩\u200d🔧 Café"),
        ("  a", "a"),
        ("", ""),
    ],
)
def test_nothing_hidden_survives_in_a_value(value, cleaned):
    assert clean(value) == cleaned


@given(value=anything)
def test_a_cleaned_value_is_one_visible_line_and_stays_so(value):
    cleaned = clean(value)

    assert clean(cleaned) == cleaned
    assert cleaned == " ".join(cleaned.split())
    assert not {unicodedata.category(character) for character in cleaned} & {"Cc", "Zl", "Zp", "Cs"}
    assert not {unicodedata.bidirectional(character) for character in cleaned} & {
        "LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI",
    }  # fmt: skip
    cleaned.encode()


@pytest.mark.parametrize(
    ("text", "longest", "short"),
    [
        ("abcdef", 6, "abcdef"),
        ("abcdefg", 6, "abc…fg"),
        ("abcdefgh", 7, "abc…fgh"),
        ("Acme Retail International LLC", 16, "Acme Ret…nal LLC"),
        ("one two three four five", 9, "one…five"),
    ],
)
def test_a_long_value_loses_its_middle(text, longest, short):
    assert shorten(text, longest) == short


@given(text=anything, longest=st.integers(3, 60))
def test_a_shortened_value_is_never_too_long(text, longest):
    assert len(shorten(text, longest)) <= longest


@pytest.mark.parametrize(
    ("text", "written"),
    [("invoice 7", "Invoice 7"), ("ß-Werk", "ß-Werk"), ("", ""), ("3 lines", "3 lines"), ("ärger", "Ärger")],
)
def test_the_first_letter_is_capital_where_it_has_one(text, written):
    assert capitalised(text) == written


def test_lists_are_said_in_words():
    assert joined(["open", "paid", "void"]) == "open, paid and void"
    assert (joined(["open"]), joined([])) == ("open", "")
    assert few(["a", "b", "c"]) == "a, b, c"
    assert few(["a", "b", "c", "d"]) == "a, b, c and 1 more"
    assert parts_of(as_list(["Mug", " Mug ", "Gift\nBox", ""])) == ["Mug", "Gift Box"]


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("2", "line 2"),
        ("line 2", "line 2"),
        ("5\n2\n5", "lines 2 and 5"),
        ("lines 2 and 5", "lines 2 and 5"),
        ("lines 2, 5 and 12\n7", "lines 2, 5, 7 and 12"),
        ("12\n15\n17\n24\n29", "5 lines"),
        ("the shipping line\n2", "the shipping line and 2"),
        ("", ""),
    ],
)
def test_lines_are_said_by_their_numbers(value, words):
    assert lines(line_numbers(value), 20) == words


def test_a_sentence_is_filled_shortened_and_capitalised():
    text = CATALOGUE.fill(
        "number.duplicate",
        {"number": "W-1042", "company": "Oak & Pine LLC", "document": "invoice W-1042", "source": "Storefront"},
    )

    assert text.code == "number.duplicate"
    assert text.sentence == (
        "Number W-1042 is already used in Oak & Pine LLC by another document, so invoice W-1042 was not synced."
    )
    assert text.remedy.startswith("Change the number in Storefront and sync again")


def test_a_value_is_never_read_as_a_gap():
    text = CATALOGUE.fill("qbo.refused", {"document": "{company} {0} %s <b>"})

    assert text.sentence == "QuickBooks refused {company} {0} %s <b>; what it said stands under Details."


def test_full_values_stand_under_details():
    long = "A very long customer name that goes on and on until the line is full"
    text = CATALOGUE.fill("customer.inactive", {"customer": f"\u202e{long}\n", "unheard_of": "x\n\ny"})

    assert "A very long customer…il the line is full is inactive" in text.sentence
    assert text.params == {"customer": long, "unheard_of": "x\ny"}


def test_the_longest_values_give_way_first():
    text = CATALOGUE.fill(
        "customer.missing",
        {"document": "invoice " + "9" * 32, "source": "S" * 24, "customer": "C" * 40, "email": "e" * 40},
    )

    assert 150 < len(text.sentence) <= 160
    assert "S" * 20 in text.sentence
    assert "C" * 40 not in text.sentence


@pytest.mark.parametrize(
    ("code", "params", "sentence"),
    [
        (
            "item.custom_line_used",
            {"count": "1"},
            "1 line of this document matches no QuickBooks product and goes to this product.",
        ),
        (
            "item.custom_line_used",
            {"count": "1,200"},
            "1,200 lines of this document match no QuickBooks product and go to this product.",
        ),
        (
            "item.custom_line_used",
            {},
            "Several lines of this document match no QuickBooks product and go to this product.",
        ),
        (
            "item.custom_line_used",
            {"count": "a few"},
            "A few lines of this document match no QuickBooks product and go to this product.",
        ),
        ("installation.no_worker", {"count": "1"}, "Nobody is working on the queue, so 1 sync is waiting."),
        ("tax.code_missing", {"line": "3"}, "Line 3 of this document has no QuickBooks tax code for it."),
        (
            "tax.code_missing",
            {"line": "3\n4"},
            "Lines 3 and 4 of this document have no QuickBooks tax code for it.",
        ),
        (
            "product.not_in_location",
            {"items": "Mug"},
            "Mug on this document does not belong to its location in the source.",
        ),
        (
            "product.not_in_location",
            {"items": "Mug\nBox"},
            "Mug, Box on this document do not belong to its location in the source.",
        ),
        (
            "connection.permissions_declined",
            {"missing": "openid"},
            "QuickBooks was not connected: openid was not accepted.",
        ),
        (
            "connection.permissions_declined",
            {"missing": "openid\nemail"},
            "QuickBooks was not connected: openid and email were not accepted.",
        ),
    ],
)
def test_sentences_agree_with_their_number(code, params, sentence):
    assert CATALOGUE.fill(code, params).sentence == sentence


@pytest.mark.parametrize(
    ("code", "params", "words"),
    [
        ("item.unusable", {"reason": "no_income_account"}, ": it has no income account."),
        ("item.unusable", {"reason": "it is a category"}, ": it is a category."),
        ("item.unusable", {"reason": "stock_begins", "date": "Oct 2, 2026"}, ": its stock begins on Oct 2, 2026."),
        ("item.unusable", {"reason": "<script>"}, ": QuickBooks does not say why."),
        ("item.unusable", {}, ": QuickBooks does not say why."),
        ("account.unset", {"account_role": "bank"}, "needs a bank account, and"),
        ("account.unset", {"account_role": "a bank account"}, "needs a bank account, and"),
        ("account.unset", {"account_role": "your savings"}, "needs an account, and"),
    ],
)
def test_clauses_come_from_closed_lists(code, params, words):
    assert words in CATALOGUE.fill(code, params).sentence


def test_what_is_always_known_cannot_be_left_out():
    with pytest.raises(ConfigurationError, match=r"connection\.expiring cannot be worded without date"):
        CATALOGUE.fill("connection.expiring", {"date": "\u200b"})
    with pytest.raises(ConfigurationError, match=r"has no code “number\.odd”"):
        CATALOGUE.fill("number.odd")


def test_a_document_without_a_number_is_named_by_what_is_known():
    assert document_words("invoice", "W-1042", date="Oct 16", party="Acme") == "invoice W-1042"
    assert document_words("bill", date="Oct 16", party="Paper Co") == "bill of Oct 16 from Paper Co"
    assert document_words("bill", " ", party="Paper Co") == "bill from Paper Co"
    assert document_words("bill") == "bill"


@given(
    code=st.sampled_from(list(CATALOGUE.entries)),
    values=st.fixed_dictionaries(
        {name: anything for name, row in CATALOGUE.placeholders.items() if row.kind is not PlaceholderKind.CHOICE}
    ),
)
def test_no_hostile_value_breaks_a_sentence(code, values):
    params = {name: value or "x" for name, value in values.items()} | {"state": "on"}
    try:
        sentence = CATALOGUE.fill(code, params).sentence
    except ConfigurationError:
        hidden = [
            name
            for name, value in params.items()
            if CATALOGUE.placeholders[name].always_known and not clean(value)
        ]
        assert hidden
        return
    assert len(sentence) <= 160
    assert sentence == clean(sentence)
