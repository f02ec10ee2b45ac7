"""One fault, looked up: its reason, what mends it, and the values its sentence needs."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from qbo_connector.qbo.faults.context import Context
from qbo_connector.qbo.faults.pieces import pieces
from qbo_connector.qbo.faults.table import Recovery, home_of
from qbo_connector.qbo.faults.value import Fault

_ANYWHERE = Context()
_RETRIED = frozenset({Recovery.THROTTLED, Recovery.UNAVAILABLE, Recovery.UNCLEAR, Recovery.STALE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Classified:
    """``reason`` is a code of the findings catalogue; ``params`` are of :func:`~.pieces.pieces`."""

    fault: Fault
    reason: str
    recovery: Recovery
    params: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def retryable(self) -> bool:
        """Whether time alone mends it."""
        return self.recovery in _RETRIED


def classify(fault: Fault, context: Context = _ANYWHERE) -> Classified:
    """The home of one fault in the index, with the pieces of its words."""
    rule = home_of(fault, context)
    return Classified(fault=fault, reason=rule.reason, recovery=rule.recovery, params=pieces(fault))
