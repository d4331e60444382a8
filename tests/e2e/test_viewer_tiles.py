"""Twelve cameras on the home page: over one connection, every tile moves; and cameras that come and go."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error, Page

from tests.e2e.browsing import Seen
from tests.e2e.processes import Pipeline, eventually

CAMERAS = [f"cam{number:02}" for number in range(1, 13)]

ENOUGH = 4
"""Frames of a tile, one after the other."""

DRAWN = (
    "() => [...document.querySelectorAll('.tile canvas')].map((canvas) => Number(canvas.dataset.drawn ?? 0))"
)


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": 1600, "height": 1200})
    yield page
    page.close()


def opened(pipeline: Pipeline, page: Page) -> None:
    page.goto(f"http://127.0.0.1:{pipeline.port}/?token={pipeline.token}")


def test_every_one_of_twelve_tiles_moves_over_one_connection(tmp_path: Path, page: Page) -> None:
    settings = {"MIEN_CAMERAS": " ".join(f"{camera}=test:320x240" for camera in CAMERAS)}
    with Pipeline(tmp_path, **settings) as pipeline:
        pipeline.start_all()
        with pipeline.feed(CAMERAS[-1]) as feed:
            next(feed.frames())
        seen, asked = Seen(), []
        seen.watch(page)
        page.on("request", lambda request: asked.append(request.url) if "stream" in request.url else None)
        opened(pipeline, page)
        names = [name.inner_text() for name in page.locator(".tile h3").all()]
        assert names == CAMERAS
        eventually("every tile moves", lambda: min(page.evaluate(DRAWN)) >= ENOUGH, within_s=90)
        assert len(asked) == 1
        assert seen.errors == []


def test_a_camera_that_comes_gets_its_tile_without_a_reload(tmp_path: Path, page: Page) -> None:
    with Pipeline(tmp_path, MIEN_SOURCE="test:") as pipeline:
        pipeline.start("services.web")
        eventually("web answers", lambda: answers(pipeline, page))
        page.get_by_text("No camera yet.").wait_for()
        page.evaluate("window.mark = true")
        pipeline.start("services.capture")
        pipeline.start("services.inference")
        eventually("its tile moves", lambda: page.evaluate(DRAWN) and min(page.evaluate(DRAWN)) >= ENOUGH)
        assert page.get_by_text("No camera yet.").is_hidden()
        assert page.evaluate("window.mark"), "the page was loaded again"
        page.get_by_role("link", name="Start video streaming of cam1").click()
        page.locator("#feed").wait_for()


def answers(pipeline: Pipeline, page: Page) -> bool:
    try:
        opened(pipeline, page)
    except Error:  # web does not listen yet
        return False
    return True
