import re
from typing import Any

import pytest
from flask.testing import FlaskClient

from services.web.access import Access
from services.web.attempts import LIMIT
from services.web.guard import local_path
from shared.entities import CameraState
from tests.unit.web.fakes import BEARER, TOKEN, Site, jpeg, result

PATHS = [
    ("/", "page"),
    ("/cameras/cam", "page"),
    ("/device", "page"),
    ("/cameras/cam/stream.mjpg", "page"),
    ("/cameras/cam/snapshot.jpg", "page"),
    ("/api/v1/cameras", "api"),
    ("/api/v1/cameras/cam/faces", "api"),
    ("/api/v1/workers", "api"),
    ("/api/v1/cameras/cam/events", "api"),
    ("/api/v1/cameras/stream", "api"),
    ("/api/v1/cameras/cam/expressions", "api"),
    ("/cameras/cam/history", "page"),
    ("/api/v1/openapi.json", "api"),
    ("/api", "page"),
]

SOCKET = "/device/frames"

POSTS = ["/api/v1/cameras/cam/faces/7/neutral"]

COOKIE = Access(TOKEN).cookie_name


def with_camera(site: Site) -> None:
    site.world.add_camera("cam").add(result(1, picture=jpeg()))


def test_every_route_is_in_the_table_of_these_tests(site: Site) -> None:
    names = {"camera": "cam", "track": "7"}
    plain = (
        re.sub(r"<[a-z:]*(camera|track)>", lambda name: names[name[1]], rule.rule)
        for rule in site.app.url_map.iter_rules()
    )
    rules = set(plain) - {SOCKET}
    open_rules = {"/healthz", "/readyz", "/sign-in", "/sign-out", "/static/<path:filename>"}
    assert rules - open_rules == {path for path, _ in PATHS} | set(POSTS)


@pytest.mark.parametrize(("path", "kind"), PATHS)
def test_without_the_token_there_is_401(client: FlaskClient, site: Site, path: str, kind: str) -> None:
    with_camera(site)
    answer = client.get(path)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    if kind == "api":
        assert answer.content_type == "application/problem+json"
        assert answer.get_json(force=True)["status"] == 401
    else:
        assert 'name="token"' in answer.text


def test_without_the_token_no_browser_becomes_a_camera(client: FlaskClient) -> None:
    assert client.get(SOCKET, headers={"Connection": "Upgrade", "Upgrade": "websocket"}).status_code == 401


@pytest.mark.parametrize("path", POSTS)
def test_without_the_token_nothing_can_be_asked_for(client: FlaskClient, site: Site, path: str) -> None:
    with_camera(site)
    answer = client.post(path)
    assert answer.status_code == 401
    assert answer.content_type == "application/problem+json"


@pytest.mark.parametrize("path", POSTS)
def test_the_cookie_does_as_well(client: FlaskClient, site: Site, path: str) -> None:
    with_camera(site)
    site.world.followed = {7}
    client.get(f"/?token={TOKEN}")
    assert client.post(path, headers={"Sec-Fetch-Site": "same-origin"}).status_code == 202


