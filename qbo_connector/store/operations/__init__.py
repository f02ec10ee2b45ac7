"""An operation is one durable intent, such as "push invoice X": asked for, claimed by lease, settled.

- ``asking``: request, with coalescing and idempotency
- ``claiming``: claim, renew, and giving back what a dead worker held
- ``holding``: the guard of every effect, and the order of locks
- ``settling``: what its holder writes about it
- ``looking``: what pages and the doctor read
"""

from qbo_connector.store.operations.asking import Wish, find_by_key, request
from qbo_connector.store.operations.claiming import (
    abandoned,
    break_lease,
    claim,
    claim_more,
    claim_own,
    due_lanes,
    is_due,
    release_owner,
    renew,
)
from qbo_connector.store.operations.holding import guard
from qbo_connector.store.operations.looking import (
    count_open,
    find,
    list_of_record,
    list_open_of_connection,
    list_open_of_record,
    load,
    load_in,
    oldest_due,
    version,
)
from qbo_connector.store.operations.row import Join, Operation, is_open
from qbo_connector.store.operations.settling import cancel, defer, finish, keep_plan, set_phase
from qbo_connector.store.operations.standing_still import list_stuck

__all__ = [
    "Join",
    "Operation",
    "Wish",
    "abandoned",
    "break_lease",
    "cancel",
    "claim",
    "claim_more",
    "claim_own",
    "count_open",
    "defer",
    "due_lanes",
    "find",
    "find_by_key",
    "finish",
    "guard",
    "is_due",
    "is_open",
    "keep_plan",
    "list_of_record",
    "list_open_of_connection",
    "list_open_of_record",
    "list_stuck",
    "load",
    "load_in",
    "oldest_due",
    "release_owner",
    "renew",
    "request",
    "set_phase",
    "version",
]
