from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from services.web import feeds
from shared.entities import CameraState, CameraStatus, Privacy
from shared.errors import BrokerErrorReply
from shared.registry import Worker
from tests.unit.web.fakes import BEARER, NOW_NS, Site, numbers, result


def problem_of(answer: TestResponse) -> dict[str, object]:
    assert answer.content_type == "application/problem+json"
    body: dict[str, object] = answer.get_json(force=True)
    assert set(body) == {"type", "title", "status", "detail"}
    assert body["status"] == answer.status_code
    return body


def test_cameras_are_told_exactly_so(client: FlaskClient, site: Site) -> None:
    site.world.add_camera("cam").add(result(1, t=NOW_NS - 30_000_000))
    site.world.look("cam", "web-2", 3)
    status = site.world.statuses["cam"]
    assert isinstance(status, CameraStatus)
    site.world.statuses["cam"] = replace(status, granted="MJPG 640x480 (asked for 1280x720)")
    assert client.get("/api/v1/cameras", headers=BEARER).get_json() == {
        "cameras": [
            {
                "id": "cam",
                "state": "live",
                "width": 640,
                "height": 480,
                "fps": 15.0,
                "frame_age_ms": 30,
                "viewers": 3,
                "granted": "MJPG 640x480 (asked for 1280x720)",
                "error": "",
            }
        ]
    }


def test_asking_for_the_list_opens_no_camera(client: FlaskClient, site: Site) -> None:
    site.world.add_camera("cam", CameraState.IDLE)
    client.get("/api/v1/cameras", headers=BEARER)
    assert site.world.readers_started == []


def test_workers_are_told_exactly_so(client: FlaskClient) -> None:
    assert client.get("/api/v1/workers", headers=BEARER).get_json() == {
        "workers": [{"id": "w1", "host": "host", "fps": 14.5, "heartbeat_age_ms": 120, "privacy": "off"}]
    }


def test_a_worker_that_does_not_say_what_leaves_it_has_a_privacy_of_null(
    client: FlaskClient, site: Site
) -> None:
    site.world.at_work = [Worker("w1", "host", 14.5, 120)]
    assert client.get("/api/v1/workers", headers=BEARER).get_json()["workers"][0]["privacy"] is None


def test_faces_are_the_newest_result(client: FlaskClient, site: Site) -> None:
    site.world.add_camera("cam").add(result(5, t=NOW_NS - 40_000_000))
    body = client.get("/api/v1/cameras/cam/faces", headers=BEARER).get_json()
    assert (body["camera"], body["seq"], body["latency_ms"]) == ("cam", 5, 40.0)
    assert body["captured_at"] == (NOW_NS - 40_000_000) / 1e9
    [face] = body["faces"]
    assert face["track"] == 7
    assert face["box"] == [1, 2, 30, 40]
    assert face["expression"] == "happy"
    assert body["privacy"] == "off"
    assert (face["reason"], face["candidates"], face["neutral"]) == (None, [], None)
    assert list(face["scores"]) == ["angry", "disgust", "fear", "happy", "sad", "surprise", "neutral"]


def test_asking_for_faces_counts_as_looking(client: FlaskClient, site: Site) -> None:
    site.world.add_camera("cam").add(result(5))
    client.get("/api/v1/cameras/cam/faces", headers=BEARER)
    site.hub.round()
    assert site.world.looks == [("cam", "web-1", 1)]


def test_a_camera_without_a_live_result_is_a_503_that_says_why(
    client: FlaskClient, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feeds, "WAIT_FOR_PICTURE_S", 0.0)
    site.world.add_camera("cam", CameraState.LOST, "/dev/video7 cannot be opened")
    site.hub.touch("cam")
    site.hub.round()
    answer = client.get("/api/v1/cameras/cam/faces", headers=BEARER)
    assert answer.status_code == 503
    assert "/dev/video7 cannot be opened" in str(problem_of(answer)["detail"])


def test_an_unknown_camera_is_a_404_problem(client: FlaskClient) -> None:
    answer = client.get("/api/v1/cameras/none/faces", headers=BEARER)
    assert answer.status_code == 404
    assert problem_of(answer)["title"] == "Not Found"


def test_an_unknown_path_is_a_404_problem(client: FlaskClient) -> None:
    answer = client.get("/api/v1/nothing", headers=BEARER)
    assert answer.status_code == 404
    problem_of(answer)


