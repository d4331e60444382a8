"""The modules that send a camera's pictures, in Debian's Chromium without a camera."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from tests.e2e.api import get_json
from tests.e2e.browsing import chromium
from tests.e2e.processes import Pipeline, eventually

FROZEN = """async () => {
  const { Frames } = await import("/static/frames.js");
  const canvas = Object.assign(document.createElement("canvas"), { width: 64, height: 48 });
  const context = canvas.getContext("2d");
  const video = document.createElement("video");
  video.muted = true;
  video.srcObject = canvas.captureStream(0);
  const [track] = video.srcObject.getVideoTracks();
  const draw = (colour) => {
    context.fillStyle = colour;
    context.fillRect(0, 0, 64, 48);
    track.requestFrame();
  };
  document.body.append(video);
  draw("red");
  await video.play();
  const frames = new Frames(video);
  const next = async () => (await frames.next({ side: 1920, pixels: 1e7, bytes: 1e6 })) !== null;
  const given = [];
  for (let i = 0; i < 4; i++) given.push(await next());
  draw("blue");
  given.push(await next());
  frames.stop();
  return given;
}"""
"""Whether there was a picture: four times while the camera stands still, and after it has moved."""

WATCHERS = """async () => {
  const { Frames } = await import("/static/frames.js");
  const watchers = new Map();
  let asked = 0;
  const video = {
    requestVideoFrameCallback: (tell) => { watchers.set(++asked, tell); return asked; },
    cancelVideoFrameCallback: (watcher) => watchers.delete(watcher),
  };
  for (let start = 0; start < 3; start++) {
    const frames = new Frames(video);
    const [[watcher, tell]] = watchers;
    watchers.delete(watcher);
    tell(performance.now(), {});
    frames.stop();
  }
  return watchers.size;
}"""
"""How many watch a video after three were started, had a picture, and were stopped."""

CLOSED = """async (code) => {
  const { Sender } = await import("/static/sender.js");
  const opened = [];
  const said = [];
  window.WebSocket = class {
    constructor() { opened.push(this); }
    close() {}
  };
  const video = { requestVideoFrameCallback: (tell) => setTimeout(() => tell(performance.now(), {}), 10) };
  const tell = {
    lost: (reason) => said.push(`lost: ${reason}`),
    ended: (reason) => said.push(`ended: ${reason}`),
  };
  const sender = new Sender(video, () => false, tell);
  opened[0].onclose({ code, reason: "so it is" });
  window.result = () => [opened.length, ...said];
  window.end = () => sender.stop();
}"""
"""Closes the first connection with a code; `result` then tells how many there are, and what was said."""


@pytest.fixture(scope="module")
def page(demo: Pipeline) -> Iterator[Page]:
    eventually("web answers", lambda: get_json(demo, "/api/v1/openapi.json"))
    with chromium() as browser:
        page = browser.new_page()
        page.goto(f"http://127.0.0.1:{demo.port}/api?token={demo.token}")
        yield page


def test_a_camera_that_stands_still_gives_its_picture_once(page: Page) -> None:
    given = page.evaluate(FROZEN)
    assert given[0]
    assert given[3:] == [False, True]


def test_nothing_goes_on_watching_a_video_after_its_sender_was_stopped(page: Page) -> None:
    assert page.evaluate(WATCHERS) == 0


@pytest.mark.parametrize("code", [1001, 1013, 4000])
def test_who_may_come_back_does(page: Page, code: int) -> None:
    page.reload()
    page.evaluate(CLOSED, code)
    eventually("another connection", lambda: page.evaluate("result()") == [2, "lost: so it is."])
    page.evaluate("end()")


def test_who_was_cut_off_for_what_it_did_stays_away(page: Page) -> None:
    page.reload()
    page.evaluate(CLOSED, 1008)
    assert page.evaluate("result()") == [1, "ended: Mien ended it: so it is."]
