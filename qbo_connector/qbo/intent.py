"""What one call is for: the things the HTTP request itself does not say."""

from dataclasses import dataclass, field

from qbo_connector.qbo.faults import Context
from qbo_connector.qbo.limits import Lane


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """One call's purpose.

    Args:
        context: operation and entity, for telling faults apart.
        lane: whose turn it takes.
        expects: key of the answer that proves success, in any case; empty where nothing is expected.
        reads: how many metered reads a good answer costs.
        requestid: for the evidence.
        batch: whether it counts against the batch limit.
        reads_only: whether it is a batch that holds nothing but queries.
    """

    context: Context = field(default_factory=Context)
    lane: Lane = Lane.BULK
    expects: str = ""
    reads: int = 0
    requestid: str = ""
    batch: bool = False
    reads_only: bool = False
