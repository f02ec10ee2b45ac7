"""Who holds a name or a number, without looking through the whole table."""

from collections.abc import Iterator

from qbo_connector.simulator.company.records import Body, Key, Record
from qbo_connector.simulator.entities.kinds import EntityKind, Family

IndexKey = tuple[str, str]
NUMBER_SPACE = "number:"
NAME_SPACE = "name"


class Index:
    """Names and document numbers, compared without regard to case."""

    def __init__(self) -> None:
        self._holders: dict[IndexKey, dict[Key, None]] = {}

    def add(self, record: Record) -> None:
        """Note what `record` is called."""
        for key in _keys(record.kind, record.body):
            self._holders.setdefault(key, {})[record.key] = None

    def remove(self, record: Record) -> None:
        """Forget it."""
        for key in _keys(record.kind, record.body):
            self._holders.get(key, {}).pop(record.key, None)

    def holders(self, space: str, text: str) -> Iterator[Key]:
        """The records called `text` in `space`."""
        yield from list(self._holders.get((space, text.casefold()), {}))


def name_space(kind: EntityKind) -> str:
    """The namespace in which a kind's names are unique: people share one, each list has its own."""
    return NAME_SPACE if kind.family is Family.NAME else f"{NAME_SPACE}:{kind.name}"


def own_name(kind: EntityKind, body: Body) -> str:
    """What must be unique about a list entry; for a sub-entry that is its full path."""
    if kind.family is Family.NAME and kind.name != "Customer":
        return str(body.get("DisplayName", ""))
    for field in ("FullyQualifiedName", "DisplayName", "Name"):
        if body.get(field):
            return str(body[field])
    return ""


def _keys(kind: EntityKind, body: Body) -> Iterator[IndexKey]:
    if kind.is_transaction:
        if body.get("DocNumber"):
            yield (f"{NUMBER_SPACE}{kind.name}", str(body["DocNumber"]).casefold())
    elif name := own_name(kind, body):
        yield (name_space(kind), name.casefold())
        if kind.family is Family.NAME and body.get("DisplayName", name) != name:
            yield (name_space(kind), str(body["DisplayName"]).casefold())
