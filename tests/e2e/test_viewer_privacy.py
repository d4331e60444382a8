"""Where privacy is asked for, the live page says so, and shows no face."""

from pathlib import Path

import pytest

from tests.e2e.browsing import Seen, chromium
from tests.e2e.processes import Pipeline

SAID = {"blur": "every face that is found is blurred", "numbers": "No picture leaves the worker"}


@pytest.mark.parametrize("privacy", SAID)
def test_the_live_page_says_what_is_kept_private_and_shows_no_crop(tmp_path: Path, privacy: str) -> None:
    with Pipeline(tmp_path, MIEN_SOURCE="demo:", MIEN_PRIVACY=privacy) as pipeline, chromium() as browser:
        pipeline.start_all()
        with pipeline.feed() as feed:
            next(feed.parts())
        page, seen = browser.new_page(), Seen()
        seen.watch(page)
        page.goto(f"http://127.0.0.1:{pipeline.port}/cameras/cam1?token={pipeline.token}")
        page.locator("#faces .face").first.wait_for()
        page.get_by_text(SAID[privacy]).wait_for()
        assert page.locator("#faces .crop:visible").count() == 0
        assert page.get_by_role("button", name="Pause").is_visible() == (privacy == "blur")
        assert page.get_by_role("link", name="Snapshot").is_visible() == (privacy == "blur")
        assert seen.errors == []
