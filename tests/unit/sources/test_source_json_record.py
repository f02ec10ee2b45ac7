from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from qbo_connector.errors import DocumentInvalid
from qbo_connector.sources import JsonRecord

RECORD = JsonRecord({
    "id": 7, "name": " Acme ", "amount": Decimal("1.50"), "text_amount": "2.25", "count": 3, "on": "2026-10-02",
    "at": "2026-10-02T16:04:11Z", "flag": False, "nothing": None, "empty": "", "child": {"x": "y"},
    "rows": [{"n": "1"}, {"n": "2"}], "tags": ["a", "b"], "float": 1.5, "huge": "1" * 99, "nul": "a\x00b",
    "half": "\ud800",
})  # fmt: skip


def test_values_are_read_by_their_kind():
    assert RECORD.text("id") == "7"
    assert RECORD.text("name") == "Acme"
    assert RECORD.text_or("nothing", default="none") == "none"
    assert RECORD.decimal("amount") == Decimal("1.50")
    assert RECORD.decimal("text_amount") == Decimal("2.25")
    assert RECORD.decimal_or("nothing") == 0
    assert RECORD.date("on") == date(2026, 10, 2)
    assert RECORD.date_or_none("empty") is None
    assert RECORD.instant("at") == datetime(2026, 10, 2, 16, 4, 11, tzinfo=UTC)
    assert RECORD.instant_or_none("nothing") is None
    assert RECORD.flag_or("flag", default=True) is False
    assert RECORD.flag_or("nothing", default=True) is True
    assert RECORD.record("child").text("x") == "y"
    assert RECORD.record_or_none("nothing") is None
    assert [row.text("n") for row in RECORD.records("rows")] == ["1", "2"]
    assert RECORD.records("nothing") == []
    assert RECORD.texts("tags") == ["a", "b"]
    assert RECORD.has("flag")
    assert not RECORD.has("nothing")


@pytest.mark.parametrize(
    ("read", "field"),
    [
        (lambda: RECORD.text("empty"), "empty"),
        (lambda: RECORD.text("child", "the child"), "the child"),
        (lambda: RECORD.text("flag"), "flag"),
        (lambda: RECORD.text("nul"), "nul"),
        (lambda: RECORD.text("half"), "half"),
        (lambda: RECORD.decimal("float"), "float"),
        (lambda: RECORD.decimal("name", "unit price"), "unit price"),
        (lambda: RECORD.decimal("text_total"), "text total"),
        (lambda: RECORD.date("name"), "name"),
        (lambda: RECORD.instant("on"), "on"),
        (lambda: RECORD.flag_or("count", default=True), "count"),
        (lambda: RECORD.record("rows"), "rows"),
        (lambda: RECORD.records("child"), "child"),
        (lambda: RECORD.records("tags"), "tags"),
        (lambda: RECORD.texts("rows"), "rows"),
        (lambda: JsonRecord([]), "the answer"),
        (lambda: JsonRecord(None, "invoice"), "invoice"),
    ],
)
def test_whatever_is_wrong_is_refused_by_its_name(read, field):
    with pytest.raises(DocumentInvalid) as refusal:
        read()

    assert refusal.value.field == field
