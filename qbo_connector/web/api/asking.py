"""Doing what a program asked, and saying why not in a problem document."""

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from qbo_connector.errors import ConnectorError, NeedsReconnect, Retryable
from qbo_connector.policy.catalogue import Role
from qbo_connector.store.failures import NotThere
from qbo_connector.sync.asks import Refused
from qbo_connector.sync.views import error_view
from qbo_connector.web.api.values import Finding
from qbo_connector.web.problems import Problem

if TYPE_CHECKING:
    from qbo_connector.sync.views import FindingView

Answer = TypeVar("Answer")
NOT_FOUND = 404
UNPROCESSABLE = 422
FAILED_DEPENDENCY = 424
"""Somebody we depend on does not answer or no longer knows us: not our fault, and not the caller's."""


def asking(work: Callable[[], Answer]) -> Answer:
    """The answer of a use case.

    Raises:
        Problem: it refused, with the finding that says why; or the organization has nothing of this id.
    """
    try:
        return work()
    except NotThere as err:
        raise Problem(NOT_FOUND, "not_found", detail="Your organization has nothing of this address.") from err
    except Refused as err:
        raise refusal(err.finding, err.status) from err
    except ConnectorError as err:
        status = FAILED_DEPENDENCY if isinstance(err, Retryable | NeedsReconnect) else UNPROCESSABLE
        raise refusal(error_view(err, Role.END_USER, {}), status) from err


def refusal(finding: "FindingView", status: int = UNPROCESSABLE) -> Problem:
    """A finding as a problem document."""
    document = Finding.model_validate(finding).model_dump(mode="json")
    return Problem(status, finding.code, detail=finding.sentence, members={"finding": document})
