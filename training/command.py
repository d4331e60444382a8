"""How every command ends: with 0, with 1 and one line on bad input, or with 130 where it is interrupted."""

import sys
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Protocol

from shared.errors import MienError

INTERRUPTED = 130
"""The exit status that shells give to what Ctrl-C ends: 128 and the number of the signal."""


class Main(Protocol):
    """A command: its arguments in, those of the process without any; its exit status out."""

    def __call__(self, argv: Sequence[str] | None = None) -> int:
        """Runs it."""


def command(main: Callable[[Sequence[str] | None], int]) -> Main:
    """`main` with its errors as one line and an exit status."""

    @wraps(main)
    def run(argv: Sequence[str] | None = None) -> int:
        try:
            return main(argv)
        except MienError as error:
            print(error, file=sys.stderr)
            return 1
        except KeyboardInterrupt:
            print("stopped", file=sys.stderr)
            return INTERRUPTED

    return run
