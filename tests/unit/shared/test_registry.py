import logging
from collections.abc import Callable
from typing import Self

import pytest

from shared import registry as module
from shared.clock import EXCHANGE_EVERY_NS, BrokerClock
from shared.entities import Privacy
from shared.errors import EntryError
from shared.keys import CAMERAS, RECORDINGS, CameraKeys
from shared.logs import Seldom
from shared.registry import FORGOTTEN_AFTER_S, Registry
from tests.fakes import WRONG_TYPE, FakeBroker, FakeClock, FakeRedis

NOW_NS = 1_700_000_001_000_000_000


@pytest.fixture(autouse=True)
def talkative(monkeypatch: pytest.MonkeyPatch) -> None:
    """No line of one test is held back for another's sake."""
    monkeypatch.setattr(module, "seldom", Seldom(logging.getLogger(module.__name__)))


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


def test_a_worker_says_what_of_a_frame_leaves_it() -> None:
    words = b'{"host": "box", "fps": 1, "privacy": "blur"}'
    (worker,) = registry(zrangebyscore=((b"w1", 1_700_000_001.0),), get=words).workers()
    assert worker.privacy is Privacy.BLUR


def test_a_worker_that_does_not_say_what_leaves_it_is_listed() -> None:
    words = b'{"host": "box", "fps": 1}'
    (worker,) = registry(zrangebyscore=((b"w1", 1_700_000_001.0),), get=words).workers()
    assert worker.privacy is None


@pytest.mark.parametrize(
    "words",
    [
        b"",
        b"\xff",
        b"[]",
        b"null",
        b"{}",
        b"[" * 100_000,
        b'{"host": "box"}',
        b'{"host": "b", "fps": "x"}',
        b'{"host": "b", "fps": NaN}',
        b'{"host": "b", "fps": 1, "privacy": "none"}',
        b'{"host": "b", "fps": 1, "privacy": []}',
        WRONG_TYPE,
    ],
    ids=lambda words: repr(words)[:40],
)
def test_a_worker_whose_words_cannot_be_read_is_named_and_the_others_are_listed(
    words: object, caplog: pytest.LogCaptureFixture
) -> None:
    answers = [words, b'{"host": "box", "fps": 1}']
    rows = ((b"w1", 1_700_000_000.0), (b"w2", 1_700_000_000.0))
    assert [worker.id for worker in registry(zrangebyscore=rows, get=answers).workers()] == ["w2"]
    (line,) = caplog.messages
    assert line.startswith("worker 'w1' is not listed: ")
    assert len(line) < 200


def test_a_heartbeat_without_end_is_of_age_0() -> None:
    rows = ((b"w1", float("inf")),)
    assert registry(zrangebyscore=rows, get=b'{"host": "box", "fps": 1}').workers()[0].heartbeat_age_ms == 0


def test_a_cameras_name_that_is_no_text_does_not_hide_the_others() -> None:
    assert "cam1" in registry(zrangebyscore=(b"\xff", b"cam1")).cameras()


class FakePipeline:
    """Notes commands."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, ...]] = []
        self.scores: dict[str, float] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        pass

    def zrem(self, *args: str) -> None:
        self.sent.append(("zrem", *args))

    def delete(self, *args: str) -> None:
        self.sent.append(("delete", *args))

    def zadd(self, _key: str, scores: dict[str, float]) -> None:
        self.scores |= scores

    def hset(self, *_args: str, **_kwargs: object) -> None:
        pass

    def set(self, *_args: object, **_kwargs: object) -> None:
        pass

    def expire(self, *_args: object) -> None:
        pass

    def pexpire(self, *_args: object) -> None:
        pass

    def zremrangebyscore(self, *_args: object) -> None:
        pass

    def execute(self) -> None:
        pass


def test_a_camera_that_left_is_off_the_list_and_leaves_no_status_behind() -> None:
    pipeline = FakePipeline()
    registry(pipeline=pipeline_of(pipeline)).camera_left("cam1")
    assert pipeline.sent == [("zrem", CAMERAS, "cam1"), ("delete", CameraKeys("cam1").status)]


def test_a_recording_that_left_is_off_its_list_and_leaves_no_status_behind() -> None:
    pipeline = FakePipeline()
    registry(pipeline=pipeline_of(pipeline)).recording_left("rec-1")
    assert pipeline.sent == [("zrem", RECORDINGS, "rec-1"), ("delete", CameraKeys("rec-1").status)]


def test_a_camera_whose_capture_fell_silent_has_no_status() -> None:
    assert registry(hgetall={}).camera_status("cam1") is None


def test_a_status_that_cannot_be_decoded_is_an_error_that_names_the_field() -> None:
    with pytest.raises(EntryError, match="'state'"):
        registry(hgetall={b"v": b"3", b"state": b"asleep"}).camera_status("cam1")


class Machine:
    """A machine that may be suspended: its own clock stands still meanwhile, and the broker's goes on."""

    def __init__(self) -> None:
        self.monotonic_ns = 0
        self.broker_s = 1_700_000_000
        self.asked: list[float] = []
        self.pipeline = FakePipeline()
        redis = FakeRedis(
            time=lambda: (self.broker_s, 0), pipeline=pipeline_of(self.pipeline), zrangebyscore=self._after
        )
        broker = FakeBroker(redis)
        self.registry = Registry(broker, BrokerClock(broker, lambda: self.monotonic_ns))

    def _after(self, _key: str, least: float, *_args: object, **_kwargs: object) -> list[bytes]:
        self.asked.append(least)
        return []

    def suspend(self, seconds: int) -> None:
        self.broker_s += seconds

    def run(self) -> None:
        self.monotonic_ns += EXCHANGE_EVERY_NS
        self.broker_s += EXCHANGE_EVERY_NS // 1_000_000_000


def test_heartbeats_after_a_suspension_are_of_the_brokers_time() -> None:
    machine = Machine()
    machine.registry.recording_is_here("rec-1")
    assert machine.pipeline.scores == {"rec-1": machine.broker_s}
    machine.suspend(3_600)
    machine.run()
    machine.registry.recording_is_here("rec-1")
    machine.registry.worker_is_here("w1", host="box", fps=1, privacy=Privacy.OFF)
    assert machine.pipeline.scores == {"rec-1": machine.broker_s, "w1": machine.broker_s}


def test_after_a_suspension_nobody_is_listed_who_fell_silent_during_it() -> None:
    machine = Machine()
    machine.registry.recordings()
    machine.suspend(3_600)
    machine.run()
    machine.registry.recordings()
    machine.registry.workers()
    assert machine.asked[1:] == [machine.broker_s - FORGOTTEN_AFTER_S] * 2
