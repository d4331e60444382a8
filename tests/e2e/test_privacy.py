"""What leaves a worker where privacy is asked for, through the real processes."""

from pathlib import Path

import pytest

from shared.entries import decode_result
from shared.keys import CameraKeys
from tests.brokers import entries
from tests.e2e.api import get, get_json
from tests.e2e.processes import Pipeline, eventually

JPEG_START = b"\xff\xd8\xff"


def run(pipeline: Pipeline) -> None:
    pipeline.start_all()
    eventually("faces", lambda: get_json(pipeline, "/api/v1/cameras/cam1/faces").get("faces"), within_s=40)


def test_with_numbers_no_picture_is_in_any_key_or_page_but_the_stream_of_captures_frames(
    tmp_path: Path,
) -> None:
    with Pipeline(tmp_path, MIEN_SOURCE="demo:", MIEN_PRIVACY="numbers") as pipeline:
        run(pipeline)
        keys = CameraKeys("cam1")
        for key in pipeline.broker.redis.keys("mien:*"):
            if key != keys.frames.encode():
                assert JPEG_START not in (pipeline.broker.redis.dump(key) or b""), key
        found = [decode_result(fields) for _, fields in entries(pipeline.broker, keys.results)]
        assert found
        assert {result.jpeg for result in found} == {b""}
        answer = get_json(pipeline, "/api/v1/cameras/cam1/faces")
        assert answer["privacy"] == "numbers"
        assert answer["faces"]
        snapshot = get(pipeline.port, "/cameras/cam1/snapshot.jpg", token=pipeline.token)
        assert snapshot.headers["x-placeholder"] == "1"
        with pipeline.feed() as feed:
            part = next(feed.parts())
            assert part.headers["x-placeholder"] == "1"
            assert part.jpeg == snapshot.body


@pytest.mark.parametrize("privacy", ["blur", "off"])
def test_a_viewer_is_told_what_leaves_the_worker(tmp_path: Path, privacy: str) -> None:
    with Pipeline(tmp_path, MIEN_SOURCE="demo:", MIEN_PRIVACY=privacy) as pipeline:
        run(pipeline)
        answer = get_json(pipeline, "/api/v1/cameras/cam1/faces")
        assert answer["privacy"] == privacy


def test_a_worker_without_the_setting_does_not_undo_the_privacy_of_the_others(tmp_path: Path) -> None:
    with Pipeline(tmp_path, MIEN_SOURCE="demo:", MIEN_PRIVACY="blur") as pipeline:
        pipeline.start("services.capture")
        pipeline.start("services.inference", MIEN_PRIVACY="off")
        web = pipeline.start("services.web")
        path = "/api/v1/cameras/cam1/faces"
        eventually("faces", lambda: get_json(pipeline, path).get("faces"), within_s=40)
        assert get_json(pipeline, path)["privacy"] == "numbers"
        snapshot = get(pipeline.port, "/cameras/cam1/snapshot.jpg", token=pipeline.token)
        assert snapshot.headers["x-placeholder"] == "1"
        with pipeline.feed() as feed:
            parts = feed.parts()
            assert all(next(parts).headers.get("x-placeholder") == "1" for _ in range(3))
        assert "is withheld: there MIEN_PRIVACY is off, here it is blur" in web.text()
        pipeline.start("services.inference")
        eventually("it is said", lambda: "do not agree on MIEN_PRIVACY" in web.text(), within_s=40)
        found = get_json(pipeline, "/api/v1/workers")["workers"]
        assert {worker["privacy"] for worker in found} == {"off", "blur"}
        with pipeline.feed() as feed:
            # What the second worker publishes is shown, and nothing of the first.
            next(feed.frames(20))
