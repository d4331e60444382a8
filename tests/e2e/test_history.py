"""The history of a day, and its page in a real browser. The day is made, and written at once."""

import csv
import json
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path

import psutil
import pytest
from playwright.sync_api import Browser, Page

from shared.keys import CameraKeys
from tests.e2e.browsing import Seen, faults
from tests.e2e.processes import Pipeline, Service, eventually
from tests.made_history import write_history

CAMERA = "hall"
DAY_S = 86_400
RATE = 1
"""Results a second: as many as a test can write and download soon."""

GROWTH_BYTES = 8_000_000
"""Less than the day has as text, and far less than it has as rows."""

PIECE_BYTES = 1 << 20

UNKNOWN = "\N{EN DASH}"

COLUMNS = "() => [...document.querySelectorAll('#table-rows tr')].length"
LOCAL = """(t) => {
  const at = new Date(1000 * t);
  return new Date(at - 60000 * at.getTimezoneOffset()).toISOString().slice(0, 19);
}"""
"""A moment as a field for date and time has it, in the browser's zone."""

DRAWN = "() => document.querySelector('#shares canvas').toDataURL()"


def ask(pipeline: Pipeline, query: str) -> HTTPResponse:
    connection = HTTPConnection("127.0.0.1", pipeline.port, timeout=60)
    headers = {"Authorization": f"Bearer {pipeline.token}"}
    connection.request("GET", f"/api/v1/cameras/{CAMERA}/expressions?{query}", headers=headers)
    return connection.getresponse()


def serves(pipeline: Pipeline) -> bool:
    try:
        with closing(ask(pipeline, "limit=1")) as answer:
            return answer.status == 200
    except OSError:
        return False


@pytest.fixture(scope="module")
def until() -> int:
    """The end of the day, a whole minute."""
    return int(time.time()) // 60 * 60


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory, until: int) -> Iterator[Pipeline]:
    """A broker with the history of a day of one face, and web."""
    with Pipeline(tmp_path_factory.mktemp("day")) as pipeline:
        shown = ("happy", 60, "sad", 40)
        write_history(pipeline.broker, CAMERA, until - DAY_S, DAY_S, rate=RATE, shown=shown)
        pipeline.start("services.web")
        eventually("web serves", lambda: serves(pipeline))
        yield pipeline


@pytest.fixture
def page(browser: Browser, day: Pipeline) -> Iterator[Page]:
    """The history's page. Nothing that it does may be an error, or leave this machine."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    seen = Seen()
    seen.watch(page)
    come(page, day)
    yield page
    page.close()
    assert seen.errors == []
    assert seen.hosts == {f"127.0.0.1:{day.port}"}


def come(page: Page, day: Pipeline) -> None:
    """Open the history's page, signed in, and wait until it shows something."""
    page.goto(f"http://127.0.0.1:{day.port}/cameras/{CAMERA}/history?token={day.token}")
    page.locator("#most").get_by_text("happy").wait_for()


def show_hour(page: Page, day: Pipeline, until: int) -> None:
    """Show the last hour of the day, whatever the time is now."""
    page.goto(
        f"http://127.0.0.1:{day.port}/cameras/{CAMERA}/history?since={iso(until - 3_600)}&until={iso(until)}"
    )
    eventually("the hour", lambda: page.locator("#frames").inner_text() == f"{3_600 * RATE:,}")


