"""A launcher that ties a child process to its parent: run as a script, it becomes the command it is given.

``python -I -S tether.py PARENT UID COMMAND…``: on Linux the kernel kills the command when its parent dies, however
that happens. UID is the user to become first, or ``-``. Elsewhere only the user changes.

It is a program of its own because ``preexec_fn`` is unsafe in a process with threads, and because the kernel
forgets the wish when the user changes: so it is uttered last.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1  # linux/prctl.h


def become(parent: int, user: str, command: list[str]) -> None:
    """Replace this process; returns only by raising OSError."""
    if user != "-":
        os.setgroups([])
        os.setgid(int(user))
        os.setuid(int(user))
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != parent:  # it died before the wish was uttered
            sys.exit(1)
    os.execvp(command[0], command)  # noqa: S606 - no shell is wanted, and the command is our own


if __name__ == "__main__":
    become(int(sys.argv[1]), sys.argv[2], sys.argv[3:])
