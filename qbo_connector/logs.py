"""Logging: events have constant names, their data are fields, and nothing secret passes.

Other libraries' log lines go through the same processors, so that they are redacted as well.
"""

import logging
import re
import sys
from collections.abc import Callable, Mapping, MutableMapping, Sequence
from enum import StrEnum
from typing import Any, TextIO

import structlog

REDACTED = "[redacted]"

SECRET_FIELD = re.compile(
    r"(^|_)(authorization|cookie|password|passwd|secret|token|api_?key|signature|credentials?|private_?key)(s|_|$)",
    re.IGNORECASE,
)
HARMLESS_FIELD = frozenset({"token_version", "token_expires_at", "idempotency_key"})

# What gives a secret away inside a text: its shape, whoever wrote it there. Group 1 stays, the rest goes.
SECRET_SHAPES = (
    re.compile(r"(\b(?:bearer|basic) )[\w.~+/=-]{8,}", re.IGNORECASE),
    re.compile(r"()\beyJ[\w-]{8,}\.[\w-]+\.[\w-]*"),  # a signed token
    re.compile(r"()\bqk_[\w-]{8,}"),  # a key of our JSON API
    re.compile(r"((?:token|secret|password|api_?key)[\"']?\s?[=:]\s?[\"']?)[^&\s\"',}]+", re.IGNORECASE),
    re.compile(r"([?&](?:code|state)=)[^&\s\"']+", re.IGNORECASE),
    re.compile(r"(://[^/@\s:]*:)[^/@\s]+(?=@)"),  # the password in an address
)

QUIET = {
    "werkzeug": logging.WARNING,
    "urllib3": logging.WARNING,
    "alembic": logging.WARNING,
    "rq": logging.WARNING,
}


class Event(StrEnum):
    """The names of what happens. A name is never reworded: people count and alert on it."""

    PROCESS_STARTED = "process_started"
    PROCESS_STOPPED = "process_stopped"
    CHILD_DIED = "child_died"
    MIGRATED = "migrated"
    KEYS_ROTATED = "keys_rotated"
    PLUGIN_LOADED = "plugin_loaded"
    PLUGIN_REFUSED = "plugin_refused"

    CONNECTION_MADE = "connection_made"
    CONNECTION_PAUSED = "connection_paused"
    CONNECTION_RESUMED = "connection_resumed"
    CONNECTION_REMOVED = "connection_removed"
    TOKENS_REFRESHED = "tokens_refreshed"
    TOKENS_REFUSED = "tokens_refused"

    DOORBELL_RUNG = "doorbell_rung"
    DOORBELL_LOST = "doorbell_lost"
    OPERATION_QUEUED = "operation_queued"
    OPERATION_CLAIMED = "operation_claimed"
    OPERATION_DONE = "operation_done"
    OPERATION_HELD = "operation_held"
    OPERATION_FAILED = "operation_failed"
    OPERATION_POSTPONED = "operation_postponed"
    LEASE_LOST = "lease_lost"
    LEASE_RELEASED = "lease_released"
    STEP_SENT = "step_sent"
    STEP_SETTLED = "step_settled"
    STEP_ADOPTED = "step_adopted"
    RUN_STARTED = "run_started"
    RUN_FINISHED = "run_finished"
    SWEEP_DONE = "sweep_done"
    SCHEDULE_TICKED = "schedule_ticked"

    QBO_ANSWERED = "qbo_answered"
    QBO_FAULT = "qbo_fault"
    QBO_THROTTLED = "qbo_throttled"
    READ_BUDGET_LOW = "read_budget_low"
    MIRROR_REFRESHED = "mirror_refreshed"
    CHANGES_READ = "changes_read"

    DELIVERY_RECEIVED = "delivery_received"
    DELIVERY_REFUSED = "delivery_refused"
    DELIVERY_ECHO = "delivery_echo"
    SOURCE_FAILED = "source_failed"
    WRITE_BACK_DONE = "write_back_done"

    SIGNED_IN = "signed_in"
    SIGN_IN_REFUSED = "sign_in_refused"
    REQUEST_FAILED = "request_failed"
    UNEXPECTED = "unexpected"


Fields = MutableMapping[str, Any]
Processor = Callable[[Any, str, Fields], Mapping[str, Any] | str | bytes | bytearray | tuple[Any, ...]]


def configure(*, level: str = "info", as_json: bool = False, stream: TextIO | None = None) -> None:
    """Send every log line of this process through our processors to one stream (standard error).

    Args:
        level: least severe level that is written, in lower case.
        as_json: one JSON object per line; else text for a person.
        stream: where to; standard error unless told.
    """
    output = stream or sys.stderr
    shared = _shared_processors()
    handler = logging.StreamHandler(output)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                redact,
                _renderer(as_json=as_json, coloured=output.isatty()),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    for name, least in QUIET.items():
        logging.getLogger(name).setLevel(max(least, root.level))
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )


def get(name: str) -> structlog.stdlib.BoundLogger:
    """A logger, used as ``logger.info(Event.OPERATION_DONE, operation_id=…)``: a name and fields, no sentence."""
    logger: structlog.stdlib.BoundLogger = structlog.stdlib.get_logger(name)
    return logger


def redact(_logger: object, _method: str, fields: Fields) -> Fields:
    """Processor: blank out whatever is secret by the name of its field or by its shape."""
    return {name: _clean(name, value) for name, value in fields.items()}


def scrub(text: str) -> str:
    """The text without anything that has the shape of a secret."""
    for shape in SECRET_SHAPES:
        text = shape.sub(rf"\1{REDACTED}", text)
    return text


def _shared_processors() -> list[Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
        structlog.processors.format_exc_info,
    ]


def _renderer(*, as_json: bool, coloured: bool) -> Processor:
    if as_json:
        return structlog.processors.JSONRenderer()
    return structlog.dev.ConsoleRenderer(colors=coloured, exception_formatter=structlog.dev.plain_traceback)


def _clean(name: str, value: object) -> object:
    if SECRET_FIELD.search(name) and name not in HARMLESS_FIELD and value not in (None, "", b""):
        return REDACTED
    return _clean_value(value)


def _clean_value(value: object) -> object:
    if isinstance(value, str):
        return scrub(value)
    if isinstance(value, bytes):
        return scrub(value.decode(errors="replace"))
    if isinstance(value, Mapping):
        return {key: _clean(str(key), inner) for key, inner in value.items()}
    if isinstance(value, Sequence):
        return [_clean_value(inner) for inner in value]
    return value
