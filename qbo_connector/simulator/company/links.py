"""Which document settles which, and by how much."""

from decimal import Decimal

from qbo_connector.simulator.company.records import Key
from qbo_connector.simulator.wire.numbers import ZERO


class LinkBook:
    """Amounts applied by one document (the source) to another (the target)."""

    def __init__(self) -> None:
        self._by_target: dict[Key, dict[Key, Decimal]] = {}
        self._by_source: dict[Key, dict[Key, Decimal]] = {}

    def replace(self, source: Key, amounts: dict[Key, Decimal]) -> set[Key]:
        """Let `source` apply exactly `amounts`; returns every target that gained, lost or changed."""
        touched = set(self._by_source.pop(source, {}))
        for target in touched:
            self._by_target[target].pop(source, None)
        if amounts:
            self._by_source[source] = dict(amounts)
        for target, amount in amounts.items():
            self._by_target.setdefault(target, {})[source] = amount
        return touched | set(amounts)

    def applied_to(self, target: Key) -> Decimal:
        """How much of `target` is settled."""
        return sum(self._by_target.get(target, {}).values(), ZERO)

    def applied_by(self, source: Key, target: Key) -> Decimal:
        """How much of `target` is settled by `source`."""
        return self._by_source.get(source, {}).get(target, ZERO)

    def sources_of(self, target: Key) -> list[Key]:
        """What settles `target`, oldest first."""
        return list(self._by_target.get(target, {}))

    def targets_of(self, source: Key) -> dict[Key, Decimal]:
        """What `source` settles."""
        return dict(self._by_source.get(source, {}))

    def dump(self) -> list[tuple[Key, Key, str]]:
        """Every link, for the state file."""
        return [
            (source, target, str(amount))
            for source, targets in self._by_source.items()
            for target, amount in targets.items()
        ]
