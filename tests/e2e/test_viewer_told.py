"""What the live page makes of what it is told, and of silence. Only web and a broker run; events are made."""

import json
import time
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route

from benchmarks.feed import FeedReader
from shared.clock import BrokerClock
from shared.entities import EXPRESSIONS, CameraState, CameraStatus
from shared.registry import Registry
from tests.e2e.processes import Pipeline, eventually

CAMERA = "hall"
UNKNOWN = "\N{EN DASH}"

MOST_LANES = 8
HOUR_S = 3_600

STATUS: dict[str, Any] = {
    "camera": {"id": CAMERA, "state": "live", "fps": 30, "error": ""},
    "results_fps": 30,
    "age_ms": {"now": 35, "p95": 60},
    "dropped": dict.fromkeys(("superseded", "stale", "trimmed", "abandoned", "undecodable", "failed"), 1),
    "captured": 900,
    "published": 894,
    "workers": [{"id": "w", "host": "h", "fps": 30, "heartbeat_age_ms": 100, "privacy": "off"}],
    "privacy": "off",
    "broker": True,
    "since": None,
    "quiet_s": None,
}

MADE = f"""
  window.told = {json.dumps(STATUS)};
  window.sources = [];
  window.cut = false;
  window.EventSource = class extends EventTarget {{
    openedAt = Date.now();
    constructor() {{
      super();
      sources.push(this);
      this.timer = setInterval(() => this.goOn(), 100);
    }}
    goOn() {{
      if (cut) this.onerror(new Event("error"));
      else this.tell("status", told);
    }}
    tell(kind, data) {{
      this.dispatchEvent(new MessageEvent(kind, {{ data: JSON.stringify(data) }}));
    }}
    close() {{
      clearInterval(this.timer);
    }}
  }};
"""
"""Events that say `told` again and again, or fail once they are `cut`."""

NONE_LISTED = """() => {
  window.fetch = async () => new Response('{"cameras": []}');
}"""
"""Answers at once, however fast a test lets time go on."""

RESULT = "(result) => sources.at(-1).tell('result', result)"

NUMBERS = (
    "fps",
    "age",
    "rate",
    "camera-rate",
    "age-now",
    "age-p95",
    "at-work",
    "workers-words",
    "lost-share",
)
KNOWN = {
    "fps": "30 frames a second",
    "age": "35 ms behind",
    "rate": "30.0",
    "age-now": "35 ms",
    "at-work": "1",
}
NOT_KNOWN = {
    **dict.fromkeys(NUMBERS, ""),
    **dict.fromkeys(("rate", "age-now", "at-work", "lost-share"), UNKNOWN),
}

GONE = "There is no such camera any longer"
BROKER_AWAY = "The broker cannot be reached"

Answer = Callable[[Route], None]


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pipeline]:
    with Pipeline(tmp_path_factory.mktemp("told")) as pipeline:
        pipeline.start("services.web")
        yield pipeline


def announced(pipeline: Pipeline) -> FeedReader:
    """Say that there is a camera, and wait until web answers to it."""
    registry = Registry(pipeline.broker, BrokerClock(pipeline.broker))
    registry.camera_is_here(CAMERA, CameraStatus(CameraState.LIVE, "test"))
    return pipeline.feed(CAMERA)


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    # Time goes on by itself, and where a test says so, faster.
    context.clock.install()
    context.add_init_script(MADE)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext, web: Pipeline) -> Page:
    """The live page, told that all is well."""
    with announced(web):
        page = context.new_page()
        page.goto(f"http://127.0.0.1:{web.port}/cameras/{CAMERA}?token={web.token}")
    eventually("it is told", lambda: page.locator("#verdict").inner_text() == "all is well")
    return page


