"""The page of the API, in Debian's Chromium."""

import pytest
from playwright.sync_api import Browser, Page

from tests.e2e.api import get_json
from tests.e2e.browsing import Seen, faults
from tests.e2e.processes import Pipeline, eventually


def opened(
    browser: Browser, pipeline: Pipeline, *, width: int = 1280, dark: bool = False
) -> tuple[Page, Seen]:
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme="dark" if dark else "light"
    )
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    eventually("web answers", lambda: get_json(pipeline, "/api/v1/openapi.json"))
    page, seen = context.new_page(), Seen()
    seen.watch(page)
    page.goto(f"http://127.0.0.1:{pipeline.port}/api?token={pipeline.token}")
    return page, seen


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("width", [360, 1280])
def test_nobody_is_shut_out_of_the_page(demo: Pipeline, browser: Browser, width: int, dark: bool) -> None:
    page, seen = opened(browser, demo, width=width, dark=dark)
    page.evaluate("document.querySelectorAll('details').forEach((part) => { part.open = true; })")
    assert faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert seen.errors == []
    assert seen.hosts == {f"127.0.0.1:{demo.port}"}
    page.close()


def test_a_link_to_a_record_opens_it(demo: Pipeline, browser: Browser) -> None:
    page, _ = opened(browser, demo)
    page.locator("#newestFaces").get_by_role("link", name="Faces", exact=True).click()
    eventually("it is open", page.locator("#schema-Faces td").first.is_visible)
    page.close()


def test_a_command_can_be_copied(demo: Pipeline, browser: Browser) -> None:
    page, _ = opened(browser, demo)
    page.get_by_role("button", name="Copy the command of The cameras", exact=True).click()
    page.get_by_text("Copied").first.wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == f'curl -H "Authorization: Bearer $TOKEN" http://127.0.0.1:{demo.port}/api/v1/cameras'
    page.close()