@pytest.mark.parametrize(("path", "kind"), PATHS)
def test_with_the_token_there_is_200(client: FlaskClient, site: Site, path: str, kind: str) -> None:
    with_camera(site)
    answer = client.get(path, headers=BEARER, buffered=False)
    assert answer.status_code == 200
    answer.close()


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/static/mien.css"])
def test_probes_and_static_files_need_no_token(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 200


def test_a_path_that_does_not_exist_is_not_told_from_others_without_the_token(client: FlaskClient) -> None:
    assert client.get("/nothing").status_code == 401
    assert client.get("/nothing", headers=BEARER).status_code == 404


def test_the_token_in_the_address_becomes_a_cookie_and_leaves_the_address(client: FlaskClient) -> None:
    answer = client.get(f"/cameras/cam?token={TOKEN}&x=1&y=a%26b")
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/cameras/cam?x=1&y=a%26b"
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith(f"{COOKIE}=")
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Secure" not in cookie
    assert client.get("/").status_code == 200


def test_over_https_the_cookie_is_secure(client: FlaskClient) -> None:
    answer = client.get(f"/?token={TOKEN}", base_url="https://mien.example")
    assert "Secure" in answer.headers["Set-Cookie"]


def test_nobody_is_sent_to_another_site_after_signing_in(client: FlaskClient) -> None:
    answer = client.get(f"/?token={TOKEN}", environ_overrides={"PATH_INFO": "//evil.example/path"})
    assert answer.headers["Location"] == "/evil.example/path"


@pytest.mark.parametrize(
    ("target", "path"),
    [
        ("/cameras/cam?x=1", "/cameras/cam?x=1"),
        ("https://evil.example/path", "/path"),
        ("//evil.example/path", "/path"),
        ("/\\evil.example", "/evil.example"),
        ("///evil.example", "/evil.example"),
        ("javascript:alert(1)", "/alert%281%29"),
        ("", "/"),
        ("//[", "/"),
        ("/sign-in", "/"),
        ("/sign-out?x=1", "/"),
    ],
)
def test_a_target_is_always_a_path_of_this_site(target: str, path: str) -> None:
    assert local_path(target) == path


def test_the_sign_in_form_leads_to_where_one_wanted_to_go(client: FlaskClient) -> None:
    page = client.get("/cameras/cam?x=1").text
    assert 'value="/cameras/cam?x=1"' in page
    answer = client.post("/sign-in", data={"token": f" {TOKEN}\n", "next": "/cameras/cam?x=1"})
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/cameras/cam?x=1"
    assert client.get("/").status_code == 200


def test_a_wrong_token_is_told_and_the_target_is_kept(client: FlaskClient) -> None:
    answer = client.post("/sign-in", data={"token": "wrong", "next": "/cameras/cam"})
    assert answer.status_code == 401
    assert "This is not the token." in answer.text
    assert 'value="/cameras/cam"' in answer.text


def test_nobody_is_led_to_the_sign_in_form_itself_after_signing_in(client: FlaskClient) -> None:
    assert 'value="/"' in client.get("/sign-in").text
    assert client.get(f"/sign-in?token={TOKEN}").headers["Location"] == "/"
    answer = client.get("/sign-in")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")


def test_an_old_token_in_the_address_does_not_matter_to_who_is_signed_in(client: FlaskClient) -> None:
    client.get(f"/?token={TOKEN}")
    answer = client.get("/cameras/cam?token=stale&x=1")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/cameras/cam?x=1")


ATTEMPTS: list[tuple[str, dict[str, Any]]] = [
    ("POST", {"path": "/sign-in", "data": {"token": "wrong"}}),
    ("GET", {"path": "/?token=wrong"}),
    ("GET", {"path": "/api/v1/cameras", "headers": {"Authorization": "Bearer wrong"}}),
]


@pytest.mark.parametrize(("method", "request_"), ATTEMPTS)
def test_who_guesses_is_slowed_down_whatever_the_way(
    client: FlaskClient, method: str, request_: dict[str, Any]
) -> None:
    statuses = [client.open(method=method, **request_).status_code for _ in range(LIMIT + 1)]
    assert statuses == [401] * LIMIT + [429]


def test_who_has_the_token_is_not_locked_out_by_another_s_guesses(client: FlaskClient) -> None:
    for _ in range(LIMIT + 1):
        client.post("/sign-in", data={"token": "wrong"})
    assert client.get("/api/v1/workers", headers=BEARER).status_code == 200
    for answer in (client.post("/sign-in", data={"token": TOKEN}), client.get(f"/?token={TOKEN}")):
        assert answer.status_code == 303
        client.delete_cookie(COOKIE)
    assert client.get("/?token=wrong").status_code == 429


def test_who_is_signed_in_is_not_locked_out_by_another_s_guesses(client: FlaskClient) -> None:
    client.get(f"/?token={TOKEN}")
    for _ in range(LIMIT):
        client.post("/sign-in", data={"token": "wrong"})
    assert client.get("/").status_code == 200


def test_signing_out_ends_the_access(client: FlaskClient) -> None:
    client.get(f"/?token={TOKEN}")
    assert client.post("/sign-out").status_code == 303
    assert client.get("/").status_code == 401


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "http://evil.example"},
        {"Origin": "http://["},
        {"Origin": "http://localhost:9000"},
        {"Origin": "null"},
        {"Origin": "null", "Sec-Fetch-Site": "same-site"},
    ],
)
def test_a_form_that_another_site_sends_is_refused(client: FlaskClient, headers: dict[str, str]) -> None:
    client.get(f"/?token={TOKEN}")
    assert client.post("/sign-out", headers=headers).status_code == 403
    assert client.get("/").status_code == 200


@pytest.mark.parametrize(
    "headers",
    [{"Sec-Fetch-Site": "same-origin"}, {"Origin": "http://localhost"}, {"Sec-Fetch-Site": "none"}, {}],
)
def test_our_own_form_is_taken(client: FlaskClient, headers: dict[str, str]) -> None:
    assert client.post("/sign-in", data={"token": TOKEN}, headers=headers).status_code == 303


def test_a_cookie_outlives_a_restart_of_the_service(client: FlaskClient, site: Site) -> None:
    client.set_cookie(COOKIE, Access(TOKEN).new_cookie())
    site.world.add_camera("cam", CameraState.IDLE)
    assert client.get("/").status_code == 200


def test_no_page_holds_the_token(client: FlaskClient) -> None:
    client.get(f"/?token={TOKEN}")
    assert TOKEN not in client.get("/").text
    assert TOKEN not in client.get("/cameras/none").text
