"""What the pages' scripts do about answers that are cut, late or null. Only web and a broker run."""

import time
from collections.abc import Callable, Iterator
from itertools import chain, repeat
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Error, Page, Route

from tests.e2e.processes import Pipeline, eventually
from tests.made_history import write_history

CAMERA = "hall"
LONG_S = 600

KEPT_S, CHUNK_S = 900, 120
"""Of the timeline: how long it goes back, and how much it asks for at once."""

THIN_PIECES = 12
"""Of one picture: it takes longer than a line may be silent."""

HOUR_S = 3_600

NAMES = ("since", "until", "after")

FILL = """async ([from, until]) => {
  const { Store } = await import("/static/timeline_store.js");
  const store = new Store("/api/v1/cameras/hall/expressions");
  await store.fill(from, until);
  return store.seen(from, until).map(([track, samples]) => [track, samples.map(({ t }) => t)]);
}"""

PAUSED = """async ([until, kept, hour]) => {
  const { Store } = await import("/static/timeline_store.js");
  const store = new Store("/api/v1/cameras/hall/expressions");
  const face = { track: 7, expression: "happy", confidence: 0.9 };
  const times = (since, end) => store.seen(since, end).flatMap(([, samples]) => samples.map(({ t }) => t));
  const reach = async () => {
    while (await store.reach(until - kept));
    return times(until - kept, until);
  };
  store.add(until, [face]);
  const before = await reach();
  store.hold(until);
  for (let t = until + 1; t <= until + hour; t += 1) store.add(t, [face]);
  const held = (await reach()).filter((t) => t <= until);
  const all = times(0, Infinity).length;
  store.hold(null);
  store.add(until + hour, [face]);
  return { before, held, all, after: times(0, Infinity) };
}"""
"""What a timeline knows: before a pause; of that during it, and how much in all; and after it."""

THIN = """async (pieces) => {
  const { Tiles } = await import("/static/tiles.js");
  const picture = document.createElement("canvas");
  const jpeg = await new Promise((take) => picture.toBlob(take, "image/jpeg"));
  const lines = ["--frame", "X-Camera: hall", "X-Frame-Seq: 1", `Content-Length: ${jpeg.size}`, "", ""];
  const bytes = new Uint8Array(await new Blob([lines.join("\\r\\n"), jpeg]).arrayBuffer());
  const slowly = (signal) => new ReadableStream({
    start: (to) => signal.addEventListener("abort", () => to.error(signal.reason)),
    at: 0,
    async pull(to) {
      await new Promise((go) => setTimeout(go, 500));
      const next = this.at + Math.ceil(bytes.length / pieces);
      if (!signal.aborted) to.enqueue(bytes.slice(this.at, next));
      this.at = next;
    },
  }, { highWaterMark: 0 });
  const real = window.fetch;
  const isTiles = (path) => path.includes("/stream?");
  window.fetch = async (path, more) => (isTiles(path) ? new Response(slowly(more.signal)) : real(path, more));
  window.tile = document.createElement("canvas");
  new Tiles(() => tile, false);
}"""
"""Shows a tile of which a piece comes every half second."""

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


def test_during_a_long_pause_the_timeline_keeps_what_it_shows_and_asks_for_no_more(page: Page) -> None:
    asked: list[float] = []

    def answer(route: Route) -> None:
        query = parse_qs(urlsplit(route.request.url).query)
        asked.append(float(query["since"][0]))
        row = {"t": asked[-1] + 1, "track": 7, "expression": "happy", "confidence": 0.9}
        route.fulfill(json={"rows": [row], "next": None})

    page.route("**/expressions?*", answer)
    until = 1_800_000_000
    known = page.evaluate(PAUSED, [until, KEPT_S, HOUR_S])
    assert min(asked) == until - KEPT_S
    assert len(asked) == -(-KEPT_S // CHUNK_S)
    assert known["held"] == known["before"]
    assert len(known["before"]) == len(asked) + 1
    assert known["all"] <= len(known["before"]) + KEPT_S
    assert min(known["after"]) > until + HOUR_S - KEPT_S - 1


def test_a_tile_whose_picture_takes_long_is_shown(page: Page) -> None:
    page.evaluate(THIN, THIN_PIECES)
    eventually("it is drawn", lambda: page.evaluate("tile.dataset.drawn"), within_s=60)


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
    eventually("a day", lambda: page.locator("#period").inner_text().startswith("A column is 5 min"))
    drawn = page.locator("#frames").inner_text()
    held[0].fulfill(status=503, json={"detail": "The broker is away."})
    page.wait_for_timeout(200)
    assert page.locator("#trouble").is_hidden()
    assert page.locator("#frames").inner_text() == drawn


def test_a_range_that_begins_before_what_is_kept_says_since_when_that_is(page: Page, web: Pipeline) -> None:
    page.goto(f"http://127.0.0.1:{web.port}/cameras/{CAMERA}/history?range=24h")
    period = page.locator("#period")
    eventually("it is said", lambda: "kept since" in period.inner_text())
    assert period.inner_text().startswith("A column is 5 min · kept since")
    since, until = page.evaluate(
        "[document.getElementById('moment').min, document.getElementById('moment').max]"
    )
    page.get_by_role("link", name="10 minutes").click()
    eventually("all of it is kept", lambda: period.inner_text() == "A column is 1 s")
    assert float(until) - float(since) > HOUR_S
