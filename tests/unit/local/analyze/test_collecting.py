from collections.abc import Iterable, Sequence
from typing import Any, cast

import pytest

from services.local.analyze.collecting import KEEP, KEEP_S, Collector
from shared.delivery import CollectedResult, RecordingAccount
from shared.errors import SettingsError
from shared.recorded import RecordedResult, RecordingEnd
from shared.recordings import RecordingStreams
from tests.fakes import Ticker


class Streams:
    """Hands out what it is given, a batch at a time."""

    def __init__(self, *batches: list[CollectedResult]) -> None:
        self.batches = list(batches)
        self.forgotten: list[str] = []
        self.given = 0

    def collect(self, *, block_ms: int) -> list[CollectedResult]:
        batch = self.batches.pop(0) if self.batches else []
        self.given += len(batch)
        return batch

    def forget(self, ids: Sequence[str]) -> None:
        self.forgotten += ids

    def account(self) -> RecordingAccount:
        left = self.given - len(self.forgotten) + sum(map(len, self.batches))
        return RecordingAccount(self.given, self.given, 0, 0, 0, 0, left, ended=2)


class Store:
    def __init__(self, streams: Streams) -> None:
        self.indexes: list[int] = []
        self.writes = 0
        self._streams = streams

    def append(self, results: Sequence[RecordedResult]) -> None:
        assert not {f"{result.index}-0" for result in results} & set(self._streams.forgotten)
        self.indexes += [result.index for result in results]
        self.writes += 1


def result(index: int) -> CollectedResult:
    return CollectedResult(f"{index}-0", RecordedResult(index, index, 64, 48, b"{}", "", 1, "worker"))


END = CollectedResult("end", RecordingEnd(2, "it was damaged"))


def collector(streams: Streams, clock: Ticker | None = None) -> tuple[Collector, Store]:
    store = Store(streams)
    return Collector(cast(RecordingStreams, cast(Any, streams)), store, monotonic=clock or Ticker()), store


def test_results_are_stored_before_they_are_forgotten() -> None:
    streams = Streams([result(0)], [])
    one, store = collector(streams)
    one.step()
    one.step()
    assert (store.indexes, streams.forgotten, one.collected) == ([0], ["0-0"], 1)


def test_results_that_follow_each_other_are_stored_together() -> None:
    streams = Streams(*[[result(n)] for n in range(KEEP)])
    one, store = collector(streams)
    for _ in range(KEEP):
        one.step()
    assert (store.writes, len(store.indexes)) == (1, KEEP)


def test_no_result_waits_for_long() -> None:
    clock = Ticker()
    streams = Streams([result(0)], [result(1)])
    one, store = collector(streams, clock)
    one.step()
    clock.now += KEEP_S
    one.step()
    assert store.indexes == [0, 1]


def test_it_ends_when_all_is_stored_and_forgotten_and_the_last_word_is_said() -> None:
    streams = Streams([result(0), END], [], [result(1)], [])
    one, store = collector(streams)
    steps = [one.step() for _ in range(4)]
    assert steps == [False, False, False, True]
    assert (store.indexes, one.collected) == ([0, 1], 2)
    assert one.end == END.result


def test_no_result_of_a_worker_for_whom_nobody_vouches_is_stored_or_forgotten() -> None:
    def refuse(workers: Iterable[str]) -> None:
        raise SettingsError(f"{workers} came with another model")

    streams = Streams([result(0)], [])
    store = Store(streams)
    one = Collector(cast(RecordingStreams, cast(Any, streams)), store, refuse, Ticker())
    one.step()
    with pytest.raises(SettingsError, match="'worker'"):
        one.step()
    assert (store.indexes, streams.forgotten) == ([], [])
