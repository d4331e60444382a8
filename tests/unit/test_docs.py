import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
NAMES = [str(page.relative_to(ROOT)) for page in PAGES]

LINK = re.compile(r"\]\(([^)\s]+)[^)]*\)|(?:src|href)=\"([^\"]+)\"")
ELSEWHERE = re.compile(r"[a-z]+:|#")


def relative_links(page: Path) -> list[str]:
    targets = [first or second for first, second in LINK.findall(page.read_text())]
    return [target.partition("#")[0] for target in targets if not ELSEWHERE.match(target)]


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_every_relative_link_and_picture_is_there(page: Path) -> None:
    assert [link for link in relative_links(page) if not (page.parent / link).exists()] == []


def test_the_readme_has_links_that_this_finds() -> None:
    assert {".env.example", "LICENSE"} <= set(relative_links(ROOT / "README.md"))


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_no_place_waits_to_be_filled_in(page: Path) -> None:
    assert re.findall(r"@[A-Z_]+@", page.read_text()) == []
