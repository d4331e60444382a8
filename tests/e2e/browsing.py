"""Opens pages in a real browser, Debian's Chromium, and watches what becomes of them."""

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Request, sync_playwright

from tests.brokers import lacking
from tests.e2e.processes import eventually

QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

GRAVE = ("serious", "critical")

PICTURE = """() => {
  const img = document.getElementById("feed");
  if (!img || !img.naturalWidth) return null;
  const canvas = Object.assign(document.createElement("canvas"), { width: 64, height: 48 });
  const context = canvas.getContext("2d");
  context.drawImage(img, 0, 0, 64, 48);
  return context.getImageData(0, 0, 64, 48).data.join();
}"""
"""The pixels of the live page's picture, smaller; null where there is none."""


@dataclass
class Seen:
    """What a page did.

    Attributes:
        errors: what it wrote to the console as errors, and what it raised.
        hosts: whom it asked.
    """

    errors: list[str] = field(default_factory=list)
    hosts: set[str] = field(default_factory=set)

    def watch(self, page: Page) -> None:
        page.on("console", lambda said: self.errors.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("request", self._asked)

    def _asked(self, request: Request) -> None:
        if not request.url.startswith(("blob:", "data:")):
            self.hosts.add(request.url.split("/")[2])


@contextmanager
def chromium(*options: str) -> Iterator[Browser]:
    """Run a headless Chromium. Skips where it isn't installed."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        lacking("chromium is not installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=[*QUIET, *options])
        yield browser
        browser.close()


def faults(page: Page) -> list[str]:
    """Return the serious and critical faults that axe-core finds on a page."""
    found: Sequence[dict[str, Any]] = Axe().run(page).response["violations"]
    return [
        f"{page.url} {rule['id']}: {[node['html'] for node in rule['nodes']]}"
        for rule in found
        if rule["impact"] in GRAVE
    ]


def changes(page: Page, what: str, look: str) -> None:
    """Wait until what JavaScript returns, and is not null, is another than at first."""
    first = eventually(f"{what}: first", lambda: page.evaluate(look))
    eventually(f"{what}: changes", differs(page, look, first))


def differs(page: Page, look: str, first: object) -> Callable[[], bool]:
    """Return whether JavaScript returns something, and not `first`."""
    return lambda: page.evaluate(look) not in (None, first)


def moves(page: Page) -> None:
    """Wait until the picture of the live page moves."""
    changes(page, "the picture", PICTURE)
