import json
import socket
from threading import Event

import pytest
from websockets.protocol import CLIENT, SERVER, Protocol

from services.web.browser.camera import BrowserCamera
from services.web.browser.session import (
    EARLY,
    FPS,
    IDLE_S,
    MIRROR,
    MOST_MESSAGE_BYTES,
    TAKEN_WITHIN_S,
    Session,
)
from services.web.browser.websocket import Code, End, WebSocket, WebSocketClosed
from shared.entities import CameraState, Frame
from shared.errors import BrokerUnreachable
from tests.unit.web.browser.test_jpeg_header import bomb
from tests.unit.web.fakes import NOW_NS, Clock, jpeg

GONE = End(0, "gone", by_us=False)


class Streams:
    """A camera's streams in memory; each frame waits for so many looks."""

    def __init__(self, looks: int = 0) -> None:
        self.frames: list[Frame] = []
        self.looks = looks
        self.away = False
        self.looked = 0
        self.expires_after: int | None = None
        self._left = 0

    def publish(self, frame: Frame, *, run: str) -> str:
        if self.away:
            raise BrokerUnreachable("away")
        self.frames.append(frame)
        self._left = self.looks
        return "1-0"

    def expire_numbers(self, after_s: int) -> None:
        if self.away:
            raise BrokerUnreachable("away")
        self.expires_after = after_s

    def waiting(self) -> int:
        self.looked += 1
        self._left -= 1
        return int(self._left >= 0)


class Browser:
    """A browser that has these messages ready, each once the one before was acknowledged, and then goes."""

    def __init__(self, clock: Clock, *messages: bytes | str | None, early: bool = False) -> None:
        self.said: list[dict[str, object]] = []
        self._clock = clock
        self._messages = list(messages)
        self._early = early

    def receive(self, within_s: float) -> bytes | str | None:
        if within_s == 0:
            return b"early" if self._early else None
        if not self._messages:
            raise WebSocketClosed(GONE)
        message = self._messages.pop(0)
        if message is None:
            self._messages.insert(0, None)
            self._clock.move(within_s)
        return message

    def send(self, text: str) -> None:
        self.said.append(json.loads(text))


def message(picture: bytes | None = None, flags: int = 0, age_ms: int = 0) -> bytes:
    return bytes([flags]) + age_ms.to_bytes(2) + (jpeg() if picture is None else picture)


def talk(browser: Browser, clock: Clock, streams: Streams, stop: Event | None = None) -> End:
    camera = BrowserCamera("browser-a", streams, clock, clock)
    return Session(browser, camera, stop or Event(), monotonic=clock, sleep=clock.move).run()


def test_each_frame_is_published_and_acknowledged() -> None:
    clock, streams = Clock(), Streams()
    browser = Browser(clock, message(), message(flags=MIRROR, age_ms=40))
    assert talk(browser, clock, streams) == GONE
    assert browser.said[0]["camera"] == "browser-a"
    assert browser.said[1:] == [{"taken": 1}, {"taken": 2}]
    assert [(frame.seq, frame.mirror) for frame in streams.frames] == [(1, False), (2, True)]
    assert {(frame.width, frame.height) for frame in streams.frames} == {(64, 48)}


def test_a_frame_was_captured_as_long_ago_as_the_browser_says_but_no_longer_than_a_second() -> None:
    clock, streams = Clock(), Streams()
    talk(Browser(clock, message(age_ms=40)), clock, streams)
    assert streams.frames[0].t == NOW_NS - 40_000_000
    clock, streams = Clock(), Streams()
    talk(Browser(clock, message(age_ms=60_000)), clock, streams)
    assert streams.frames[0].t == NOW_NS - 1_000_000_000


def test_the_next_frame_is_asked_for_once_a_worker_has_the_last_one() -> None:
    clock, streams = Clock(), Streams(looks=8)
    began = clock()
    talk(Browser(clock, message()), clock, streams)
    assert streams.looked == 9
    assert clock() - began < TAKEN_WITHIN_S


def test_a_frame_that_nobody_takes_is_waited_for_no_longer_than_so_long() -> None:
    clock = Clock()
    began = clock()
    talk(Browser(clock, message()), clock, Streams(looks=10**9))
    assert clock() - began == pytest.approx(TAKEN_WITHIN_S)


