"""Reading JSON of a source field by field. Whatever is missing, or of another type, is refused by its name."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal

from qbo_connector.canonical import read_date, read_decimal, read_instant
from qbo_connector.errors import DocumentInvalid

THE_ANSWER = "the answer"


class JsonRecord:
    """One JSON object. `key` is the source's name of a field, `title` the one that people see in a finding.

    Methods named `…_or` take a default for a field that is absent or null; the others refuse it. All of them
    raise `DocumentInvalid`, which names the title.
    """

    def __init__(self, value: object, title: str = THE_ANSWER) -> None:
        if not isinstance(value, Mapping):
            raise DocumentInvalid(f"{title} is not an object", field=title, value=_kind(value))
        self._fields = value

    def has(self, key: str) -> bool:
        """Whether the field is there and not null."""
        return self._fields.get(key) is not None

    def text(self, key: str, title: str = "") -> str:
        """A text that is not empty; whole numbers are taken as text, since ids come both ways."""
        if text := self.text_or(key, title):
            return text
        raise DocumentInvalid(f"{key} is empty", field=_name(key, title))

    def text_or(self, key: str, title: str = "", *, default: str = "") -> str:
        """A text, stripped."""
        value = self._fields.get(key)
        if value is None:
            return default
        if isinstance(value, bool) or not isinstance(value, str | int):
            raise DocumentInvalid(f"{key} is not a text", field=_name(key, title), value=_kind(value))
        return _storable(str(value).strip(), _name(key, title))

    def decimal(self, key: str, title: str = "") -> Decimal:
        """An exact number, from a text or a JSON number."""
        return read_decimal(self._fields.get(key), _name(key, title))

    def decimal_or(self, key: str, title: str = "", *, default: Decimal = Decimal(0)) -> Decimal:
        """An exact number."""
        return self.decimal(key, title) if self.has(key) else default

    def date(self, key: str, title: str = "") -> dt.date:
        """A calendar date."""
        return read_date(self._fields.get(key), _name(key, title))

    def date_or_none(self, key: str, title: str = "") -> dt.date | None:
        """A calendar date; None when absent or empty."""
        return self.date(key, title) if self._fields.get(key) not in (None, "") else None

    def instant(self, key: str, title: str = "") -> dt.datetime:
        """An aware instant."""
        return read_instant(self._fields.get(key), _name(key, title))

    def instant_or_none(self, key: str, title: str = "") -> dt.datetime | None:
        """An aware instant; None when absent or empty."""
        return self.instant(key, title) if self._fields.get(key) not in (None, "") else None

    def flag_or(self, key: str, title: str = "", *, default: bool) -> bool:
        """True or false."""
        value = self._fields.get(key)
        if value is None:
            return default
        if not isinstance(value, bool):
            raise DocumentInvalid(f"{key} is neither true nor false", field=_name(key, title), value=_kind(value))
        return value

    def record(self, key: str, title: str = "") -> "JsonRecord":
        """A nested object."""
        return JsonRecord(self._fields.get(key), _name(key, title))

    def record_or_none(self, key: str, title: str = "") -> "JsonRecord | None":
        """A nested object; None when absent."""
        return self.record(key, title) if self.has(key) else None

    def records(self, key: str, title: str = "") -> list["JsonRecord"]:
        """A list of objects; empty when absent."""
        return [JsonRecord(value, _name(key, title)) for value in self._list(key, title)]

    def texts(self, key: str, title: str = "") -> list[str]:
        """A list of texts; empty when absent."""
        return [JsonRecord({key: value}).text(key, title) for value in self._list(key, title)]

    def _list(self, key: str, title: str) -> list[object]:
        value = self._fields.get(key)
        if value is None:
            return []
        if not isinstance(value, list):
            raise DocumentInvalid(f"{key} is not a list", field=_name(key, title), value=_kind(value))
        return value


def _name(key: str, title: str) -> str:
    return title or key.replace("_", " ")


def _kind(value: object) -> str:
    match value:
        case None:
            return "nothing"
        case str():
            return value[:40] or "an empty value"
        case Mapping():
            return "an object"
        case list():
            return "a list"
        case _:
            return str(value)[:40]


def _storable(text: str, title: str) -> str:
    """Refuse what no database and no XML can hold: NUL and lone surrogates."""
    try:
        text.encode()
    except UnicodeEncodeError as err:
        raise DocumentInvalid(f"{title} holds half a character", field=title, value=ascii(text)[:40]) from err
    if "\x00" in text:
        raise DocumentInvalid(f"{title} holds a NUL character", field=title, value=ascii(text)[:40])
    return text
