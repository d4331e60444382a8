"""The pages in a real browser, Debian's Chromium."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from shared.entities import EXPRESSIONS
from tests.e2e.processes import Pipeline, eventually


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    yield page
    page.close()


def test_a_person_signs_in_with_the_url_and_sees_the_demo_move(demo: Pipeline, page: Page) -> None:
    errors: list[str] = []
    hosts: set[str] = set()
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.on("request", lambda request: hosts.add(request.url.split("/")[2]))
    with demo.feed() as feed:  # the camera is known from here on
        next(feed.frames())
    page.goto(f"http://127.0.0.1:{demo.port}/?token={demo.token}")
    assert "token" not in page.url
    page.get_by_role("link", name="Start video streaming").first.click()
    picture = page.locator("img[src*='stream.mjpg']")
    picture.wait_for()
    shown = "document.querySelector('img[src*=\"stream.mjpg\"]').naturalWidth > 0"
    eventually("the picture is shown", lambda: page.evaluate(shown))
    first = picture.screenshot()
    page.wait_for_timeout(1_500)
    assert picture.screenshot() != first, "the picture does not move"
    assert errors == []
    assert hosts == {f"127.0.0.1:{demo.port}"}


def test_a_person_without_a_token_is_asked_for_it(demo: Pipeline, page: Page) -> None:
    with demo.feed() as feed:
        next(feed.frames())
    page.goto(f"http://127.0.0.1:{demo.port}/cameras/cam1")
    page.locator("input[name=token]").fill(demo.token)
    page.get_by_role("button", name="Sign in").click()
    page.locator("img[src*='stream.mjpg']").wait_for()
    assert page.url.endswith("/cameras/cam1")


def test_where_the_token_is_found_fits_a_narrow_screen(demo: Pipeline, page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 640})
    page.goto(f"http://127.0.0.1:{demo.port}/")
    page.get_by_text("Where do I find the token?").click()
    page.get_by_text("docker compose exec web cat").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_a_wrong_token_does_not_sign_in(demo: Pipeline, page: Page) -> None:
    with demo.feed() as feed:
        next(feed.frames())
    page.goto(f"http://127.0.0.1:{demo.port}/")
    page.locator("input[name=token]").fill("a guess")
    page.get_by_role("button", name="Sign in").click()
    page.locator("input[name=token]").wait_for()
    assert page.get_by_role("link", name="Start video streaming").count() == 0


def test_the_live_page_shows_the_expressions(demo: Pipeline, page: Page) -> None:
    with demo.feed() as feed:
        next(feed.frames())
    page.goto(f"http://127.0.0.1:{demo.port}/cameras/cam1?token={demo.token}")
    text = page.locator("main")
    eventually(
        "an expression is named", lambda: any(word in text.inner_text().lower() for word in EXPRESSIONS)
    )
