"""Opens a browser on Mien."""

import html
import os
import webbrowser
from collections.abc import Callable
from pathlib import Path

PAGE = """\
<!doctype html>
<meta charset="utf-8">
<meta http-equiv="refresh" content="0; url={url}">
<title>Mien</title>
"""


class Browser:
    """Shows a URL that holds the token.

    The browser is handed a file that leads there: its command line, which every user can read, has no token.

    Args:
        folder: where the file goes; only this user can enter it, and who made it removes it.
        show: opens an address; the desktop's way by default.
    """

    def __init__(self, folder: Path, show: Callable[[str], object] = webbrowser.open) -> None:
        self._page = folder / "open.html"
        self._show = show

    def show(self, url: str) -> None:
        """Open the browser on `url`."""
        descriptor = os.open(self._page, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(PAGE.format(url=html.escape(url)))
        self._show(self._page.as_uri())
