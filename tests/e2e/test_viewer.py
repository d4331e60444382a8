"""The pages as a person uses them: the demo, signed in with the URL that `mien up` prints."""

import re
from collections.abc import Iterator
from http import HTTPStatus
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page

from shared.entities import EXPRESSIONS, UNSURE
from tests.e2e.browsing import Seen, changes, differs, faults, moves
from tests.e2e.processes import eventually
from tests.e2e.test_up import Up

UNKNOWN = "\N{EN DASH}"

PATHS = ["/", "/cameras/cam1", "/cameras/cam1/history", "/device", "/api"]

BARS = "() => [...document.querySelectorAll('#faces .bar i')].map((bar) => bar.style.transform).join()"
CROP = "() => document.querySelector('#faces .crop:not([hidden])')?.toDataURL() ?? null"
TIMELINE = "() => document.querySelector('#timeline canvas').toDataURL()"
HELD = "() => document.getElementById('still').toDataURL()"

HIDE = """(hidden) => {
  Object.defineProperty(document, "hidden", { configurable: true, get: () => hidden });
  document.dispatchEvent(new Event("visibilitychange"));
}"""

SOURCES = """
  window.sources = [];
  window.EventSource = class extends EventSource {
    constructor(...given) { super(...given); sources.push(this); }
  };
"""

GOES_PRIVATE = """() => new Promise((go) => {
  const source = sources.at(-1);
  source.addEventListener("status", ({ data }) => {
    const told = JSON.stringify({ ...JSON.parse(data), privacy: "blur" });
    source.dispatchEvent(new MessageEvent("status", { data: told }));
    const still = document.getElementById("still");
    go([still.hidden, still.width, document.querySelectorAll("#faces .crop").length]);
  }, { once: true });
})"""
"""Resolves, as privacy is told of, with whether the held picture is hidden, how wide it is, and crops."""

NOT_KNOWN = """async () => {
  const { Health } = await import("/static/health.js");
  const counted = { captured: null, published: null, dropped: null };
  const numbers = { results_fps: 0, age_ms: { now: null, p95: null } };
  const camera = { id: "cam1", state: "live", fps: 0 };
  const text = (id) => document.getElementById(id).textContent;
  new Health().show({ ...numbers, ...counted, camera, workers: [], broker: true });
  return [text("lost-share"), document.getElementById("causes").rows[0].cells[2].textContent];
}"""


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    one = Up(tmp_path_factory.mktemp("up"), "--source", "demo:")
    with one.feed() as feed:  # the camera is known from here on
        next(feed.frames())
    yield one
    one.kill()


