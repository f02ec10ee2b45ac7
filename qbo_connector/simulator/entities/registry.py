"""Finding an entity by the name a client uses for it."""

from functools import cache

from qbo_connector.simulator.entities import lists, names, purchases, sales, settings
from qbo_connector.simulator.entities.kinds import EntityKind

ALL_KINDS: tuple[EntityKind, ...] = (
    *names.KINDS,
    *lists.KINDS,
    *settings.KINDS,
    *sales.KINDS,
    *purchases.KINDS,
)


@cache
def kind_named(name: str) -> EntityKind | None:
    """The entity called `name` in a path, a query or a batch, in whatever case."""
    return {kind.name.lower(): kind for kind in ALL_KINDS}.get(name.lower())


def kind(name: str) -> EntityKind:
    """An entity that is known to exist.

    Raises:
        KeyError: it does not.
    """
    found = kind_named(name)
    if found is None:
        raise KeyError(name)
    return found
