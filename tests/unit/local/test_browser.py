from pathlib import Path

from services.local.browser import Browser

URL = "http://127.0.0.1:8000/?token=abc&next=live"


def test_the_browser_is_handed_a_file_and_never_the_token(tmp_path: Path) -> None:
    opened: list[str] = []
    Browser(tmp_path, opened.append).show(URL)
    (address,) = opened
    assert address.startswith("file://")
    assert "abc" not in address


def test_the_file_leads_to_the_url_and_is_for_this_user_only(tmp_path: Path) -> None:
    opened: list[str] = []
    Browser(tmp_path, opened.append).show(URL)
    page = Path(opened[0].removeprefix("file://"))
    assert 'content="0; url=http://127.0.0.1:8000/?token=abc&amp;next=live"' in page.read_text()
    assert page.stat().st_mode & 0o777 == 0o600
