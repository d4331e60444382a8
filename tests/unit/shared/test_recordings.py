import logging
import re
from typing import Any, Self

import pytest

from shared import recordings
from shared.delivery import TakenFrame
from shared.entities import Cause
from shared.errors import BrokerUnreachable, RecordingGone
from shared.keys import CAMERA_ID
from shared.logs import Seldom
from shared.recorded import RecordedFrame, RecordingEnd
from shared.recordings import RecordingStreams, new_recording_id
from tests.fakes import FakeBroker, FakeRedis

FRAME = RecordedFrame(0, 0, 4, 3, b"jpeg")
TAKEN = TakenFrame("1-0", "w1", 1, {})


class Replies:
    """Answers like a script; keeps what it was given."""

    def __init__(self, *replies: object) -> None:
        self.replies = list(replies)
        self.args: list[list[Any]] = []

    def __call__(self, *, keys: tuple[str, ...], args: list[Any]) -> object:
        self.args.append(args)
        reply = self.replies.pop(0)
        if isinstance(reply, Exception):
            raise reply
        return reply


class Pipe:
    """Answers a pipeline of two lengths."""

    def __init__(self, *replies: object) -> None:
        self._replies = list(replies)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        pass

    def xlen(self, key: str) -> None:
        pass

    def execute(self) -> list[object]:
        return self._replies


def streams(script: Replies, **answers: object) -> RecordingStreams:
    redis = FakeRedis(register_script=lambda _text: script, **answers)
    return RecordingStreams(FakeBroker(redis), "rec-1")


def test_an_id_is_one_that_a_camera_could_have_and_never_the_same() -> None:
    ids = {new_recording_id() for _ in range(100)}
    assert len(ids) == 100
    assert all(CAMERA_ID.fullmatch(one) and re.fullmatch("rec-[0-9a-f]{12}", one) for one in ids)


def test_a_frame_that_was_accepted_is_there() -> None:
    assert streams(Replies(1)).offer(FRAME) is True


def test_while_too_many_frames_are_unfinished_the_picture_is_not_sent_again() -> None:
    script = Replies(0, 1)
    waiting = [Pipe(40, 24), Pipe(30, 24)]
    found = streams(script, pipeline=lambda **_: waiting.pop(0))
    assert [found.offer(FRAME) for _ in range(3)] == [False, False, True]
    assert len(script.args) == 2


def test_frames_that_the_broker_forgot_are_an_error_and_not_a_new_beginning() -> None:
    script = Replies(1, -1, -1)
    found = streams(script)
    found.offer(FRAME)
    for lost in (lambda: found.offer(FRAME), lambda: found.end(2)):
        with pytest.raises(RecordingGone, match=r"^recording rec-1 is gone from broker redis://fake"):
            lost()
    assert [args[2] for args in script.args] == [0, 1, 1]


def test_the_first_offer_of_another_publisher_finds_what_was_there_before() -> None:
    script = Replies(1)
    streams(script).offer(FRAME)
    assert script.args[0][2] == 0


def test_nothing_to_take_is_none() -> None:
    assert streams(Replies(None)).take("w1") is None


def test_a_frame_comes_with_its_taker_its_tries_and_its_fields() -> None:
    assert streams(Replies([b"7-0", 2, [b"v", b"1"]])).take("w1") == TakenFrame("7-0", "w1", 2, {b"v": b"1"})


@pytest.mark.parametrize("reply", [0, 1])
def test_whether_a_result_was_published_is_what_the_broker_says(reply: int) -> None:
    assert streams(Replies(reply)).deliver(TAKEN, b"{}") is bool(reply)
    assert streams(Replies(reply)).refuse(TAKEN, Cause.FAILED) is bool(reply)


def row(entry_id: bytes, **fields: bytes) -> tuple[bytes, dict[bytes, bytes]]:
    return entry_id, {name.encode(): value for name, value in fields.items()}


def test_results_are_collected_once_each() -> None:
    asked = []

    def xread(given: dict[str, str], **_options: object) -> object:
        asked.append(next(iter(given.values())))
        return [[b"results", [row(b"9-1", v=b"1", frames=b"5", ended_early=b"")]]]

    found = streams(Replies(), xread=xread)
    (collected,) = found.collect(block_ms=10)
    found.collect(block_ms=10)
    assert (collected.id, collected.result) == ("9-1", RecordingEnd(5))
    assert asked == ["0-0", "9-1"]


def test_a_result_that_cannot_be_read_is_named_deleted_and_does_not_hold_up_the_others(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recordings, "seldom", Seldom(logging.getLogger(recordings.__name__)))
    caplog.set_level(logging.WARNING)
    deleted: list[str] = []
    rows = [row(b"1-0", v=b"9"), row(b"2-0", v=b"1", frames=b"5", ended_early=b"")]
    found = streams(Replies(), xread=[[[b"results", rows]]], xdel=lambda _key, *ids: deleted.extend(ids))
    assert [one.id for one in found.collect(block_ms=10)] == ["2-0"]
    assert deleted == ["1-0"]
    assert caplog.messages[0].startswith("recording rec-1: result 1-0 is left out: entry field 'v'")


def test_a_collector_whose_recording_vanished_hears_of_it() -> None:
    rows = [row(b"2-0", v=b"1", frames=b"5", ended_early=b"")]
    found = streams(Replies(), xread=[[[b"results", rows]], [], []], exists=[1, 0])
    found.collect(block_ms=10)
    assert found.collect(block_ms=10) == []
    with pytest.raises(RecordingGone):
        found.collect(block_ms=10)


def test_a_collector_waits_for_a_recording_that_has_not_begun() -> None:
    assert streams(Replies(), xread=None).collect(block_ms=10) == []


def test_forgetting_nothing_asks_nothing() -> None:
    streams(Replies()).forget([])


def test_a_broker_that_is_away_is_an_error_with_its_name() -> None:
    with pytest.raises(BrokerUnreachable):
        streams(Replies(BrokerUnreachable("away"))).take("w1")
