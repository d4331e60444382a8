"""Becomes another program, which the kernel kills when the process that started it is gone.

Run as a script: `python tied.py PARENT_PID PROGRAM ARGUMENT...`. It asks Linux for SIGKILL at its parent's
end (PR_SET_PDEATHSIG, prctl(2)) and then replaces itself with the program, which inherits that. This is a
script and no `preexec_fn`, because Python code between fork and exec can hang a process that has threads. On
other systems it only becomes the program: there, a supervisor killed by SIGKILL leaves its children behind.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1
"""From <linux/prctl.h>."""

NOT_FOUND = 127
"""A shell's exit code for a program that cannot be run."""


def main(parent: int, command: list[str]) -> int:
    """Become `command`; return an exit code only where that fails."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != parent:  # it was gone before the kernel knew
            return 1
    try:
        os.execvp(command[0], command)  # noqa: S606  no shell is wanted
    except OSError as error:
        sys.stderr.write(f"mien: {command[0]} cannot be run: {error}\n")
    return NOT_FOUND


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), sys.argv[2:]))
