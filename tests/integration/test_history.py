"""The history as `finish` writes it and as it is read, against real brokers."""

from itertools import chain

import pytest

from shared.broker import Broker
from shared.clock import BrokerClock
from shared.entries import decode_frame
from shared.errors import BrokerErrorReply
from shared.history import PAGE, SECOND_NS, CameraHistory, Page, Span
from shared.history_entries import PastResult, Sums
from shared.streams import CameraStreams, History
from tests import made

EVER = Span(0, 2**62)


@pytest.fixture
def streams(broker: Broker) -> CameraStreams:
    return CameraStreams(broker, "cam1")


@pytest.fixture
def history(broker: Broker) -> CameraHistory:
    return CameraHistory(broker, "cam1")


def show(streams: CameraStreams, t: int, seq: int, *expressions: str) -> None:
    """Let a frame captured at `t` go through the pipeline, with these faces in it."""
    streams.publish(made.frame(seq, t), run="run")
    entry = streams.take("w1")
    assert entry is not None
    frame = decode_frame(entry.fields)
    assert streams.finish(entry.id, made.result(entry.id, frame.seq, t, *map(made.face, expressions)))


def results(history: CameraHistory, span: Span = EVER, after: str = "") -> list[PastResult]:
    return list(chain.from_iterable(page.rows for page in history.results(span, after)))


def sums(history: CameraHistory, span: Span = EVER) -> list[Sums]:
    return list(chain.from_iterable(page.rows for page in history.sums("1s", span)))


def whole_second(clock: BrokerClock) -> int:
    return (clock.now() // SECOND_NS - 60) * SECOND_NS


def test_what_was_finished_is_read_again(
    streams: CameraStreams, clock: BrokerClock, history: CameraHistory
) -> None:
    t = clock.now()
    show(streams, t, 1, "happy", "sad")
    show(streams, t + 10**8, 2)
    first, second = results(history)
    assert (first.seq, first.t) == (1, t)
    assert [face.expression for face in first.faces] == ["happy", "sad"]
    assert (second.seq, second.faces) == (2, ())
    assert history.kept_results() == Span(t, t + 10**8 + 1)


def test_a_span_leaves_out_what_is_not_in_it(
    streams: CameraStreams, clock: BrokerClock, history: CameraHistory
) -> None:
    t = clock.now() - 10 * SECOND_NS
    for seq in range(1, 6):
        show(streams, t + seq * SECOND_NS, seq, "happy")
    span = Span(t + 2 * SECOND_NS, t + 4 * SECOND_NS)
    assert [row.seq for row in results(history, span)] == [2, 3]
    assert [row.seq for row in results(history, span, after=results(history, span)[0].id)] == [3]


def test_a_history_of_many_pages_is_read_whole_and_once(
    streams: CameraStreams, clock: BrokerClock, history: CameraHistory
) -> None:
    t = clock.now()
    number = 2 * PAGE + 7
    for seq in range(1, number + 1):
        show(streams, t + seq, seq, "happy")
    assert [row.seq for row in results(history)] == list(range(1, number + 1))


def test_seconds_are_summed_the_open_one_too(
    streams: CameraStreams, clock: BrokerClock, history: CameraHistory
) -> None:
    t = whole_second(clock)
    show(streams, t, 1, "happy", "happy")
    show(streams, t + 5 * 10**8, 2)
    show(streams, t + SECOND_NS, 3, "sad")
    closed, still_open = sums(history)
    assert (closed.t, closed.frames, closed.faces, closed.counts) == (t, 2, 2, {"happy": 2})
    assert closed.scores["happy"] == pytest.approx(1.4)
    assert (still_open.t, still_open.counts) == (t + SECOND_NS, {"sad": 1})
    assert history.kept_sums("1s") == Span(t, t + 2 * SECOND_NS)
    assert [row.t for row in sums(history, Span(t, t + SECOND_NS))] == [t]


def test_a_second_without_a_face_is_summed_as_frames(
    streams: CameraStreams, clock: BrokerClock, history: CameraHistory
) -> None:
    t = whole_second(clock)
    show(streams, t, 1)
    show(streams, t + SECOND_NS, 2)
    assert [(row.frames, row.faces, row.counts) for row in sums(history)] == [(1, 0, {}), (1, 0, {})]


def test_a_period_that_was_closed_long_after_it_began_is_found_at_its_time(
    streams: CameraStreams, clock: BrokerClock, history: CameraHistory
) -> None:
    # Nobody looked for nearly a minute: the entry's id is then much younger than what it is about.
    t = whole_second(clock)
    show(streams, t, 1, "happy")
    show(streams, t + 50 * SECOND_NS, 2, "sad")
    assert [row.counts for row in sums(history, Span(t - SECOND_NS, t + 2 * SECOND_NS))] == [{"happy": 1}]


def test_without_a_history_nothing_is_kept(
    broker: Broker, clock: BrokerClock, history: CameraHistory
) -> None:
    show(CameraStreams(broker, "cam1", history=History(ms=0)), clock.now(), 1, "happy")
    assert results(history) == []
    assert sums(history) == []
    assert (history.kept_results(), history.kept_sums("1s"), history.kept_sums("1m")) == (None, None, None)


def test_entries_that_are_no_rows_are_counted_and_passed_over(
    streams: CameraStreams, clock: BrokerClock, history: CameraHistory, broker: Broker
) -> None:
    broker.redis.xadd(streams.keys.expressions, {"t": str(clock.now()), "faces": "none"})
    broker.redis.hset(streams.keys.rollup, "1s", "none")
    assert list(history.results(EVER)) == [Page((), 1)]
    assert sums(history) == []
    show(streams, clock.now(), 1, "happy")
    assert [page.unreadable for page in history.results(EVER)] == [1]


def test_a_key_of_another_type_is_an_error_with_a_name(broker: Broker, history: CameraHistory) -> None:
    broker.redis.set("mien:{cam1}:expressions", "x")
    with pytest.raises(BrokerErrorReply):
        results(history)
