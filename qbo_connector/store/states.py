"""The closed sets of values that tables hold; the database checks each of them as well."""

from enum import StrEnum


class Role(StrEnum):
    """What a member may do in an organization."""

    OWNER = "owner"
    ADMIN = "admin"
    BOOKKEEPER = "bookkeeper"
    VIEWER = "viewer"


class ConnectionState(StrEnum):
    """Whether a QuickBooks company can be worked with."""

    ACTIVE = "active"
    PAUSED = "paused"
    EXPIRED = "expired"
    DISCONNECTED = "disconnected"


class SourceAccountState(StrEnum):
    """Whether a source account can be worked with."""

    ACTIVE = "active"
    PAUSED = "paused"
    UNINSTALLED = "uninstalled"


class WidgetKeyState(StrEnum):
    """Whether a widget key opens anything."""

    ACTIVE = "active"
    RETIRED = "retired"


class PairingState(StrEnum):
    """Whether a sync is switched on."""

    ON = "on"
    OFF = "off"


class RecordState(StrEnum):
    """Where a record of a source stands, as people see it."""

    NEW = "new"
    SYNCED = "synced"
    SYNCING = "syncing"
    HELD = "held"
    FAILING = "failing"
    EXCLUDED = "excluded"
    WAITING = "waiting"
    DISMISSED = "dismissed"
    SHADOWED = "shadowed"


class BindingState(StrEnum):
    """Whether a link between the two sides still holds."""

    ACTIVE = "active"
    ENDED = "ended"


class InQuickBooks(StrEnum):
    """What became of a linked document in QuickBooks since we last wrote or read it."""

    INTACT = "intact"
    CHANGED = "changed"
    VOIDED = "voided"
    DELETED = "deleted"


class Origin(StrEnum):
    """How a link came about."""

    SOURCE = "source"
    QUICKBOOKS = "quickbooks"
    IMPORT = "import"
    ADOPTED = "adopted"
    LINKED = "linked"


class Lane(StrEnum):
    """Which traffic goes first: in this order."""

    INTERACTIVE = "interactive"
    EVENT = "event"
    BULK = "bulk"
    MAINTENANCE = "maintenance"

    @property
    def rank(self) -> int:
        """0 goes first."""
        return tuple(Lane).index(self)


class Intent(StrEnum):
    """What an operation wants."""

    PUSH = "push"
    UPDATE = "update"
    CREATE_COPY = "create_copy"
    VOID = "void"
    UNDO = "undo"
    LINK = "link"
    UNLINK = "unlink"
    FIX = "fix"
    PULL = "pull"
    PAYMENTS = "payments"
    WRITE_BACK = "write_back"
    AUTOMATION = "automation"
    REFRESH = "refresh"
    LOAD_MIRROR = "load_mirror"
    CHANGES = "changes"
    PREFLIGHT = "preflight"
    BACKFILL = "backfill"
    RECONCILE = "reconcile"
    PROBE = "probe"


class OperationState(StrEnum):
    """Where an operation stands. Queued and waiting differ only in what people are told."""

    QUEUED = "queued"
    RUNNING = "running"
    WAITING = "waiting"
    DONE = "done"


class Outcome(StrEnum):
    """How a finished operation ended."""

    SYNCED = "synced"
    UNCHANGED = "unchanged"
    EXCLUDED = "excluded"
    HELD = "held"
    FAILED = "failed"
    CANCELLED = "cancelled"
    SHADOWED = "shadowed"


class StepState(StrEnum):
    """Where one effect stands: planned, sent, answered, then applied or refused; or given up before sending."""

    PLANNED = "planned"
    SENT = "sent"
    ANSWERED = "answered"
    APPLIED = "applied"
    REFUSED = "refused"
    ABANDONED = "abandoned"


class BatchState(StrEnum):
    """Where a batch stands; it is settled whole."""

    PLANNED = "planned"
    SENT = "sent"
    ANSWERED = "answered"
    SETTLED = "settled"
    ABANDONED = "abandoned"


class FindingScope(StrEnum):
    """What a finding is about."""

    RECORD = "record"
    PAIRING = "pairing"
    SOURCE_ACCOUNT = "source_account"
    CONNECTION = "connection"
    ORGANIZATION = "organization"
    INSTALLATION = "installation"


class FindingClass(StrEnum):
    """The classes of the findings catalogue."""

    EXCLUDED = "excluded"
    HELD = "held"
    FAILING_RETRYABLE = "failing-retryable"
    FAILING_NEEDS_PERSON = "failing-needs-person"
    CONNECTION_WIDE = "connection-wide"
    WARNING = "warning"


class FindingState(StrEnum):
    """Whether a finding still stands."""

    OPEN = "open"
    RESOLVED = "resolved"
    DISMISSED = "dismissed"


class RunState(StrEnum):
    """Where a run stands."""

    COLLECTING = "collecting"
    RUNNING = "running"
    DONE = "done"
    CANCELLED = "cancelled"


class FeedState(StrEnum):
    """How much of a list of QuickBooks the mirror holds."""

    NONE = "none"
    LOADING = "loading"
    LOADED = "loaded"


class Channel(StrEnum):
    """Where a webhook delivery came from."""

    QBO = "qbo"
    SOURCE = "source"


class DeliveryState(StrEnum):
    """What became of a webhook delivery."""

    NEW = "new"
    HANDLED = "handled"
    DROPPED = "dropped"
    DEAD = "dead"


class ProcessKind(StrEnum):
    """What a process of ours does."""

    WEB = "web"
    WORKER = "worker"
    SCHEDULER = "scheduler"