def iso(t: int) -> str:
    return datetime.fromtimestamp(t, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def memory(service: Service) -> int:
    """Return the resident memory of a service and its children, in bytes."""
    family = psutil.Process(service.process.pid)
    return sum(one.memory_info().rss for one in (family, *family.children(recursive=True)))


@contextmanager
def without(pipeline: Pipeline, *keys: str) -> Iterator[None]:
    """Put keys of the broker away for a while."""
    for key in keys:
        pipeline.broker.redis.rename(key, f"{key}:away")
    yield
    for key in keys:
        pipeline.broker.redis.rename(f"{key}:away", key)


def test_the_table_of_a_day_is_whole_and_takes_web_no_memory(day: Pipeline, until: int) -> None:
    web = day.services[-1]
    with closing(ask(day, "format=csv")) as answer:
        answer.read()
    before = most = memory(web)
    lines = 0
    with closing(ask(day, f"format=csv&since={until - DAY_S}&until={until}")) as answer:
        assert answer.status == 200
        while piece := answer.read(PIECE_BYTES):
            lines += piece.count(b"\n")
            most = max(most, memory(web))
    assert lines == 1 + DAY_S * RATE
    assert most - before < GROWTH_BYTES


def test_a_day_is_summed_from_the_sums_by_the_minute(day: Pipeline, until: int) -> None:
    query = f"every=auto&since={until - DAY_S}&until={until}"
    with closing(ask(day, query)) as answer:
        body = json.load(answer)
    assert body["every"] == 300
    assert body["totals"]["frames"] == body["totals"]["faces"] == DAY_S * RATE
    assert body["totals"]["counts"]["happy"] == pytest.approx(0.6 * DAY_S * RATE, rel=0.01)
    keys = CameraKeys(CAMERA)
    with without(day, keys.expressions, keys.expressions_1s), closing(ask(day, query)) as answer:
        assert json.load(answer)["rows"] == body["rows"]


def test_another_range_is_shown_without_a_reload_and_stands_in_the_address(page: Page) -> None:
    page.evaluate("window.sameDocument = true")
    frames = page.locator("#frames")
    hour, drawn = frames.inner_text(), page.evaluate(DRAWN)
    page.get_by_role("link", name="24 hours").click()
    eventually("a day's frames", lambda: frames.inner_text() not in (hour, UNKNOWN))
    assert page.url.endswith("?range=24h")
    assert page.get_by_role("link", name="24 hours").get_attribute("aria-current") == "true"
    eventually("the chart changes", lambda: page.evaluate(DRAWN) != drawn)
    page.go_back()
    eventually(
        "the hour's frames", lambda: frames.inner_text() != UNKNOWN and len(frames.inner_text()) <= len(hour)
    )
    assert page.evaluate("window.sameDocument")


def test_a_person_names_a_time_of_their_own(page: Page, until: int) -> None:
    page.get_by_label("From").fill(page.evaluate(LOCAL, until - 7_200))
    page.get_by_label("to", exact=True).fill(page.evaluate(LOCAL, until - 3_600))
    page.get_by_role("button", name="Show", exact=True).click()
    eventually("an hour", lambda: page.locator("#frames").inner_text() == f"{3_600 * RATE:,}")
    assert "since=" in page.url
    page.reload()
    eventually("the same hour", lambda: page.locator("#frames").inner_text() == f"{3_600 * RATE:,}")


def test_a_time_that_ends_before_it_begins_is_refused(page: Page) -> None:
    page.get_by_label("From").fill("2026-01-02T00:00:00")
    page.get_by_label("to", exact=True).fill("2026-01-01T00:00:00")
    page.get_by_role("button", name="Show", exact=True).click()
    page.get_by_role("alert").wait_for()
    assert "since=" not in page.url


def test_a_stretch_that_is_marked_in_the_chart_is_looked_at_closer(page: Page) -> None:
    box = page.locator("#shares .u-over").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 0.4 * box["width"], box["y"] + 50)
    page.mouse.down()
    page.mouse.move(box["x"] + 0.6 * box["width"], box["y"] + 60, steps=4)
    page.mouse.up()
    page.wait_for_url("**since=**")
    eventually("a column of 2 s", lambda: page.locator("#period").inner_text() == "A column is 2 s")


def test_the_keyboard_tells_what_there_was_at_a_moment(page: Page, day: Pipeline, until: int) -> None:
    show_hour(page, day, until)
    moment = page.get_by_label("Moment of which the numbers are shown")
    moment.focus()
    for _ in range(20):
        page.keyboard.press("ArrowLeft")
    assert "%" in (moment.get_attribute("aria-valuetext") or "")
    assert page.locator("#tip").is_visible()


def test_the_charts_can_be_read_as_a_table(page: Page, day: Pipeline, until: int) -> None:
    page.get_by_text("The charts as a table").click()
    eventually("rows", lambda: 30 <= page.evaluate(COLUMNS) <= 62)
    assert "A row is 1 min," in page.locator("#table-words").inner_text()
    show_hour(page, day, until)
    page.get_by_text("The charts as a table").click()
    eventually("a row a minute", lambda: page.evaluate(COLUMNS) == 60)
    assert "67 %" in page.locator("#table-rows").inner_text()


def test_the_faces_of_the_range_are_downloaded_as_a_table(page: Page) -> None:
    page.get_by_role("link", name="10 minutes").click()
    page.wait_for_url("**range=10m")
    eventually("ten minutes", lambda: page.locator("#period").inner_text() == "A column is 1 s")
    with page.expect_download() as download:
        page.get_by_role("link", name="Every face, as CSV").click()
    with Path(download.value.path()).open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert download.value.suggested_filename.startswith(f"{CAMERA}-faces-")
    assert 100 * RATE <= len(rows) <= 600 * RATE
    assert {row["expression"] for row in rows} == {"happy", "sad"}


def test_the_sums_of_the_range_are_downloaded_for_programs(page: Page) -> None:
    with page.expect_download() as download:
        page.get_by_role("link", name="The sums, as JSON").click()
    body = json.loads(Path(download.value.path()).read_text())
    assert body["every"] == 10
    assert len(body["rows"]) >= 300


def test_a_time_of_which_nothing_is_kept_says_so_and_leads_to_what_is(page: Page, day: Pipeline) -> None:
    query = "since=2020-01-01T00:00:00Z&until=2020-01-01T01:00:00Z"
    page.goto(f"http://127.0.0.1:{day.port}/cameras/{CAMERA}/history?{query}")
    page.get_by_role("button", name="Show what there is").click()
    eventually("the day", lambda: page.locator("#frames").inner_text() == f"{DAY_S * RATE:,}")


@pytest.mark.parametrize("colours", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_the_page_shuts_nobody_out(page: Page, colours: str, width: int) -> None:
    page.emulate_media(color_scheme="dark" if colours == "dark" else "light")
    page.set_viewport_size({"width": width, "height": 800})
    page.get_by_text("The charts as a table").click()
    assert faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_page_goes_on_by_itself_after_web_was_away(browser: Browser, day: Pipeline) -> None:
    page = browser.new_page()
    come(page, day)
    day.services[-1].kill()
    page.get_by_role("link", name="24 hours").click()
    eventually("it says so", lambda: "Mien cannot be reached" in page.locator("#trouble").inner_text())
    day.start("services.web")
    eventually("it goes on", lambda: page.locator("#trouble").is_hidden())
    eventually("a day's frames", lambda: len(page.locator("#frames").inner_text()) >= len("80,000"))
