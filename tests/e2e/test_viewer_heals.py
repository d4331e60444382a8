"""Things die under an open page: it says what is missing, and goes on by itself when that is back."""

import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error, Locator, Page

from services.web.directory import BACK_WITHIN_S
from shared.counters import read_account
from tests.e2e.api import get_json
from tests.e2e.browsing import PICTURE, changes, differs, moves
from tests.e2e.processes import Pipeline, Service, eventually
from tests.e2e.relay import Relay

AGE = "() => document.getElementById('age-now').textContent.match(/[0-9]+/)?.[0] ?? null"
TILE = "() => document.querySelector('.tile canvas')?.dataset.seq || null"

HEALS_WITHIN_S = 10.0
"""Since what was missing answers again. A page by itself needs 3 s; here a busy machine's time comes on top.
One that goes on by its browser's own, slow retry, or by luck, needs longer."""

PARTS = {
    "web": "Mien cannot be reached since",
    "broker": "The broker is away since",
    "capture": "since",
}
"""What may die, and what the live page says meanwhile."""

KEEP_WATCH = """() => {
  window.mark = true;
  window.gone = [];
  const list = document.getElementById("cameras");
  const noted = (changes) => changes.forEach((one) => window.gone.push(...one.removedNodes));
  new MutationObserver(noted).observe(list, { childList: true });
}"""
"""Remembers each tile that is taken off the home page."""


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

    def bring_back(self, part: str) -> None:
        """Start a part that was killed, and wait until it works: how long that takes is not the page's."""
        before = 0 if part == "broker" else self._captured()
        self.start(part)
        if part == "web":
            eventually("web answers", self._answers)
        eventually("frames are captured", lambda: self._captured() > before)

    def open(self, page: Page, path: str, port: int | None = None) -> None:
        """Open a page, signed in, that would forget a mark when it is loaded again."""
        page.goto(f"http://127.0.0.1:{port or self.pipeline.port}{path}?token={self.pipeline.token}")
        page.evaluate(KEEP_WATCH if path == "/" else "window.mark = true")

    def _captured(self) -> int:
        return read_account(self.pipeline.broker, "cam1").captured

    def _answers(self) -> bool:
        return "cameras" in get_json(self.pipeline, "/api/v1/cameras")


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


def goes_on(page: Page, what: str, look: str) -> None:
    """Wait until the trouble is over and what JavaScript returns is another again."""
    before = page.evaluate(look)
    deadline = time.monotonic() + HEALS_WITHIN_S
    eventually(f"{what}: no trouble", page.locator("#trouble").is_hidden, within_s=HEALS_WITHIN_S)
    left_s = deadline - time.monotonic()
    eventually(f"{what}: goes on", differs(page, look, before), within_s=left_s)


def is_the_same_page(page: Page) -> None:
    assert page.evaluate("window.mark"), "the page was loaded again"


def test_the_live_page_says_what_is_missing_and_goes_on_when_it_is_back(running: Running, page: Page) -> None:
    running.open(page, "/cameras/cam1")
    moves(page)
    trouble = page.locator("#trouble")
    for part, words in PARTS.items():
        running.kill(part)
        eventually(f"it is said of {part}", says(trouble, words))
        running.bring_back(part)
        goes_on(page, f"the picture, as {part} is back", PICTURE)
        changes(page, "the numbers", AGE)
    is_the_same_page(page)


def test_the_live_page_goes_on_when_the_network_does(running: Running, page: Page) -> None:
    with Relay(running.pipeline.port) as network:
        running.open(page, "/cameras/cam1", network.port)
        moves(page)
        with network.cut():
            eventually("it is said", says(page.locator("#trouble"), PARTS["web"]))
        goes_on(page, "the picture", PICTURE)
        changes(page, "the numbers", AGE)
        is_the_same_page(page)


def test_the_home_page_says_what_is_missing_and_its_tiles_go_on_when_it_is_back(
    running: Running, page: Page
) -> None:
    running.open(page, "/")
    changes(page, "the tile", TILE)
    for part in ("web", "broker"):
        running.kill(part)
        eventually(f"it is said of {part}", page.locator("#trouble").is_visible)
        running.bring_back(part)
        goes_on(page, f"the tile, as {part} is back", TILE)
    is_the_same_page(page)


def test_the_home_page_says_that_a_camera_is_lost_and_its_tile_goes_on_when_it_is_back(
    running: Running, page: Page
) -> None:
    running.open(page, "/")
    changes(page, "the tile", TILE)
    state = page.locator(".tile .state")
    running.kill("capture")
    # Capture's last words count for 10 s.
    eventually("it is lost", says(state, "lost"), within_s=30)
    assert "silent" in page.locator(".tile .error").inner_text()
    running.bring_back("capture")
    eventually("it is live", says(state, "live"), within_s=HEALS_WITHIN_S)
    goes_on(page, "the tile", TILE)
    assert page.evaluate("window.gone.length") == 0
    is_the_same_page(page)


def test_the_home_page_keeps_its_tiles_when_the_broker_was_away_for_longer(
    running: Running, page: Page
) -> None:
    running.open(page, "/")
    changes(page, "the tile", TILE)
    running.kill("broker")
    eventually("it is said", page.locator("#trouble").is_visible)
    page.wait_for_timeout(1000 * (BACK_WITHIN_S + 1))
    # Capture is slower to come back than the page is to ask.
    running.services["capture"].signal(signal.SIGSTOP)
    running.start("broker")
    eventually("the page has the list again", page.locator("#trouble").is_hidden, within_s=HEALS_WITHIN_S)
    assert page.evaluate("window.gone.length") == 0, "the tile was taken off meanwhile"
    assert page.get_by_text("No camera yet.").is_hidden()
    running.services["capture"].signal(signal.SIGCONT)
    goes_on(page, "the tile", TILE)
    is_the_same_page(page)


@pytest.mark.parametrize("path", ["/cameras/cam1", "/cameras/cam1/history"])
def test_a_page_that_is_opened_while_the_broker_is_away_comes_when_it_is_back(
    running: Running, page: Page, path: str
) -> None:
    running.kill("broker")
    # Web, too, begins anew, and so knows of no camera.
    running.services["web"].kill()
    running.start("web")
    eventually("web listens", lambda: opens(running, page, path))
    page.get_by_text("The broker cannot be reached.").wait_for()
    running.bring_back("broker")
    page.locator("h1", has_text="cam1").wait_for(timeout=1000 * HEALS_WITHIN_S)


def opens(running: Running, page: Page, path: str) -> bool:
    try:
        running.open(page, path)
    except Error:  # web does not listen yet
        return False
    return True


def test_a_paused_page_stays_paused_while_web_comes_back(running: Running, page: Page) -> None:
    running.open(page, "/cameras/cam1")
    moves(page)
    page.get_by_role("button", name="Pause").click()
    running.kill("web")
    eventually("it is said", page.locator("#trouble").is_visible)
    running.bring_back("web")
    eventually("web is back", page.locator("#trouble").is_hidden, within_s=HEALS_WITHIN_S)
    assert page.locator("#paused").is_visible()
    page.get_by_role("button", name="Go on").click()
    moves(page)