@pytest.fixture
def context(browser: Browser, up: Up) -> Iterator[BrowserContext]:
    """A browser that is signed in."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.add_init_script(SOURCES)
    page = context.new_page()
    page.goto(f"http://127.0.0.1:{up.port}/?token={up.token()}")
    page.close()
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext, up: Up) -> Iterator[Page]:
    """The live page of the demo. Nothing that it does may be an error, or leave this machine."""
    page = context.new_page()
    seen = Seen()
    seen.watch(page)
    page.goto(f"http://127.0.0.1:{up.port}/cameras/cam1")
    page.locator("#faces .face").first.wait_for()
    yield page
    assert seen.errors == []
    assert seen.hosts == {f"127.0.0.1:{up.port}"}


def test_the_picture_the_bars_the_crop_and_the_timeline_change_as_the_demo_plays(page: Page) -> None:
    shown = page.locator(".picture")
    first = shown.screenshot()
    eventually("the picture moves", lambda: shown.screenshot() != first)
    changes(page, "the bars", BARS)
    changes(page, "the crop", CROP)
    changes(page, "the timeline", TIMELINE)


def test_each_face_has_a_name_for_what_it_shows_and_how_sure_that_is(page: Page) -> None:
    card = page.locator("#faces .face").first
    assert card.locator(".bar").count() == len(EXPRESSIONS)
    assert card.locator(".value").first.inner_text().endswith("%")
    words = [*EXPRESSIONS, UNSURE, "?", "too", "turned"]
    assert any(word in card.locator(".expression").inner_text() for word in words)
    eventually("it is said how sure", lambda: "confidence" in page.locator("#faces").inner_text())


def test_the_expressions_are_announced_to_who_does_not_see_them(page: Page) -> None:
    said = page.locator("#announcement")
    assert said.get_attribute("aria-live") == "polite"
    eventually("an announcement", lambda: any(word in (said.text_content() or "") for word in EXPRESSIONS))


def test_the_numbers_say_whether_all_is_well(page: Page) -> None:
    health = page.locator(".health")
    eventually("a rate", lambda: re.match(r"[1-9]", health.locator("#rate").inner_text()))
    assert health.locator("#age-now").inner_text().endswith("ms")
    assert health.locator("#at-work").inner_text() == "1"
    page.get_by_text("Dropped frames by cause").click()
    assert health.locator("tbody th").count() == 6
    assert "superseded" in health.inner_text()


def test_pause_holds_the_picture_and_all_beside_it_until_it_goes_on(page: Page) -> None:
    page.get_by_role("button", name="Pause").click()
    page.locator("#paused").wait_for()
    assert page.locator("#still").is_visible()
    assert page.locator("#feed").is_hidden()
    held, bars = page.evaluate(HELD), page.evaluate(BARS)
    page.wait_for_timeout(1_500)
    assert page.evaluate(HELD) == held
    assert page.evaluate(BARS) == bars
    page.get_by_role("button", name="Go on").click()
    moves(page)
    eventually("the bars go on", differs(page, BARS, bars))


def test_a_pause_ends_when_privacy_begins_and_nothing_is_left_of_what_it_held(page: Page) -> None:
    page.get_by_role("button", name="Pause").click()
    page.locator("#paused").wait_for()
    assert page.evaluate(GOES_PRIVATE) == [True, 0, 0]
    page.get_by_role("button", name="Pause").wait_for()
    moves(page)


def test_a_page_that_nobody_sees_takes_no_pictures(page: Page) -> None:
    moves(page)
    page.evaluate(HIDE, True)
    assert page.locator("#feed").get_attribute("src") is None
    page.evaluate(HIDE, False)
    moves(page)


def test_numbers_that_are_not_known_yet_are_dashes(page: Page) -> None:
    assert page.evaluate(NOT_KNOWN) == [UNKNOWN, UNKNOWN]


@pytest.mark.parametrize("paused", [False, True], ids=["moving", "paused"])
def test_a_snapshot_is_the_picture_as_a_file(page: Page, paused: bool) -> None:
    if paused:
        page.get_by_role("button", name="Pause").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Snapshot").click()
    saved = Path(download.value.path()).read_bytes()
    assert download.value.suggested_filename.startswith("cam1")
    assert Image.open(BytesIO(saved)).size == (640, 480)


def test_full_screen_shows_the_picture_alone(page: Page) -> None:
    page.get_by_role("button", name="Full screen").click()
    eventually("full screen", lambda: page.evaluate("document.fullscreenElement?.id") == "stage")
    page.get_by_role("button", name="Leave full screen").click()
    eventually("no longer", lambda: page.evaluate("document.fullscreenElement") is None)


def test_a_person_teaches_it_their_neutral_face_and_sees_how_far_it_is(page: Page) -> None:
    card = page.locator("#faces .face").first
    card.get_by_role("button", name="Learn my neutral").click()
    card.get_by_role("progressbar").wait_for()
    ended = ("corrected by this face's own neutral", "Try again")
    words = card.locator(".learn-words")
    eventually("it ends", lambda: any(end in words.inner_text() for end in ended), within_s=30)


def test_the_timeline_scrolls_back_and_comes_back_to_now(page: Page) -> None:
    back = page.get_by_label("How far back the timeline is scrolled")
    assert back.get_attribute("aria-valuetext") == "now"
    back.focus()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    assert back.get_attribute("aria-valuetext") == "10 seconds back"
    page.get_by_role("button", name="Back to now").click()
    assert back.get_attribute("aria-valuetext") == "now"


def test_the_timeline_tells_what_a_face_showed_where_one_points(page: Page) -> None:
    tip = page.locator("#tip")

    def pointed() -> bool:
        box = page.locator("#timeline .u-over").bounding_box()
        assert box is not None
        page.mouse.move(box["x"] + box["width"] - 8, box["y"] + 20)
        return "face" in tip.inner_text() and "%" in tip.inner_text()

    eventually("it tells", pointed)


def test_a_person_signs_out_and_is_asked_for_the_token_again(context: BrowserContext, up: Up) -> None:
    page = context.new_page()
    page.goto(f"http://127.0.0.1:{up.port}/cameras/cam1")
    page.get_by_role("button", name="Sign out").click()
    page.get_by_label("Access token").wait_for()
    assert page.request.get(f"http://127.0.0.1:{up.port}/api/v1/cameras").status == HTTPStatus.UNAUTHORIZED


@pytest.mark.parametrize("colours", ["light", "dark"])
@pytest.mark.parametrize("path", [*PATHS, "/cameras/none"])
def test_no_page_shuts_anybody_out(context: BrowserContext, up: Up, path: str, colours: str) -> None:
    page = context.new_page()
    page.emulate_media(color_scheme="dark" if colours == "dark" else "light")
    page.goto(f"http://127.0.0.1:{up.port}{path}")
    if path == "/cameras/cam1":
        page.locator("#faces .face").first.wait_for()
        page.get_by_text("Dropped frames by cause").click()
    assert faults(page) == []


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_the_page_to_sign_in_shuts_nobody_out(browser: Browser, up: Up, colours: str) -> None:
    page = browser.new_page(color_scheme="dark" if colours == "dark" else "light")
    page.goto(f"http://127.0.0.1:{up.port}/")
    page.get_by_label("Access token").fill("a guess")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("alert").wait_for()
    assert faults(page) == []
    page.close()


@pytest.mark.parametrize("width", [360, 3840])
@pytest.mark.parametrize("path", PATHS)
def test_no_page_is_wider_than_its_screen(context: BrowserContext, up: Up, path: str, width: int) -> None:
    page = context.new_page()
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(f"http://127.0.0.1:{up.port}{path}")
    page.wait_for_timeout(500)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize(
    "injected",
    [
        "Object.assign(document.createElement('script'), {textContent: 'window.injected = true'})",
        "Object.assign(document.createElement('script'), {src: 'http://mien.example/evil.js'})",
        "Object.assign(document.createElement('img'), {src: 'http://mien.example/told.png'})",
    ],
)
def test_the_policy_blocks_what_is_injected(context: BrowserContext, up: Up, injected: str) -> None:
    page = context.new_page()
    page.goto(f"http://127.0.0.1:{up.port}/cameras/cam1")
    seen = Seen()
    seen.watch(page)
    blocked = page.evaluate(
        f"""() => new Promise((go) => {{
            document.addEventListener("securitypolicyviolation", (event) => go(event.violatedDirective));
            document.body.append({injected});
        }})"""
    )
    assert blocked.startswith(("script-src", "img-src"))
    assert page.evaluate("window.injected") is None
    assert seen.hosts <= {f"127.0.0.1:{up.port}", "mien.example"}