def test_the_broker_is_asked_seldom_while_nobody_takes_a_frame() -> None:
    clock, streams = Clock(), Streams(looks=10**9)
    talk(Browser(clock, message()), clock, streams)
    assert streams.looked <= 15


def test_a_frame_that_nobody_takes_holds_up_no_end_of_the_service() -> None:
    clock, streams, stop = Clock(), Streams(looks=10**9), Event()
    browser = Browser(clock, message(), None)
    ends_after_a_while(streams, stop)
    began = clock()
    assert talk(browser, clock, streams, stop).code == Code.GOING_AWAY
    assert clock() - began < TAKEN_WITHIN_S / 2


def ends_after_a_while(streams: Streams, stop: Event) -> None:
    """Let the service stop at the third look for who has taken a frame."""
    look = streams.waiting

    def waiting() -> int:
        if streams.looked == 2:
            stop.set()
        return look()

    streams.waiting = waiting  # type: ignore[method-assign]  # this one alone


def test_frames_are_asked_for_at_no_more_than_the_rate() -> None:
    clock = Clock()
    began = clock()
    talk(Browser(clock, *[message()] * 30), clock, Streams())
    assert clock() - began == pytest.approx(30 / FPS)


@pytest.mark.parametrize(
    ("sent", "code", "word"),
    [
        ("text", Code.GARBAGE, "no frame"),
        (b"", Code.GARBAGE, "no frame"),
        (message(flags=0x80), Code.GARBAGE, "no frame"),
        (message(b"garbage"), Code.GARBAGE, "not a JPEG"),
        (message(bomb(65500, 65500)), Code.TOO_BIG, "65500x65500"),
        (None, Code.IDLE, f"no frame for {IDLE_S:.0f} s"),
    ],
)
def test_a_bad_sender_is_cut_off_and_told_why(sent: bytes | str | None, code: Code, word: str) -> None:
    clock, streams = Clock(), Streams()
    browser = Browser(clock, sent)
    end = talk(browser, clock, streams)
    assert (end.code, end.by_us) == (code, True)
    assert word in end.reason
    assert streams.frames == []


def test_who_sends_before_the_last_frame_was_acknowledged_is_cut_off() -> None:
    clock, streams = Clock(), Streams()
    browser = Browser(clock, message(), early=True)
    assert talk(browser, clock, streams) == End(Code.POLICY, EARLY, by_us=True)
    assert browser.said[1:] == []


def test_frames_that_came_in_one_reading_are_too_early_all_but_the_first() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        sender = Protocol(CLIENT)
        sender.send_binary(message())
        sender.send_binary(message())
        theirs.sendall(b"".join(sender.data_to_send()))
        clock, streams = Clock(), Streams()
        camera = BrowserCamera("browser-a", streams, clock, clock)
        end = Session(WebSocket(ours, Protocol(SERVER)), camera, Event(), monotonic=clock).run()
    assert end == End(Code.POLICY, EARLY, by_us=True)
    assert len(streams.frames) == 1


def test_a_jpeg_may_have_all_the_bytes_that_the_browser_is_told() -> None:
    clock = Clock()
    browser = Browser(clock, message())
    talk(browser, clock, Streams())
    assert browser.said[0]["bytes"] == MOST_MESSAGE_BYTES - len(message(b""))


def test_while_the_broker_is_away_the_browser_is_told_and_its_pictures_are_counted_as_lost() -> None:
    clock, streams = Clock(), Streams()
    streams.away = True
    browser = Browser(clock, message())
    camera = BrowserCamera("browser-a", streams, clock, clock)
    Session(browser, camera, Event(), monotonic=clock, sleep=clock.move).run()
    assert "broker" in str(browser.said[1]["problem"])
    assert (camera.status.state, camera.status.replaced) == (CameraState.OPENING, 1)


def test_the_end_of_the_service_ends_a_talk() -> None:
    clock, stop = Clock(), Event()
    stop.set()
    assert talk(Browser(clock, None), clock, Streams(), stop).code == Code.GOING_AWAY
