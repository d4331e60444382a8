"""Several cameras at once, one of them absent."""

import itertools

from tests.e2e.api import get, get_json
from tests.e2e.processes import Pipeline, eventually

CAMERAS = "one=test: two=test: gone=/nowhere/at/all.mp4"


def test_an_absent_camera_says_why_and_the_others_run(pipeline: Pipeline) -> None:
    pipeline.settings.pop("MIEN_SOURCE")
    pipeline.settings["MIEN_CAMERAS"] = CAMERAS
    pipeline.start_all(workers=2)
    with pipeline.feed("one") as one, pipeline.feed("two") as two, pipeline.feed("gone") as gone:
        for feed in (one, two):
            seqs = [part.seq for part in itertools.islice(feed.frames(), 20)]
            assert seqs == sorted(set(seqs))
        assert not any(part.is_frame for part in itertools.islice(gone.parts(), 3))
    status = pipeline.broker.redis.hget("mien:{gone}:status", "error")
    assert status == b"source '/nowhere/at/all.mp4': no such file or folder"


def test_the_api_lists_every_camera_with_what_it_does(pipeline: Pipeline) -> None:
    pipeline.settings.pop("MIEN_SOURCE")
    pipeline.settings |= {"MIEN_CAMERAS": CAMERAS, "MIEN_MODE": "always"}
    pipeline.start_all()

    def states() -> dict[str, str] | None:
        cameras = get_json(pipeline, "/api/v1/cameras").get("cameras", [])
        found = {camera["id"]: camera["state"] for camera in cameras}
        return found if found == {"gone": "lost", "one": "live", "two": "live"} else None

    eventually("each camera's state", states)
    camera = get_json(pipeline, "/api/v1/cameras")["cameras"][1]
    assert set(camera) >= {"id", "state", "width", "height", "fps", "frame_age_ms", "viewers"}
    assert (camera["width"], camera["height"]) == (640, 480)


def test_a_camera_is_closed_until_somebody_looks_and_after_the_last_one_left(pipeline: Pipeline) -> None:
    pipeline.start_all()
    eventually("the camera is known", lambda: state(pipeline) == "idle")
    assert pipeline.broker.redis.exists("mien:{cam1}:frames") == 0
    with pipeline.feed() as feed:
        assert next(feed.frames()).jpeg
        eventually("the status says it", lambda: state(pipeline) == "live")
    eventually("the camera is closed", lambda: state(pipeline) == "idle", within_s=30)


def test_a_camera_that_nobody_watches_is_ready(pipeline: Pipeline) -> None:
    pipeline.start_all()
    eventually("the camera is known", lambda: state(pipeline) == "idle")
    eventually("web is ready", lambda: ready(pipeline))


def test_a_camera_that_cannot_be_opened_says_so_before_anybody_looks(pipeline: Pipeline) -> None:
    pipeline.settings["MIEN_SOURCE"] = "/nowhere/at/all.mp4"
    pipeline.start("services.capture")
    eventually("the camera is lost", lambda: state(pipeline) == "lost")


def ready(pipeline: Pipeline) -> bool:
    try:
        return get(pipeline.port, "/readyz").status == 200
    except OSError:
        return False


def state(pipeline: Pipeline) -> str:
    raw = pipeline.broker.redis.hget("mien:{cam1}:status", "state")
    return raw.decode() if isinstance(raw, bytes) else ""
