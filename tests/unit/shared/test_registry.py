from collections.abc import Callable
from typing import Self

import pytest

from shared.errors import EntryError
from shared.keys import CAMERAS, CameraKeys
from shared.registry import Registry
from tests.fakes import FakeBroker, FakeClock, FakeRedis

NOW_NS = 1_700_000_001_000_000_000


def pipeline_of(pipeline: "FakePipeline") -> Callable[..., "FakePipeline"]:
    return lambda **_options: pipeline


def registry(**answers: object) -> Registry:
    return Registry(FakeBroker(FakeRedis(**answers)), FakeClock(NOW_NS))


def test_workers_come_by_id_with_the_age_of_their_heartbeat() -> None:
    rows = ((b"w2", 1_700_000_000.5), (b"w1", 1_700_000_001.0))
    workers = registry(zrangebyscore=rows, get=lambda _key: b'{"host": "box", "fps": 24.5}').workers()
    assert [(worker.id, worker.fps, worker.heartbeat_age_ms) for worker in workers] == [
        ("w1", 24.5, 0),
        ("w2", 24.5, 500),
    ]


def test_a_heartbeat_from_the_future_is_of_age_0() -> None:
    workers = registry(zrangebyscore=((b"w1", 1_700_000_002.0),), get=b'{"host": "box", "fps": 1}').workers()
    assert workers[0].heartbeat_age_ms == 0


def test_a_worker_whose_words_have_expired_is_left_out() -> None:
    assert registry(zrangebyscore=((b"w1", 1_700_000_000.0),), get=None).workers() == []


@pytest.mark.parametrize(
    "words", [b"", b"[]", b"null", b"{}", b'{"host": "box"}', b'{"host": "b", "fps": "x"}']
)
def test_words_that_cannot_be_decoded_are_an_error_that_names_the_worker(words: bytes) -> None:
    with pytest.raises(EntryError, match="worker 'w1' describes itself wrongly"):
        registry(zrangebyscore=((b"w1", 1_700_000_000.0),), get=words).workers()


def test_a_cameras_name_that_is_no_text_does_not_hide_the_others() -> None:
    assert "cam1" in registry(zrangebyscore=(b"\xff", b"cam1")).cameras()


class FakePipeline:
    """Notes commands."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, ...]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        pass

    def zrem(self, *args: str) -> None:
        self.sent.append(("zrem", *args))

    def delete(self, *args: str) -> None:
        self.sent.append(("delete", *args))

    def execute(self) -> None:
        pass


def test_a_camera_that_left_is_off_the_list_and_leaves_no_status_behind() -> None:
    pipeline = FakePipeline()
    registry(pipeline=pipeline_of(pipeline)).camera_left("cam1")
    assert pipeline.sent == [("zrem", CAMERAS, "cam1"), ("delete", CameraKeys("cam1").status)]


def test_a_camera_whose_capture_fell_silent_has_no_status() -> None:
    assert registry(hgetall={}).camera_status("cam1") is None


def test_a_status_that_cannot_be_decoded_is_an_error_that_names_the_field() -> None:
    with pytest.raises(EntryError, match="'state'"):
        registry(hgetall={b"v": b"1", b"state": b"asleep"}).camera_status("cam1")