def test_a_wrong_method_is_a_405_problem_that_names_the_right_ones(client: FlaskClient) -> None:
    answer = client.post("/api/v1/cameras", headers=BEARER)
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]
    problem_of(answer)


@pytest.mark.parametrize("path", ["/api/v1/cameras", "/api/v1/workers", "/api/v1/cameras/cam/faces"])
def test_a_broker_that_is_away_is_a_503_problem(client: FlaskClient, site: Site, path: str) -> None:
    site.world.away = True
    answer = client.get(path, headers=BEARER)
    assert answer.status_code == 503
    assert problem_of(answer)["detail"] == "The broker cannot be reached."


def test_a_broker_that_answers_with_an_error_is_not_said_to_be_away(
    client: FlaskClient, site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    site.world.add_camera("cam")
    site.world.asks_error = BrokerErrorReply("broker redis://x answers with an error: WRONGTYPE")
    answer = ask(client)
    assert answer.status_code == 503
    detail = problem_of(answer)["detail"]
    assert detail == "The broker answers with an error; the service's log says which."
    assert "WRONGTYPE" in caplog.text


def test_faces_whose_picture_is_withheld_are_told_as_numbers(client: FlaskClient, site: Site) -> None:
    site.world.least_privacy = Privacy.BLUR
    site.world.add_camera("cam").add(result(5))
    body = client.get("/api/v1/cameras/cam/faces", headers=BEARER).get_json()
    assert body["privacy"] == "numbers"
    assert body["faces"][0]["expression"] == "happy"


def ask(
    client: FlaskClient, path: str = "/api/v1/cameras/cam/faces/7/neutral", **headers: str
) -> TestResponse:
    return client.post(path, headers={**BEARER, **headers})


def test_a_viewer_can_ask_to_learn_a_resting_face_for_five_seconds(client: FlaskClient, site: Site) -> None:
    site.world.add_camera("cam")
    site.world.followed = {7}
    answer = ask(client)
    assert answer.status_code == 202
    assert answer.get_json() == {"track": 7, "until": NOW_NS / 1e9 + 5}
    assert site.world.asked == [("cam", 7)]


def test_a_face_that_is_not_followed_is_a_404_problem(client: FlaskClient, site: Site) -> None:
    site.world.add_camera("cam")
    answer = ask(client)
    assert answer.status_code == 404
    assert problem_of(answer)["detail"] == "No face of this number is being followed now."


def test_a_face_of_an_unknown_camera_is_a_404_problem_and_nobody_is_asked(
    client: FlaskClient, site: Site
) -> None:
    answer = ask(client)
    assert problem_of(answer)["detail"] == "There is no such camera."
    assert site.world.asked == []


@pytest.mark.parametrize("track", ["x", "-1", "1.5", ""])
def test_what_is_no_number_is_no_face(client: FlaskClient, site: Site, track: str) -> None:
    site.world.add_camera("cam")
    answer = ask(client, f"/api/v1/cameras/cam/faces/{track}/neutral")
    assert answer.status_code == 404
    problem_of(answer)


def test_asking_needs_the_token(client: FlaskClient, site: Site) -> None:
    site.world.add_camera("cam")
    site.world.followed = {7}
    answer = client.post("/api/v1/cameras/cam/faces/7/neutral")
    assert answer.status_code == 401
    assert site.world.asked == []


@pytest.mark.parametrize(
    "headers", [{"Origin": "https://elsewhere.example"}, {"Sec-Fetch-Site": "cross-site"}]
)
def test_another_site_cannot_ask_in_a_viewers_name(
    client: FlaskClient, site: Site, headers: dict[str, str]
) -> None:
    site.world.add_camera("cam")
    site.world.followed = {7}
    answer = ask(client, **headers)
    assert answer.status_code == 403
    assert site.world.asked == []


def test_looking_at_the_address_to_ask_does_not_ask(client: FlaskClient, site: Site) -> None:
    site.world.add_camera("cam")
    answer = client.get("/api/v1/cameras/cam/faces/7/neutral", headers=BEARER)
    assert answer.status_code == 405
    assert site.world.asked == []


def test_faces_are_told_where_no_picture_left_the_worker(client: FlaskClient, site: Site) -> None:
    site.world.add_camera("cam").add(numbers(5))
    body = client.get("/api/v1/cameras/cam/faces", headers=BEARER).get_json()
    assert body["privacy"] == "numbers"
    assert body["faces"][0]["expression"] == "happy"
