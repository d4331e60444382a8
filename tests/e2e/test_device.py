"""Browsers as cameras, in Debian's Chromium with a webcam that is a file."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import cv2
import pytest
from playwright.sync_api import Browser, Page

from benchmarks.feed import FeedReader
from services.inference.pictures import decode_jpeg
from shared.entities import EXPRESSIONS, UNSURE
from tests.e2e.api import get_json
from tests.e2e.browsing import chromium
from tests.e2e.processes import ROOT, Pipeline, eventually

DEMO = ROOT / "services" / "capture" / "demo.mp4"
FRAMES = 60
ELSEWHERE = "mien.example"
"""A name of this machine that no browser takes for it."""

Opens = Callable[[Pipeline], Page]


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The beginning of the demo clip as Motion JPEG, which Chromium plays as its webcam, over and over."""
    path = tmp_path_factory.mktemp("clip") / "webcam.mjpeg"
    video = cv2.VideoCapture(str(DEMO))
    with path.open("wb") as file:
        for _ in range(FRAMES):
            read, picture = video.read()
            assert read
            file.write(cv2.imencode(".jpg", picture)[1].tobytes())
    return path


@pytest.fixture(scope="module")
def browser(clip: Path) -> Iterator[Browser]:
    webcam = [
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
        f"--use-file-for-fake-video-capture={clip}",
        f"--host-resolver-rules=MAP {ELSEWHERE} 127.0.0.1",
    ]
    with chromium(*webcam) as browser:
        yield browser


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Opens]:
    """Open the page of the camera in a browser of its own: without another's cookies."""
    with ExitStack() as stack:

        def opens(pipeline: Pipeline) -> Page:
            context = browser.new_context(ignore_https_errors=True, viewport={"width": 1280, "height": 900})
            stack.callback(context.close)
            page = context.new_page()
            page.goto(f"{pipeline.scheme}://127.0.0.1:{pipeline.port}/device?token={pipeline.token}")
            return page

        yield opens


@pytest.fixture(scope="module", params=["http", "https"])
def running(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pipeline]:
    folder = tmp_path_factory.mktemp(request.param)
    settings = {"MIEN_SOURCE": "test:", "MIEN_TOKEN_FILE": str(folder / "token")}
    if request.param == "https":
        settings["MIEN_HTTPS"] = "true"
    with Pipeline(folder, **settings) as pipeline:
        pipeline.scheme = request.param
        pipeline.start_all()
        eventually("web answers", lambda: cameras(pipeline))
        yield pipeline


def cameras(pipeline: Pipeline) -> list[dict[str, Any]]:
    return list(get_json(pipeline, "/api/v1/cameras").get("cameras", []))


def browsers(pipeline: Pipeline) -> set[str]:
    return {row["id"] for row in cameras(pipeline) if row["id"].startswith("browser-")}


def start(page: Page) -> str:
    """Click, and return the id of the camera that the browser became."""
    page.get_by_role("button", name="Start the camera").click()
    page.locator("#light", has_text="sending").wait_for()
    camera = page.locator("#device").get_attribute("data-camera")
    assert camera
    return camera


def test_one_click_and_the_camera_is_watched_with_its_face_boxed(running: Pipeline, open_page: Opens) -> None:
    page = open_page(running)
    errors: list[str] = []
    page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
    assert browsers(running) == set()
    camera = start(page)

    def face() -> dict[str, Any] | None:
        faces = get_json(running, f"/api/v1/cameras/{camera}/faces").get("faces", [])
        return faces[0] if faces else None

    found = eventually("a face is read", face)
    assert found["expression"] in {*EXPRESSIONS, UNSURE}
    assert min(found["box"][2:]) > 0
    shown = "document.querySelector('#feed').naturalWidth"
    assert eventually("the page shows its feed", lambda: page.evaluate(shown)) == 640
    if running.scheme == "http":
        with FeedReader("127.0.0.1", running.port, camera, running.token) as feed:
            assert decode_jpeg(next(feed.frames()).jpeg).shape == (480, 640, 3)
    assert errors == []
    page.close()
    eventually("the camera has left", lambda: camera not in browsers(running), within_s=10)


def test_a_second_browser_is_a_second_camera_and_stop_ends_its_own(
    running: Pipeline, open_page: Opens
) -> None:
    first, second = open_page(running), open_page(running)
    cameras_of = {start(first), start(second)}
    assert len(cameras_of) == 2
    assert browsers(running) >= cameras_of
    second.get_by_role("button", name="Stop").click()
    left = first.locator("#device").get_attribute("data-camera")
    eventually("the other is left", lambda: browsers(running) == {left}, within_s=10)
    assert second.locator("#light").inner_text() == "off"
    first.close()
    eventually("none is left", lambda: not browsers(running), within_s=10)


def test_a_page_that_may_have_no_camera_says_what_to_do(demo: Pipeline, browser: Browser) -> None:
    eventually("web answers", lambda: cameras(demo))
    page = browser.new_page()
    page.goto(f"http://{ELSEWHERE}:{demo.port}/device?token={demo.token}")
    page.get_by_text("mien up --https", exact=True).wait_for()
    assert page.get_by_role("button", name="Start the camera").is_disabled()
    page.close()
