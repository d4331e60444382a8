import json
from base64 import b64decode
from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from services.web.live.routes import Listed
from services.web.live.tiles import CONTENT_TYPE
from shared.entities import Privacy
from shared.errors import BrokerUnreachable
from tests.unit.web.fakes import BEARER, Site, face, jpeg, result
from tests.unit.web.test_api import problem_of

EVENTS = "/api/v1/cameras/cam/events"
TILES = "/api/v1/cameras/stream"
CROP = bytes(range(256)) * 9


def first_event(client: FlaskClient, address: str) -> bytes:
    answer = client.get(address, headers=BEARER, buffered=False)
    pieces = answer.iter_encoded()
    said = b""
    while b"event: result" not in said:
        said += next(pieces)
    answer.close()
    return said


def test_events_begin_with_the_newest_result(client: FlaskClient, site: Site) -> None:
    site.world.add_camera("cam").add(result(5))
    answer = client.get(EVENTS, headers=BEARER, buffered=False)
    assert answer.content_type == "text/event-stream"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Accel-Buffering"] == "no"
    answer.close()
    assert b"id: 5-0\n" in first_event(client, EVENTS)


def test_a_reader_of_events_is_looking_and_is_no_viewer_of_the_feed(client: FlaskClient, site: Site) -> None:
    site.world.add_camera("cam").add(result(5))
    answer = client.get(EVENTS, headers=BEARER, buffered=False)
    next(answer.iter_encoded())
    site.hub.round()
    assert site.world.looks == [("cam", "web-1", 1)]
    assert site.hub.viewers() == {"cam": 0}
    answer.close()
    site.hub.round()
    assert site.world.looks[-1] == ("cam", "web-1", 0)


def test_asking_for_the_head_of_events_makes_no_reader(client: FlaskClient, site: Site) -> None:
    site.world.add_camera("cam")
    assert client.head(EVENTS, headers=BEARER).status_code == 200
    assert site.world.readers_started == []


def test_crops_come_where_they_are_asked_for(client: FlaskClient, site: Site) -> None:
    seen = replace(result(5), faces=(replace(face(), crop=CROP),))
    site.world.add_camera("cam").add(seen)
    said = first_event(client, f"{EVENTS}?crops=1").decode()
    data = json.loads(said[said.index("data: {") + 6 :].split("\n")[0])
    assert b64decode(data["faces"][0]["crop"]) == CROP
    assert b"crop" not in first_event(client, EVENTS)


def test_no_crop_is_shown_that_is_less_private_than_it_must_be(client: FlaskClient, site: Site) -> None:
    site.world.least_privacy = Privacy.BLUR
    site.world.add_camera("cam").add(replace(result(5), faces=(replace(face(), crop=CROP),)))
    assert b'"crop":null' in first_event(client, f"{EVENTS}?crops=1")


@pytest.mark.parametrize(
    ("address", "named"),
    [
        (f"{EVENTS}?rate=31", "rate"),
        (f"{EVENTS}?crops=2", "crops"),
        (f"{EVENTS}?last_event_id=now", "last_event_id"),
        (f"{TILES}?fps=0", "fps"),
        (f"{TILES}?cameras=", "cameras"),
    ],
)
def test_a_wrong_parameter_is_400_and_named(
    client: FlaskClient, site: Site, address: str, named: str
) -> None:
    site.world.add_camera("cam")
    answer = client.get(address, headers=BEARER)
    assert answer.status_code == 400
    assert str(problem_of(answer)["detail"]).startswith(named)


def test_the_events_and_the_tile_of_an_unknown_camera_are_404(client: FlaskClient, site: Site) -> None:
    assert client.get("/api/v1/cameras/none/events", headers=BEARER).status_code == 404
    site.world.add_camera("cam")
    answer = client.get(f"{TILES}?cameras=cam,none", headers=BEARER)
    assert answer.status_code == 404
    assert problem_of(answer)["detail"] == "There is no such camera: none."


def test_who_is_not_signed_in_gets_neither_events_nor_tiles(client: FlaskClient, site: Site) -> None:
    site.world.add_camera("cam")
    assert [client.get(address).status_code for address in (EVENTS, TILES)] == [401, 401]


def test_tiles_are_those_of_the_cameras_that_are_named(client: FlaskClient, site: Site) -> None:
    for camera in ("a", "b", "c"):
        site.world.add_camera(camera).add(result(5, picture=jpeg()))
    answer = client.get(f"{TILES}?cameras=a,c&fps=10", headers=BEARER, buffered=False)
    assert answer.content_type == CONTENT_TYPE
    pieces = answer.iter_encoded()
    next(pieces)
    cameras = {next(pieces).split(b"\r\n")[0] for _ in range(2)}
    answer.close()
    assert cameras == {b"X-Camera: a", b"X-Camera: c"}
    assert site.world.readers_started == ["a", "c"]


def test_without_names_every_camera_has_a_tile(client: FlaskClient, site: Site) -> None:
    for camera in ("a", "b"):
        site.world.add_camera(camera)
    answer = client.get(TILES, headers=BEARER, buffered=False)
    pieces = answer.iter_encoded()
    next(pieces)
    next(pieces)
    assert site.hub.viewers() == {"a": 1, "b": 1}
    answer.close()


def test_while_the_broker_is_away_the_cameras_are_those_of_before() -> None:
    answers: list[list[str] | Exception] = [["a", "b"], BrokerUnreachable("away"), ["a"]]

    def names() -> list[str]:
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    listed = Listed(names)
    assert [listed(), listed(), listed()] == [["a", "b"], ["a", "b"], ["a"]]
