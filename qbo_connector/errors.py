"""The one error tree. Classes are grouped by what mends them, so a worker needs four branches, for ever.

::

    ConnectorError                     reason, message, params, details
    ├── Retryable                      retry_after: tries again by itself
    │   ├── SourceUnavailable · SourceThrottled
    │   ├── QboUnavailable · QboThrottled · LocallyThrottled · ReadBudgetSpent
    │   ├── OutcomeUnknown             sent, but the answer was lost: settle before anything else
    │   ├── RecordBusy                 somebody else holds the lease
    │   └── StaleSyncToken             QuickBooks has a newer version of the document
    ├── NeedsReconnect                 the connection or source account pauses once, not each record
    │   ├── QboAuthorizationExpired · QboAccessLost · QboCompanyClosed
    │   └── SourceCredentialsRejected
    ├── NeedsHuman                     the record is held or failing, with a sentence and a repair
    │   ├── DocumentInvalid            field, value: the source's document contradicts itself
    │   ├── SourceRefused              the source refuses for good
    │   └── QboRejected                faults, status, intuit_tid
    ├── Skippable                      recorded, no alarm
    │   ├── SourceRecordGone
    │   └── HookSignatureBad           a webhook nobody can vouch for: counted, never used
    └── ConfigurationError             the operator must fix settings: fail at start, not at 3 a.m.

``reason`` is a code of the findings catalogue; words for people come from there, never from ``message``,
which is for logs and developers. Plugins raise the leaf classes only.
"""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar


class ConnectorError(Exception):
    """Anything this product raises on purpose.

    Args:
        message: for logs and developers; never shown to people.
        reason: code of the findings catalogue; each class has its usual one.
        params: values for the placeholders of the catalogue's sentence.
        details: what stands under Details; scrubbed of tokens before it comes here.
    """

    default_reason: ClassVar[str] = "internal.error"

    def __init__(
        self,
        message: str = "",
        *,
        reason: str | None = None,
        params: Mapping[str, str] | None = None,
        details: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message or type(self).__name__)
        self.reason = reason or self.default_reason
        self.params: dict[str, str] = dict(params or {})
        self.details: dict[str, str] = dict(details or {})


class Retryable(ConnectorError):
    """Time alone mends it. ``retry_after`` is in seconds; None lets the retry table decide."""

    costs_attempt: ClassVar[bool] = True

    def __init__(self, message: str = "", *, retry_after: float | None = None, **more: Any) -> None:
        super().__init__(message, **more)
        self.retry_after = retry_after


class SourceUnavailable(Retryable):
    """The source does not answer: connect error, time-out, 5xx."""

    default_reason = "source.unavailable"


class SourceThrottled(Retryable):
    """The source limits our requests; ``retry_after`` honours its headers."""

    default_reason = "source.throttled"
    costs_attempt = False


class QboUnavailable(Retryable):
    """QuickBooks answered 5xx, HTML, a transient fault, or could not be reached before sending."""

    default_reason = "qbo.unavailable"


class QboThrottled(Retryable):
    """QuickBooks answered 429 or fault 3001."""

    default_reason = "limit.throttled"
    costs_attempt = False


class LocallyThrottled(Retryable):
    """Our own limiter refused, so that QuickBooks never has to."""

    default_reason = "limit.throttled"
    costs_attempt = False


class ReadBudgetSpent(Retryable):
    """The month's metered reads are used up; only work that needs no read goes on."""

    default_reason = "limit.read_budget_spent"
    costs_attempt = False


class OutcomeUnknown(Retryable):
    """A request left and no definite answer came back. It is settled before anything new is planned."""

    default_reason = "outcome.unknown"


class RecordBusy(Retryable):
    """Another worker holds the lease of the record, or of a party or item it needs."""

    default_reason = "outcome.unknown"
    costs_attempt = False


class StaleSyncToken(Retryable):
    """Fault 5010: somebody changed the document since its SyncToken was read."""

    default_reason = "qbo.stale"


class NeedsReconnect(ConnectorError):
    """The whole scope pauses until a person signs in again."""


class QboAuthorizationExpired(NeedsReconnect):
    """The grant is gone: ``invalid_grant``, or 401 again after one refresh."""

    default_reason = "connection.expired"


class QboAccessLost(NeedsReconnect):
    """Fault 3100 or 120, ``user_not_in_realm``: the person who connected lost access."""

    default_reason = "connection.access_lost"


class QboCompanyClosed(NeedsReconnect):
    """Fault 6190: subscription ended; or 10200: the company was reset."""

    default_reason = "connection.subscription_ended"


class SourceCredentialsRejected(NeedsReconnect):
    """The source answered 401 or 403: key changed, expired, or a permission is missing."""

    default_reason = "source.auth"


class NeedsHuman(ConnectorError):
    """A person must decide or correct something."""


class DocumentInvalid(NeedsHuman):
    """A document from a source contradicts itself or holds a value that cannot be read.

    Args:
        field: the field as the screens name it ("due date").
        value: the offending value, as text.
    """

    default_reason = "source.field_malformed"

    def __init__(self, message: str = "", *, field: str, value: object = "", **more: Any) -> None:
        params = {"field": field, "value": str(value), **dict(more.pop("params", None) or {})}
        super().__init__(message, params=params, **more)
        self.field = field
        self.value = str(value)


class SourceRefused(NeedsHuman):
    """The source refuses a change for good."""

    default_reason = "source.locked"


class QboRejected(NeedsHuman):
    """QuickBooks refused with one or more faults; none of them is retryable.

    Args:
        faults: every fault of the answer, first one leading; values of ``qbo.faults``.
        status: HTTP status.
        intuit_tid: Intuit's transaction id, for support.
    """

    default_reason = "qbo.refused"

    def __init__(
        self,
        message: str = "",
        *,
        faults: Sequence[Any] = (),
        status: int = 400,
        intuit_tid: str = "",
        **more: Any,
    ) -> None:
        super().__init__(message, **more)
        self.faults = tuple(faults)
        self.status = status
        self.intuit_tid = intuit_tid


class Skippable(ConnectorError):
    """Nothing to do and nothing wrong."""


class SourceRecordGone(Skippable):
    """The record vanished from its source while it was read."""

    default_reason = "source.record_gone"


class HookSignatureBad(Skippable):
    """A webhook's or a page's signature is wrong, missing or too old; nothing of it is used."""

    default_reason = "source.signature_bad"


class ConfigurationError(ConnectorError):
    """Settings, manifests or catalogues contradict themselves; the operator must mend them."""

    default_reason = "internal.error"
