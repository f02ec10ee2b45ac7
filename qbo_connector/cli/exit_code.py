"""What the exit code of a command says."""

from enum import IntEnum


class ExitCode(IntEnum):
    """Scripts rely on these."""

    GOOD = 0
    CHECK_FAILED = 1
    USAGE = 2
    CONFIGURATION = 3
