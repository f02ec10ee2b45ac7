"""What Intuit's token endpoint says when it says no; its words differ from the API's faults."""

from http import HTTPStatus

from qbo_connector.errors import (
    ConfigurationError,
    ConnectorError,
    QboAccessLost,
    QboAuthorizationExpired,
    QboThrottled,
    QboUnavailable,
)
from qbo_connector.qbo.faults.judge import THROTTLE_PAUSE_S
from qbo_connector.qbo.retry_after import retry_after
from qbo_connector.qbo.scrub import scrub
from qbo_connector.qbo.transport import Reply

_OUR_KEYS = frozenset({"invalid_client", "unauthorized_client"})


def refusal(reply: Reply) -> ConnectorError:
    """The error of an answer that is no token: status first, then the OAuth error, then Intuit's reason.

    ``{"error": "invalid_grant"}`` comes with status 400 and has been seen with 200 as well, so the body
    counts. ``x_error_reason: user_not_in_realm`` means that the person lost access, not that the grant lapsed.
    """
    words = _words(reply)
    details = {
        "status": str(reply.status_code),
        "oauth_error": scrub(words.get("error", "")),
        "oauth_reason": scrub(words.get("x_error_reason", "")),
        "intuit_tid": reply.intuit_tid,
    }
    details = {name: value for name, value in details.items() if value}
    if reply.status_code == HTTPStatus.TOO_MANY_REQUESTS:
        pause = retry_after(reply.headers) or THROTTLE_PAUSE_S
        return QboThrottled("Intuit's sign-in throttles us", retry_after=pause, details=details)
    if reply.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return QboUnavailable("Intuit's sign-in is disturbed", details=details)
    return _refused(reply.status_code, words, details)


def _refused(status: int, words: dict[str, str], details: dict[str, str]) -> ConnectorError:
    error = words.get("error", "")
    if words.get("x_error_reason") == "user_not_in_realm":
        return QboAccessLost("the person who connected is no longer in the company", details=details)
    if error == "invalid_grant":
        return QboAuthorizationExpired("Intuit no longer knows this grant", details=details)
    if error in _OUR_KEYS or status == HTTPStatus.UNAUTHORIZED:
        message, reason = "Intuit does not accept this installation's keys", "installation.secrets"
        return ConfigurationError(message, reason=reason, details=details)
    if error:
        message, reason = "Intuit's sign-in refuses our request", "internal.bad_request"
        return ConfigurationError(message, reason=reason, details=details)
    return QboUnavailable("Intuit's sign-in answered with something else", details=details)


def _words(reply: Reply) -> dict[str, str]:
    try:
        document = reply.json()
    except ValueError:
        return {}
    if not isinstance(document, dict):
        return {}
    return {name: value for name, value in document.items() if isinstance(value, str)}
