"""Doing what was asked for a record, and saying why not in a problem document."""

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from qbo_connector.errors import ConnectorError, NeedsReconnect, Retryable
from qbo_connector.store import operations
from qbo_connector.store.failures import NotThere
from qbo_connector.sync.asks import Refused
from qbo_connector.sync.targets import RecordTarget, locate
from qbo_connector.web.problems import Problem
from qbo_connector.web.widget import unreadable
from qbo_connector.web.widget.admission import caller
from qbo_connector.web.widget.answers import finding_json
from qbo_connector.web.wiring import services

if TYPE_CHECKING:
    from qbo_connector.sync.views import FindingView

Answer = TypeVar("Answer")
UNPROCESSABLE = 422
FAILED_DEPENDENCY = 424
"""Somebody we depend on does not answer or no longer knows us: not our fault, and not the caller's."""


def target() -> RecordTarget:
    """The record of this session.

    Raises:
        NotThere: it is paired with no QuickBooks company yet.
    """
    who = caller()
    return locate(
        services(),
        organization_id=who.organization_id,
        source_account_id=who.source_account_id,
        kind=who.kind,
        external_id=who.external_id,
    )


def asking(work: Callable[[RecordTarget], Answer]) -> Answer:
    """The answer of a use case for this record.

    Raises:
        Problem: it refused, or the source cannot be read; with the finding that says why.
    """
    try:
        own = target()
    except NotThere as err:
        raise refusal(unreadable.not_paired_finding(services(), caller())) from err
    try:
        return work(own)
    except NotThere as err:
        raise Problem(404, "not_found", detail="This record has nothing of this address.") from err
    except Refused as err:
        raise refusal(err.finding, err.status) from err
    except ConnectorError as err:
        status = FAILED_DEPENDENCY if isinstance(err, Retryable | NeedsReconnect) else UNPROCESSABLE
        raise refusal(unreadable.error_finding(services(), caller(), err), status) from err


def refusal(finding: "FindingView", status: int = UNPROCESSABLE) -> Problem:
    """A finding as a problem document."""
    return Problem(status, finding.code, detail=finding.sentence, members={"finding": finding_json(finding)})


def check_own(operation_id: int) -> None:
    """Let a session see the operations of its own record only.

    Raises:
        Problem: 404.
    """
    try:
        own = target()
        with services().database.reading() as session:
            operation = operations.load_in(session, own.organization_id, operation_id)
    except NotThere as err:
        raise _no_operation() from err
    if own.record_id is None or operation.record_id != own.record_id:
        raise _no_operation()


def _no_operation() -> Problem:
    return Problem(404, "not_found", detail="This record has no such operation.")
