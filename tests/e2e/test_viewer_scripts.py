"""What the pages' scripts do about answers that are cut, late or null. Only web and a broker run."""

import time
from collections.abc import Callable, Iterator
from itertools import chain, repeat
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Error, Page, Route

from tests.e2e.browsing import chromium
from tests.e2e.processes import Pipeline, eventually
from tests.made_history import write_history

CAMERA = "hall"
LONG_S = 600

KEPT_S, CHUNK_S = 900, 120
"""Of the timeline: how long it goes back, and how much it asks for at once."""

NAMES = ("since", "until", "after")

FILL = """async ([from, until]) => {
  const { Store } = await import("/static/timeline_store.js");
  const store = new Store("/api/v1/cameras/hall/expressions");
  await store.fill(from, until);
  return store.seen(from, until).map(([track, samples]) => [track, samples.map(({ t }) => t)]);
}"""

TWICE = ("2025-10-26T01:10:00Z", "2025-10-26T01:50:00Z")
"""Within the hour that clocks in Berlin went a second time."""


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pipeline]:
    """A broker with the history of one camera, and web."""
    with Pipeline(tmp_path_factory.mktemp("web")) as pipeline:
        since = int(time.time()) // 60 * 60 - LONG_S
        write_history(pipeline.broker, CAMERA, since, LONG_S, shown=("happy", 100))
        pipeline.start("services.web")
        yield pipeline


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture
def page(browser: Browser, web: Pipeline) -> Iterator[Page]:
    page = browser.new_page(timezone_id="Europe/Berlin")
    eventually("web answers", lambda: comes(page, web))
    yield page
    page.close()


def comes(page: Page, web: Pipeline) -> bool:
    try:
        page.goto(f"http://127.0.0.1:{web.port}/?token={web.token}")
    except Error:  # web does not listen yet
        return False
    return True


def in_turn(*answers: Callable[[Route], None]) -> Callable[[Route], None]:
    """Return what answers each request in its own way, and those that follow as web does."""
    ways = chain(answers, repeat(Route.continue_))

    def answer(route: Route) -> None:
        next(ways)(route)

    return answer


def cut(route: Route) -> None:
    route.fulfill(status=200, content_type="application/json", body='{"cameras":[')


def never(_route: Route) -> None:
    """As where a cable was drawn: nothing comes, and nothing says so."""


@pytest.mark.parametrize("answer", [cut, never])
def test_the_home_page_asks_again_after_an_answer_that_is_cut_or_never_comes(
    page: Page, answer: Callable[[Route], None]
) -> None:
    page.route("**/api/v1/cameras", in_turn(answer))
    page.reload()
    trouble = page.locator("#trouble")
    eventually("it is said", lambda: "Mien cannot be reached" in trouble.inner_text())
    eventually("it is asked again", trouble.is_hidden)


def test_of_a_long_gap_the_timeline_asks_for_the_newest_first_and_for_every_page(page: Page) -> None:
    asked: list[dict[str, float]] = []

    def answer(route: Route) -> None:
        given = parse_qs(urlsplit(route.request.url).query)
        query = {name: float(given.get(name, ["0"])[0]) for name in NAMES}
        asked.append(query)
        row = {"t": query["since"] + len(asked), "track": 7, "expression": "happy", "confidence": 0.9}
        more = f"{route.request.url}&after=1" if len(asked) == 1 else None
        route.fulfill(json={"rows": [row], "next": more})

    page.route("**/expressions?*", answer)
    until = 1_800_000_000
    [[track, times]] = page.evaluate(FILL, [until - 10_000, until])
    assert asked[0] == {"since": until - CHUNK_S, "until": until, "after": 0}
    assert asked[1] == {**asked[0], "after": 1}
    assert min(query["since"] for query in asked) == until - KEPT_S
    assert (track, times) == (7, sorted(times))
    assert len(times) == len(asked)


def test_a_time_in_the_hour_that_comes_twice_stays_the_one_that_is_meant(page: Page, web: Pipeline) -> None:
    since, until = TWICE
    page.goto(f"http://127.0.0.1:{web.port}/cameras/{CAMERA}/history?since={since}&until={until}")
    page.get_by_role("button", name="Show", exact=True).click()
    eventually("it is shown", lambda: "%3A" in page.url)
    asked = parse_qs(urlsplit(page.url).query)
    assert (asked["since"], asked["until"]) == ([since], [until])


def test_a_range_that_there_is_not_is_the_usual_one(page: Page, web: Pipeline) -> None:
    page.goto(f"http://127.0.0.1:{web.port}/cameras/{CAMERA}/history?range=toString")
    page.locator("#most").get_by_text("happy").wait_for()
    assert page.get_by_role("link", name="1 hour").get_attribute("aria-current") == "true"


def test_the_moment_of_the_history_is_told_from_the_start(page: Page, web: Pipeline) -> None:
    page.goto(f"http://127.0.0.1:{web.port}/cameras/{CAMERA}/history")
    moment = page.get_by_label("Moment of which the numbers are shown")
    assert moment.get_attribute("aria-valuetext")
    page.locator("#most").get_by_text("happy").wait_for()
    assert ":" in (moment.get_attribute("aria-valuetext") or "")


def test_an_answer_that_comes_late_is_not_mixed_into_another_range(page: Page, web: Pipeline) -> None:
    held: list[Route] = []
    page.goto(f"http://127.0.0.1:{web.port}/cameras/{CAMERA}/history?range=10m")
    page.locator("#most").get_by_text("happy").wait_for()
    page.route("**/expressions?*", in_turn(held.append))
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    eventually("it asks for more", lambda: page.locator("#frames").is_visible() and held)
    page.get_by_role("link", name="24 hours").click()
    eventually("a day", lambda: page.locator("#period").inner_text() == "A column is 5 min")
    drawn = page.locator("#frames").inner_text()
    held[0].fulfill(status=503, json={"detail": "The broker is away."})
    page.wait_for_timeout(200)
    assert page.locator("#trouble").is_hidden()
    assert page.locator("#frames").inner_text() == drawn
