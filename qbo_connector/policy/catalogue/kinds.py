"""The closed sets in which a finding is described."""

from enum import StrEnum


class RecordState(StrEnum):
    """What a list shows about one record. ``HELD`` is worded "needs you"."""

    SYNCED = "synced"
    SYNCING = "syncing"
    HELD = "held"
    FAILING = "failing"
    EXCLUDED = "excluded"
    WAITING = "waiting"


class FindingClass(StrEnum):
    """How much a finding stops, and who can end it."""

    EXCLUDED = "excluded"
    HELD = "held"
    FAILING_RETRYABLE = "failing-retryable"
    FAILING_NEEDS_PERSON = "failing-needs-person"
    CONNECTION_WIDE = "connection-wide"
    WARNING = "warning"

    @property
    def state(self) -> RecordState | None:
        """The state of a record that this class leads; None for a warning, which stands beside any state."""
        return _STATES.get(self)


_STATES = {
    FindingClass.EXCLUDED: RecordState.EXCLUDED,
    FindingClass.HELD: RecordState.HELD,
    FindingClass.FAILING_RETRYABLE: RecordState.SYNCING,
    FindingClass.FAILING_NEEDS_PERSON: RecordState.FAILING,
    FindingClass.CONNECTION_WIDE: RecordState.WAITING,
}


class Scope(StrEnum):
    """What a finding is about; everything but a record is raised once for all its records."""

    RECORD = "record"
    PAIRING = "pairing"
    SOURCE_ACCOUNT = "source_account"
    CONNECTION = "connection"
    ORGANIZATION = "organization"
    INSTALLATION = "installation"


class Retry(StrEnum):
    """What happens without anybody."""

    NONE = "none"
    BACKOFF = "backoff"
    AFTER_CAUSE_CHANGES = "after-cause-changes"
    PAUSE_CONNECTION = "pause-connection"


class Who(StrEnum):
    """The lowest role that can mend it; ``NOBODY`` means that it mends itself."""

    END_USER = "end_user"
    ADMIN = "admin"
    OPERATOR = "operator"
    NOBODY = "nobody"


class Role(StrEnum):
    """Who presses a button, from least to most."""

    END_USER = "end_user"
    ADMIN = "admin"
    OPERATOR = "operator"

    def may_act_as(self, least: "Role") -> bool:
        """Whether this role is at least `least`."""
        order = list(Role)
        return order.index(self) >= order.index(least)


class Cause(StrEnum):
    """What is watched while a finding is open: a change of it has the record looked at again."""

    SOURCE_RECORD = "source_record"
    SOURCE_CONTACT = "source_contact"
    PAIRING_RULES = "pairing_rules"
    MAPPINGS = "mappings"
    MANUAL_LINKS = "manual_links"
    BINDING = "binding"
    MIRROR_PARTIES = "mirror_parties"
    MIRROR_ENTRY = "mirror_entry"
    MIRROR_DOCUMENT = "mirror_document"
    COMPANY_SETTINGS = "company_settings"
    PAYMENT = "payment"
    PAYMENT_DOCUMENT = "payment_document"
    ENTITLEMENT = "entitlement"
    PROBE = "probe"
    SIGN_IN = "sign_in"
    HEARTBEAT = "heartbeat"
    INSTALLED_VERSION = "installed_version"
    READ_BUDGET = "read_budget"


class Side(StrEnum):
    """A system that a button may write to."""

    QUICKBOOKS = "quickbooks"
    SOURCE = "source"