def tell(page: Page, *tracks: int, at: float | None = None) -> None:
    """Tell of faces that were seen at a moment, or now."""
    now = page.evaluate("Date.now() / 1000")
    t = now if at is None else at
    face = {"expression": "happy", "confidence": 0.9, "reason": None, "candidates": [], "neutral": None}
    scores = {name: 0.9 if name == "happy" else 0.01 for name in EXPRESSIONS}
    faces = [
        {**face, "track": track, "box": [10 * track, 0, 48, 48], "scores": scores, "crop": None}
        for track in tracks
    ]
    more = {"seq": 1, "privacy": "off", "latency_ms": 1, "age_ms": 1000 * (now - t)}
    page.evaluate(RESULT, {"camera": CAMERA, "captured_at": t, "faces": faces, **more})


def cut(page: Page, cameras: Answer) -> None:
    """End the events, with another answer to who asks for the cameras."""
    page.route("**/api/v1/cameras", cameras)
    page.evaluate("cut = true")


def heal(page: Page) -> None:
    page.unroute("**/api/v1/cameras")
    page.evaluate("cut = false")


def unreachable(route: Route) -> None:
    route.abort()


def none_listed(route: Route) -> None:
    route.fulfill(json={"cameras": []})


def broker_away(route: Route) -> None:
    route.fulfill(status=503, json={"detail": f"{BROKER_AWAY}."})


def signed_out(route: Route) -> None:
    route.fulfill(status=401, json={"detail": "A token is needed."})


def never(_route: Route) -> None:
    """As where the browser has no connection left: nothing is answered."""


def numbers(page: Page) -> dict[str, str | None]:
    return {name: page.locator(f"#{name}").text_content() for name in NUMBERS}


def says(page: Page, words: str) -> Callable[[], bool]:
    return lambda: f"{words} since" in page.locator("#trouble").inner_text()


def waits(page: Page, s: int) -> None:
    """Let time go on."""
    page.clock.run_for(1_000 * s)


def test_while_mien_is_away_no_number_is_said_and_when_it_is_back_they_are(page: Page) -> None:
    assert KNOWN.items() <= numbers(page).items()
    cut(page, unreachable)
    eventually("it is said", says(page, "Mien cannot be reached"))
    assert page.locator("#state").inner_text() == "not reachable"
    assert numbers(page) == NOT_KNOWN
    assert set(page.locator("#causes td").all_text_contents()) == {UNKNOWN}
    heal(page)
    eventually("it is back", page.locator("#trouble").is_hidden)
    eventually("the numbers are", lambda: KNOWN.items() <= numbers(page).items())


def test_while_the_broker_is_away_no_number_is_said_and_no_camera_live(page: Page) -> None:
    assert page.locator("#state").inner_text() == "live"
    page.evaluate("Object.assign(told, { broker: false, since: Date.now() / 1000, quiet_s: 0 })")
    eventually("it is said", says(page, "The broker is away"))
    assert page.locator("#state").inner_text() == "unknown"
    assert page.locator("#verdict").inner_text() == "the broker is away"
    assert numbers(page) == NOT_KNOWN


def test_what_is_missing_is_said_in_full_screen_too(page: Page) -> None:
    within = "document.getElementById('stage').contains(document.getElementById('trouble'))"
    page.get_by_role("button", name="Full screen").click()
    eventually("it is moved", lambda: page.evaluate(within))
    cut(page, unreachable)
    eventually("it is said", says(page, "Mien cannot be reached"))
    page.get_by_role("button", name="Leave full screen").click()
    eventually("it is moved back", lambda: not page.evaluate(within))
    assert page.locator("#trouble").is_visible()


@pytest.mark.parametrize(
    ("answer", "words", "state"),
    [(none_listed, GONE, "gone"), (broker_away, BROKER_AWAY, "unknown")],
    ids=["the camera is gone", "the broker is away"],
)
def test_where_mien_answers_it_is_said_what_else_is_missing(
    page: Page, answer: Answer, words: str, state: str
) -> None:
    cut(page, answer)
    eventually("it is said", says(page, words))
    assert page.locator("#state").inner_text() == state
    heal(page)
    waits(page, 6)
    eventually("it is back", page.locator("#trouble").is_hidden)


