"""Log lines of a process, as the settings want them."""

import sys
from typing import assert_never

from qbo_connector import logs
from qbo_connector.config import LogFormat, Settings


def start_logging(settings: Settings) -> None:
    """Configure this process's log lines; they go to standard error."""
    logs.configure(level=settings.log_level, as_json=_as_json(settings.log_format))


def _as_json(log_format: LogFormat) -> bool:
    match log_format:
        case LogFormat.JSON:
            return True
        case LogFormat.CONSOLE:
            return False
        case LogFormat.AUTO:
            return not sys.stderr.isatty()
        case _:
            assert_never(log_format)
