from flask.testing import FlaskClient

from shared.health import STUCK_AFTER_S
from tests.unit.web.fakes import NOW_NS, Site, result


def test_alive_says_no_more_than_that(client: FlaskClient) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.text) == (200, "ok\n")


def test_a_service_whose_rounds_have_ended_is_not_alive(client: FlaskClient, site: Site) -> None:
    site.world.clock.move(STUCK_AFTER_S + 1)
    assert client.get("/healthz").status_code == 503


def test_ready_with_a_fresh_camera(client: FlaskClient, site: Site) -> None:
    site.world.add_camera("secret-name").add(result(1))
    site.world.look("secret-name", "web", 1)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.text) == (200, "ready\n")


def test_not_ready_with_a_watched_camera_that_gives_nothing_and_nothing_is_told(
    client: FlaskClient, site: Site
) -> None:
    site.world.add_camera("secret-name").add(result(1, t=NOW_NS - 10_000_000_000))
    site.world.look("secret-name", "web", 1)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.text) == (503, "not ready\n")


def test_not_ready_and_yet_alive_without_the_broker(client: FlaskClient, site: Site) -> None:
    site.world.away = True
    assert client.get("/readyz").status_code == 503
    assert client.get("/healthz").status_code == 200
