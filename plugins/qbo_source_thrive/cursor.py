"""How far a reading of changes has come.

Pages are cut by the stamp of the last row, not by counting on: a record that changes while pages are read moves to
the end, and everything behind it would shift across a page border unseen. Only when more rows share one stamp than
fit on a page is the page number advanced.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Self

from qbo_connector.errors import DocumentInvalid


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeCursor:
    """`since` is asked for inclusively; `seen` are the ids already told that bear this very stamp."""

    since: str = ""
    page: int = 1
    seen: tuple[str, ...] = ()

    @classmethod
    def read(cls, text: str | None) -> Self:
        """The cursor in its stored form; None begins at the beginning.

        Raises:
            DocumentInvalid: it is none of ours.
        """
        if not text:
            return cls()
        try:
            stored = json.loads(text)
            return cls(since=str(stored["since"]), page=int(stored["page"]), seen=tuple(map(str, stored["seen"])))
        except (ValueError, KeyError, TypeError) as err:
            raise DocumentInvalid("the cursor of changes is not ours", field="cursor", value=text) from err

    def after(self, rows: Sequence[tuple[str, str]], *, more: bool) -> Self:
        """The cursor behind a page of (id, stamp) rows, oldest first."""
        if not rows:
            return type(self)(since=self.since, seen=self.seen)
        last = rows[-1][1]
        here = tuple(row_id for row_id, stamp in rows if stamp == last)
        if last != self.since:
            return type(self)(since=last, seen=here)
        seen = tuple(dict.fromkeys((*self.seen, *here)))
        return type(self)(since=last, seen=seen, page=self.page + 1 if more else 1)

    def __str__(self) -> str:
        """The stored form."""
        return json.dumps(asdict(self), separators=(",", ":"))
