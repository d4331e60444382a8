"""The reader that always holds the newest picture."""

from queue import Empty, Queue
from threading import Event

import numpy as np
import pytest

from services.capture.latest import LatestReader
from services.capture.picture import BgrImage
from shared.errors import SourceError


class ScriptedSource:
    """Gives what a test puts into it, when it puts it there: pictures, or an error to raise."""

    fps: float | None = None

    def __init__(self) -> None:
        self.script: Queue[int | Exception] = Queue()
        self.waiting: Queue[None] = Queue()
        self.closed = Event()

    def read(self) -> BgrImage:
        self.waiting.put(None)
        step = self.script.get(timeout=30)
        if isinstance(step, Exception):
            raise step
        return np.full((2, 2, 3), step, np.uint8)

    def close(self) -> None:
        self.closed.set()

    def give(self, *steps: int | Exception) -> None:
        """Give `steps` and come back when the reader has put the last one away."""
        for step in steps:
            self.waiting.get(timeout=30)
            self.script.put(step)
        if not isinstance(steps[-1], Exception):
            self.waiting.get(timeout=30)
            self.waiting.put(None)


@pytest.fixture
def source() -> ScriptedSource:
    return ScriptedSource()


def test_the_newest_picture_is_taken_and_those_it_replaced_are_counted(source: ScriptedSource) -> None:
    reader = LatestReader(source)
    source.give(10, 20, 30)

    taken = reader.take(timeout=5)

    assert taken is not None
    assert isinstance(taken.picture, np.ndarray)
    assert taken.picture[0, 0, 0] == 30
    assert reader.replaced == 2
    source.script.put(0)
    reader.stop()


def test_a_picture_is_taken_once(source: ScriptedSource) -> None:
    reader = LatestReader(source)
    source.give(10)

    assert reader.take(timeout=5) is not None
    assert reader.take(timeout=0.01) is None
    assert reader.replaced == 0
    source.script.put(0)
    reader.stop()


def test_capture_times_rise(source: ScriptedSource) -> None:
    reader = LatestReader(source)
    source.give(10)
    first = reader.take(timeout=5)
    source.give(20)
    second = reader.take(timeout=5)

    assert first is not None
    assert second is not None
    assert first.captured_ns < second.captured_ns
    source.script.put(0)
    reader.stop()


def test_the_last_picture_is_given_before_the_error_that_ended_the_source(source: ScriptedSource) -> None:
    reader = LatestReader(source)
    source.give(10, SourceError("camera gone"))
    assert source.closed.wait(timeout=30)

    assert reader.take(timeout=5) is not None
    for _ in range(2):
        with pytest.raises(SourceError, match="camera gone"):
            reader.take(timeout=5)


def test_a_source_that_ends_while_nobody_waits_any_longer_loses_no_picture(
    source: ScriptedSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader = LatestReader(source)
    slot = reader._slot

    class Late:
        """Has its picture and its end just after the wait for them."""

        def get(self, timeout: float) -> None:
            source.give(10, SourceError("camera gone"))
            assert source.closed.wait(timeout=30)
            monkeypatch.setattr(reader, "_slot", slot)
            raise Empty

        def __getattr__(self, name: str) -> object:
            return getattr(slot, name)

    monkeypatch.setattr(reader, "_slot", Late())
    assert reader.take(timeout=0) is None
    assert reader.take(timeout=0) is not None
    with pytest.raises(SourceError, match="camera gone"):
        reader.take(timeout=0)


def test_an_unforeseen_failure_of_a_source_is_told_as_a_source_error(source: ScriptedSource) -> None:
    reader = LatestReader(source)
    source.give(ZeroDivisionError("driver bug"))

    with pytest.raises(SourceError, match="driver bug"):
        reader.take(timeout=5)
    assert source.closed.wait(timeout=30)


def test_stop_closes_the_source_and_nothing_is_given_any_more(source: ScriptedSource) -> None:
    reader = LatestReader(source)
    source.give(10)
    source.script.put(20)

    assert reader.stop(patience_s=30)
    assert source.closed.is_set()
    assert reader.take(timeout=5) is None


def test_stop_leaves_a_source_behind_that_is_stuck_and_it_is_closed_once_it_returns(
    source: ScriptedSource, caplog: pytest.LogCaptureFixture
) -> None:
    reader = LatestReader(source, "camera door")

    assert not reader.stop(patience_s=0.01)
    assert caplog.messages == ["camera door: its source is stuck in a read, left behind unclosed"]
    assert not source.closed.is_set()
    assert reader.holds_source
    source.script.put(10)
    assert reader.stop(patience_s=30)
    assert source.closed.is_set()
    assert not reader.holds_source
