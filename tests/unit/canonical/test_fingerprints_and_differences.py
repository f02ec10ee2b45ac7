import subprocess
import sys
from datetime import UTC, date, datetime
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from qbo_connector.canonical import Invoice, Item, Line, Party, Status, difference, fingerprint
from qbo_connector.canonical.keys import email_key, name_key, number_key


def small_invoice(**changes):
    line = Line(
        external_id="li_1",
        item=Item(external_id="p1", name="Mug", sold_at=frozenset({"a", "b"})),
        amount=Decimal("10.00"),
        unit_price=Decimal(10),
    )
    fields = {
        "external_id": "inv_1",
        "number": "1",
        "status": Status.OPEN,
        "issue_date": date(2026, 1, 2),
        "currency": "USD",
        "customer": Party(name="Acme"),
        "lines": (line,),
        "total": Decimal("10.00"),
    }
    return Invoice(**fields | changes)


def test_stamps_and_status_words_do_not_count():
    stamped = small_invoice(updated_at=datetime(2026, 1, 3, tzinfo=UTC), status_label="Sent")

    assert fingerprint(stamped) == fingerprint(small_invoice())


def test_equal_amounts_written_differently_have_one_fingerprint():
    assert fingerprint({"a": Decimal("1.50")}) == fingerprint({"a": Decimal("1.5")})
    assert fingerprint({"a": Decimal("0.00")}) == fingerprint({"a": Decimal(0)})
    assert fingerprint({"a": Decimal(100)}) == fingerprint({"a": Decimal("1E+2")})


@given(st.dictionaries(st.text(max_size=5), st.integers() | st.text(max_size=5) | st.none(), max_size=6))
def test_the_order_of_fields_does_not_count(content):
    backwards = dict(reversed(list(content.items())))

    assert fingerprint(content) == fingerprint(backwards)


def test_the_fingerprint_is_the_same_in_another_process_with_another_hash_seed():
    program = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from test_fingerprints_and_differences import small_invoice\n"
        "from qbo_connector.canonical import fingerprint\n"
        "print(fingerprint(small_invoice()))"
    )
    prints = {
        subprocess.run(  # noqa: S603 - our own interpreter and program
            [sys.executable, "-c", program, __file__.rpartition("/")[0]],
            env={"PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for seed in ("1", "2")
    }

    assert prints == {fingerprint(small_invoice())}


def test_any_content_counts():
    assert fingerprint(small_invoice(number="2")) != fingerprint(small_invoice())
    assert fingerprint(small_invoice(status=Status.PAID)) != fingerprint(small_invoice())


def test_the_difference_names_each_field_once_and_lines_by_their_id():
    before = small_invoice()
    line = before.lines[0]
    after = small_invoice(lines=(line.but(unit_price=Decimal(12), amount=Decimal(12)),), total=Decimal(12))

    changes = {change.path: (change.before, change.after) for change in difference(before, after)}

    assert changes == {
        "lines[li_1].unit_price": ("10", "12"),
        "lines[li_1].amount": ("10.00", "12"),
        "total": ("10.00", "12"),
    }
    assert difference(before, before) == ()


def test_a_line_that_came_or_went_is_one_change():
    before = small_invoice()
    after = small_invoice(lines=(), total=Decimal(0))

    (gone, total) = difference(before, after)

    assert gone.path == "lines[li_1]"
    assert gone.after is None
    assert gone.label == "lines"
    assert total.label == "total"


def test_keys_compare_as_quickbooks_does():
    assert name_key("  Acme   Retail LLC (deleted)") == name_key("ACME retail llc")
    assert name_key("Straße") == name_key("STRASSE")
    assert email_key(" AP@Acme.example ") == "ap@acme.example"
    assert number_key(" w-1042") == "w-1042"
