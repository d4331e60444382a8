import re
from functools import partial
from html.parser import HTMLParser
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from services.web.pages import AGAIN_AFTER_S
from services.web.workers import LONGEST_LABEL, SILENT_AFTER_MS
from shared.entities import EXPRESSIONS, CameraState
from shared.registry import Worker
from tests.unit.web.fakes import BEARER, Site

ROOT = Path(__file__).resolve().parents[3]

PAGES = ["/", "/cameras/cam", "/cameras/cam/history", "/cameras/none", "/device"]


class Shown(HTMLParser):
    """Collects the cells of the table of workers, and which parts of the page are hidden."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.titles: list[str] = []
        self.hidden: set[str] = set()
        self._skipped: str | None = None
        self._in_cell = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if "hidden" in given:
            self.hidden.add(given.get("id") or "")
        if tag == "template" or (tag == "span" and "hidden" in given):
            self._skipped = self._skipped or tag
        if self._skipped:
            return
        if tag == "tr":
            self.rows.append([])
        if tag in ("th", "td"):
            self._in_cell = True
            self.rows[-1].append("")
        if tag == "code" and self._in_cell:
            self.titles.append(given.get("title") or "")

    def handle_endtag(self, tag: str) -> None:
        if tag == self._skipped:
            self._skipped = None
        if tag in ("th", "td"):
            self._in_cell = False

    def handle_data(self, data: str) -> None:
        if self._in_cell and not self._skipped:
            self.rows[-1][-1] = " ".join(f"{self.rows[-1][-1]} {data}".split())


class Loaded(HTMLParser):
    """Collects what a page loads, and what its policy would block."""

    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.inline: list[str] = []
        self._script = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in ("src", "href", "action"):
                self.addresses.append(value or "")
            if name == "style" or name.startswith("on"):
                self.inline.append(f"{tag} {name}")
        self._script = tag in ("script", "style")

    def handle_data(self, data: str) -> None:
        if self._script and data.strip():
            self.inline.append(data)
        self._script = False


def page(client: FlaskClient, path: str) -> str:
    return client.get(path, headers=BEARER).text


@pytest.mark.parametrize("path", PAGES)
def test_a_page_loads_nothing_from_elsewhere_and_has_nothing_inline(
    client: FlaskClient, site: Site, path: str
) -> None:
    site.world.add_camera("cam")
    loaded = Loaded()
    loaded.feed(page(client, path))
    assert [address for address in loaded.addresses if not address.startswith(("/", "#", "?"))] == []
    assert loaded.inline == []


@pytest.mark.parametrize("path", PAGES)
def test_every_page_has_the_strict_headers(client: FlaskClient, path: str) -> None:
    headers = client.get(path, headers=BEARER).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cache-Control"] == "no-store"


def test_home_says_that_there_is_no_camera(client: FlaskClient) -> None:
    assert "No camera yet" in page(client, "/")


@pytest.mark.parametrize("number", [1, 12])
def test_home_leads_to_every_camera(client: FlaskClient, site: Site, number: int) -> None:
    for index in range(number):
        site.world.add_camera(f"cam{index}")
    text, _, _ = page(client, "/").partition("<template")
    assert text.count("Start video streaming") == number
    assert all(f'href="/cameras/cam{index}"' in text for index in range(number))


def test_home_has_a_blank_tile_for_a_camera_that_comes_later(client: FlaskClient) -> None:
    _, _, after = page(client, "/").partition('<template id="camera-tile">')
    blank, _, _ = after.partition("</template>")
    assert "Start video streaming" in blank
    assert 'data-camera=""' in blank


def test_the_tiles_of_home_need_no_script_to_lead_to_their_cameras(client: FlaskClient, site: Site) -> None:
    site.world.add_camera("cam", CameraState.OPENING)
    text = page(client, "/")
    assert 'data-camera="cam"' in text
    assert 'class="state opening"' in text


def test_home_says_why_a_camera_is_lost_and_escapes_it(client: FlaskClient, site: Site) -> None:
    site.world.add_camera("cam", CameraState.LOST, "<script>no such device</script>")
    text = page(client, "/")
    assert "&lt;script&gt;no such device" in text


def test_home_works_while_the_broker_is_away(client: FlaskClient, site: Site) -> None:
    site.world.away = True
    answer = client.get("/", headers=BEARER)
    assert answer.status_code == 200
    assert "The broker cannot be reached" in answer.text


def shown(client: FlaskClient) -> Shown:
    parser = Shown()
    parser.feed(page(client, "/"))
    return parser


def test_home_lists_every_worker_with_its_pace_and_its_last_heartbeat(
    client: FlaskClient, site: Site
) -> None:
    site.world.at_work = [
        Worker("inference-attic-17-ab12", "attic", 14.54, 420),
        Worker("inference-attic-18-cd34", "attic", 0.0, 5_000),
    ]
    home = shown(client)
    assert home.rows == [
        ["Worker", "Host", "Frames a second", "Last heartbeat"],
        ["17-ab12", "attic", "14.5", "0.4 s ago"],
        ["18-cd34", "attic", "0.0", "5.0 s ago"],
    ]
    assert home.titles == ["inference-attic-17-ab12", "inference-attic-18-cd34"]
    assert {"no-worker", "workers-problem"} <= home.hidden


def test_home_marks_a_worker_without_a_heartbeat_for_over_five_seconds(
    client: FlaskClient, site: Site
) -> None:
    site.world.at_work = [Worker("w1", "attic", 3.0, 5_001), Worker("w2", "attic", 3.0, 4_999)]
    assert [cells[2:] for cells in shown(client).rows[1:]] == [
        ["\N{EN DASH}", "silent 5.0 s ago"],
        ["3.0", "5.0 s ago"],
    ]


def test_home_hands_the_limits_of_a_workers_row_to_its_script(client: FlaskClient) -> None:
    text = page(client, "/")
    assert f'data-silent-after-ms="{SILENT_AFTER_MS}"' in text
    assert f'data-longest-label="{LONGEST_LABEL}"' in text


def test_home_says_that_no_worker_runs(client: FlaskClient, site: Site) -> None:
    site.world.at_work = []
    assert "No worker is running: faces are not read." in page(client, "/")
    home = shown(client)
    assert "workers-frame" in home.hidden
    assert "no-worker" not in home.hidden


def test_home_escapes_what_a_worker_says_of_itself(client: FlaskClient, site: Site) -> None:
    site.world.at_work = [Worker('"><b>w', "<b>host", 1.0, 1)]
    text = page(client, "/")
    assert "<b>" not in text
    assert "&lt;b&gt;host" in text


def test_home_does_not_claim_that_no_worker_runs_while_the_broker_is_away(
    client: FlaskClient, site: Site
) -> None:
    site.world.away = True
    assert {"no-worker", "no-camera"} <= shown(client).hidden


def test_home_names_the_data_and_the_law(client: FlaskClient) -> None:
    text = page(client, "/")
    assert "FER2013" in text
    assert "Article 5(1)(f)" in text
    assert "2 February 2025" in text


def test_the_live_page_shows_the_feed_of_its_camera(client: FlaskClient, site: Site) -> None:
    site.world.add_camera("cam")
    text = page(client, "/cameras/cam")
    assert 'src="/cameras/cam/stream.mjpg"' in text
    assert 'href="/cameras/cam/snapshot.jpg"' in text


def test_the_live_page_has_a_blank_card_with_seven_bars_for_faces_to_come(
    client: FlaskClient, site: Site
) -> None:
    site.world.add_camera("cam")
    _, _, after = page(client, "/cameras/cam").partition('<template id="face-card">')
    card, _, _ = after.partition("</template>")
    assert [name for name in EXPRESSIONS if f'class="bar {name}"' not in card] == []
    assert "Learn my neutral" in card


@pytest.mark.parametrize("path", ["/cameras/cam", "/", "/device"])
def test_every_page_says_where_one_is(client: FlaskClient, site: Site, path: str) -> None:
    site.world.add_camera("cam")
    text = page(client, path)
    assert 'href="#main"' in text
    assert text.count("<h1") == 1
    assert ('aria-current="page"' in text) == (path != "/device")


def test_an_unknown_camera_is_a_plain_404(client: FlaskClient) -> None:
    answer = client.get("/cameras/none", headers=BEARER)
    assert answer.status_code == 404
    assert "There is no such camera." in answer.text


def test_the_live_page_of_a_camera_that_nobody_knows_yet_is_503_while_the_broker_is_away(
    client: FlaskClient, site: Site
) -> None:
    site.world.away = True
    answer = client.get("/cameras/cam", headers=BEARER)
    assert answer.status_code == 503
    assert "The broker cannot be reached." in answer.text


@pytest.mark.parametrize("path", ["/cameras/cam", "/cameras/cam/history", "/cameras/cam/snapshot.jpg"])
def test_a_page_for_which_the_broker_is_missing_tries_again_by_itself(
    client: FlaskClient, site: Site, path: str
) -> None:
    site.world.away = True
    answer = client.get(path, headers=BEARER)
    assert answer.status_code == 503
    assert answer.headers["Refresh"] == str(AGAIN_AFTER_S)
    assert "tries again by itself" in answer.text


@pytest.mark.parametrize("path", ["/cameras/cam", "/cameras/cam/history"])
def test_a_page_waits_for_a_camera_that_capture_is_about_to_name(
    client: FlaskClient, site: Site, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    monkeypatch.setattr(site.world, "cameras", partial(next, iter([[], [], ["cam"]]), ["cam"]))
    assert client.get(path, headers=BEARER).status_code == 200


def test_what_will_not_be_over_soon_is_not_tried_again(client: FlaskClient) -> None:
    answer = client.get("/cameras/none", headers=BEARER)
    assert "Refresh" not in answer.headers
    assert "tries again" not in answer.text


def test_programs_are_not_told_to_try_again(client: FlaskClient, site: Site) -> None:
    site.world.away = True
    answer = client.get("/api/v1/cameras", headers=BEARER)
    assert answer.status_code == 503
    assert "Refresh" not in answer.headers


def test_the_sign_in_page_says_where_the_token_is(client: FlaskClient) -> None:
    text = client.get("/").text
    assert "?token=" in text
    assert "<code>MIEN_TOKEN</code>" in text
    assert "MIEN_TOKEN_FILE" in text


def test_the_sign_in_page_leads_to_the_token_in_the_containers(client: FlaskClient) -> None:
    text = client.get("/").text
    assert "docker compose logs web" in text
    compose = (ROOT / "docker-compose.yml").read_text()
    [path] = re.findall(r"MIEN_TOKEN_FILE: (\S+)", compose)
    assert f"docker compose exec web cat {path}" in text


def test_the_page_of_this_device_s_camera_is_linked_from_home(client: FlaskClient) -> None:
    assert 'href="/device"' in page(client, "/")


def test_where_no_browser_may_be_a_camera_the_page_says_so(client: FlaskClient) -> None:
    assert "MIEN_BROWSER_CAMERAS=0" in page(client, "/device")
