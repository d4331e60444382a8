"""What `mien up` says on standard output: the URL, once."""

import re
from collections.abc import Callable
from contextlib import suppress

URL = re.compile(r"https?://\S+")


def say(text: str) -> None:
    """Print a line at once; a terminal that is gone is no reason to stop."""
    with suppress(OSError):
        print(text, flush=True)


class Announcer:
    """Passes on what web prints: its first line with a URL, then a hint; the URL of a restart is left out.

    Args:
        say: prints a line.
        on_url: called once with the URL.
    """

    def __init__(
        self, say: Callable[[str], None] = say, on_url: Callable[[str], object] = lambda _url: None
    ) -> None:
        self._say = say
        self._on_url = on_url
        self._announced = False

    def line(self, text: str) -> None:
        """Take a line that web printed."""
        url = URL.search(text)
        if url is None:
            self._say(text)
        elif not self._announced:
            self._announced = True
            self._say(text)
            self._say("Ctrl-C stops")
            self._on_url(url.group())
