"""Things die under an open page: it says what is missing, and goes on by itself when that is back."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page

from tests.e2e.browsing import changes, chromium, moves
from tests.e2e.processes import Pipeline, Service, eventually

AGE = "() => document.getElementById('age-now').textContent.match(/[0-9]+/)?.[0] ?? null"
TILE = "() => document.querySelector('.tile canvas').dataset.seq || null"

PARTS = {
    "web": "Mien cannot be reached since",
    "broker": "The broker is away since",
    "capture": "since",
}
"""What may die, and what the live page says meanwhile."""


@dataclass
class Running:
    """The demo, and its services by name."""

    pipeline: Pipeline
    services: dict[str, Service] = field(default_factory=dict)

    def start(self, part: str) -> None:
        if part == "broker":
            self.pipeline.embedded.start()
        else:
            self.services[part] = self.pipeline.start(f"services.{part}")

    def kill(self, part: str) -> None:
        if part == "broker":
            self.pipeline.embedded.kill()
        else:
            self.services[part].kill()

    def open(self, page: Page, path: str) -> None:
        """Open a page, signed in, that would forget a mark when it is loaded again."""
        page.goto(f"http://127.0.0.1:{self.pipeline.port}{path}?token={self.pipeline.token}")
        page.evaluate("window.mark = true")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    yield page
    page.close()


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    with Pipeline(tmp_path, MIEN_SOURCE="demo:") as pipeline:
        running = Running(pipeline)
        for part in ("capture", "inference", "web"):
            running.start(part)
        with pipeline.feed() as feed:
            next(feed.frames())
        yield running


def says(note: Locator, words: str) -> Callable[[], bool]:
    return lambda: words in note.inner_text()


def test_the_live_page_says_what_is_missing_and_goes_on_when_it_is_back(running: Running, page: Page) -> None:
    running.open(page, "/cameras/cam1")
    moves(page)
    trouble = page.locator("#trouble")
    for part, words in PARTS.items():
        running.kill(part)
        eventually(f"it is said of {part}", says(trouble, words))
        running.start(part)
        eventually(f"{part} is back", trouble.is_hidden)
        moves(page)
        changes(page, "the numbers", AGE)
    assert page.evaluate("window.mark"), "the page was loaded again"


def test_the_home_page_says_what_is_missing_and_its_tiles_go_on_when_it_is_back(
    running: Running, page: Page
) -> None:
    running.open(page, "/")
    changes(page, "the tile", TILE)
    trouble = page.locator("#trouble")
    for part in ("web", "broker"):
        running.kill(part)
        eventually(f"it is said of {part}", trouble.is_visible)
        running.start(part)
        eventually(f"{part} is back", trouble.is_hidden)
        changes(page, "the tile", TILE)
    assert page.evaluate("window.mark"), "the page was loaded again"


def test_a_paused_page_stays_paused_while_web_comes_back(running: Running, page: Page) -> None:
    running.open(page, "/cameras/cam1")
    moves(page)
    page.get_by_role("button", name="Pause").click()
    running.kill("web")
    eventually("it is said", page.locator("#trouble").is_visible)
    running.start("web")
    eventually("web is back", page.locator("#trouble").is_hidden)
    assert page.locator("#paused").is_visible()
    page.get_by_role("button", name="Go on").click()
    moves(page)