def test_a_camera_that_is_gone_is_asked_for_seldom_until_it_is_back(page: Page) -> None:
    asked: list[str] = []

    def no_picture(route: Route) -> None:
        asked.append(route.request.url)
        route.fulfill(status=404)

    page.route("**/stream.mjpg*", no_picture)
    page.evaluate(NONE_LISTED)
    page.evaluate("cut = true")
    eventually("it is said", says(page, GONE))
    eventually("no picture is asked for", lambda: page.locator("#feed").get_attribute("src") is None)
    waits(page, 1)
    asked.clear()
    first = page.evaluate("sources.length")
    waits(page, 30)
    opened = page.evaluate("sources.map(({ openedAt }) => openedAt)")[first:]
    assert len(opened) > 1
    assert min(later - one for one, later in pairwise(opened)) >= 5_000
    assert asked == []
    assert not page.locator("#feed").is_visible(), "a broken picture is shown"
    page.unroute("**/stream.mjpg*")
    page.evaluate("cut = false")
    waits(page, 6)
    eventually("it is back", page.locator("#trouble").is_hidden)
    eventually("pictures are asked for", lambda: page.locator("#feed").get_attribute("src"))


def test_who_is_no_longer_signed_in_when_the_events_end_is_asked_for_the_token(page: Page) -> None:
    page.context.clear_cookies()
    cut(page, signed_out)
    page.get_by_label("Access token").wait_for()


def test_who_signs_out_in_one_tab_sees_nothing_in_another(page: Page, web: Pipeline) -> None:
    other = page.context.new_page()
    other.goto(f"http://127.0.0.1:{web.port}/")
    other.get_by_role("button", name="Sign out").click()
    other.get_by_label("Access token").wait_for()
    waits(page, 20)
    page.get_by_label("Access token").wait_for()


def test_during_a_long_pause_nothing_is_asked_of_the_history(page: Page) -> None:
    asked: list[str] = []

    def nothing(route: Route) -> None:
        asked.append(route.request.url)
        route.fulfill(json={"rows": [], "next": None})

    page.route("**/expressions?*", nothing)
    with page.expect_request("**/expressions?*"):
        tell(page, 1)
    page.get_by_role("button", name="Pause").click()
    page.locator("#paused").wait_for()
    tell(page, 1, at=time.time() + HOUR_S)
    asked.clear()
    waits(page, 10)
    assert asked == []


def test_of_many_faces_those_that_are_there_have_a_lane(page: Page) -> None:
    now = page.evaluate("Date.now() / 1000")
    tell(page, *range(1, MOST_LANES + 3), at=now - 60)
    tell(page, 1, 2)
    eventually("it is said", lambda: page.locator("#others").inner_text() == "and 2 more faces")
    waits(page, 10)
    words = page.locator("#timeline-words")
    eventually("they are described", lambda: "Face 1: happy" in (words.text_content() or ""))
    assert (words.text_content() or "").count("Face") == MOST_LANES
    assert "Face 2: happy" in (words.text_content() or "")


@pytest.mark.parametrize(("span", "most"), [("60", 840), ("120", 780), ("300", 600)])
def test_the_timeline_goes_back_as_far_as_there_is_something_to_show(
    page: Page, span: str, most: int
) -> None:
    back = page.get_by_label("How far back the timeline is scrolled")
    back.focus()
    page.keyboard.press("Home")
    page.get_by_label("Shown at once").select_option(span)
    back.focus()
    page.keyboard.press("Home")
    assert back.get_attribute("aria-valuetext") == f"{most} seconds back"


def test_where_no_connection_is_left_it_is_said_what_helps(page: Page) -> None:
    page.route("**/neutral", never)
    tell(page, 1)
    page.get_by_role("button", name="Learn my neutral").click()
    said = "The browser has no connection left: close another window of Mien."
    eventually("it is said", lambda: page.locator(".learn-words").inner_text() == said)
