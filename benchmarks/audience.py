"""`python -m benchmarks.audience PORT SECONDS VIEWERS [READERS [STOPPED]]`: an audience, in one thread.

So many viewers of one camera's feed, readers of its events, and viewers that stop reading when the time
begins: a process of its own, so that what they cost is not taken for what serving them costs. The access
token comes on standard input. Prints a JSON object.
"""

import json
import selectors
import socket
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Protocol

from benchmarks.event_reader import EventReader
from benchmarks.feed_viewer import Viewer
from benchmarks.figures import Summary, summary
from benchmarks.pipeline import CAMERA
from benchmarks.stopped import Stopped

CHUNK = 1 << 18
WARM_UP_S = 2.0
CONNECT_S = 10.0
LOOK_EVERY_S = 0.1

FEED = f"/cameras/{CAMERA}/stream.mjpg"
EVENTS = f"/api/v1/cameras/{CAMERA}/events"


class Listener(Protocol):
    """Somebody to whom an answer comes.

    Attributes:
        ended: whether it has.
    """

    ended: bool

    def reset(self) -> None:
        """Forget what has arrived."""

    def feed(self, data: bytes, now_s: float) -> None:
        """Take what has arrived at Unix time `now_s`."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What an audience saw.

    Attributes:
        viewers: how many of the feed.
        left: how many answers ended before the time was over.
        fps: frames a second of each viewer.
        least_fps: of the one that saw least.
        age_ms: of all frames of all viewers.
        cores: how many this audience itself kept busy.
        readers: how many of events.
        results: a second, of each reader; None without one.
        result_age_ms: of all results of all readers; None without one.
        stopped: how many viewers stopped reading.
        dropped_after_s: after so long each of these was dropped; None where it was not within the time.
    """

    viewers: int
    left: int
    fps: Summary
    least_fps: float
    age_ms: Summary
    cores: float
    readers: int = 0
    results: Summary | None = None
    result_age_ms: Summary | None = None
    stopped: int = 0
    dropped_after_s: Sequence[float | None] = ()


@dataclass(frozen=True, slots=True)
class Size:
    """Of an audience: viewers of the feed, readers of events, and viewers that stop reading."""

    viewers: int
    readers: int = 0
    stopped: int = 0


class Audience:
    """Some who read, in one thread.

    Args:
        port: where web serves, on this machine.
        token: the access token.
        size: how many.
    """

    def __init__(self, port: int, token: str, size: Size) -> None:
        self._selector = selectors.DefaultSelector()
        self._connections: list[socket.socket] = []
        self.viewers = [Viewer() for _ in range(size.viewers)]
        self.readers = [EventReader() for _ in range(size.readers)]
        self.stopped: list[Stopped] = []
        try:
            for viewer in self.viewers:
                self._listen(connect(port, token, FEED), viewer)
            for reader in self.readers:
                self._listen(connect(port, token, EVENTS), reader)
            for _ in range(size.stopped):
                self.stopped.append(self._kept(connect(port, token, FEED)))
        except OSError:
            self.close()
            raise

    @property
    def listeners(self) -> Sequence[Listener]:
        """All who read."""
        return [*self.viewers, *self.readers]

    def read(self, seconds: float) -> None:
        """Read what comes for so many seconds."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            for key, _ in self._selector.select(LOOK_EVERY_S):
                assert isinstance(key.fileobj, socket.socket)  # noqa: S101  what was registered
                self._take(key.fileobj, key.data)
            for stopped in self.stopped:
                stopped.look(time.monotonic())

    def reset(self) -> None:
        """Begin to count."""
        for listener in self.listeners:
            listener.reset()
        for stopped in self.stopped:
            stopped.begin(time.monotonic())

    def close(self) -> None:
        """Leave."""
        self._selector.close()
        for connection in self._connections:
            connection.close()

    def _listen(self, connection: socket.socket, listener: Listener) -> None:
        self._connections.append(connection)
        self._selector.register(connection, selectors.EVENT_READ, listener)

    def _kept(self, connection: socket.socket) -> Stopped:
        self._connections.append(connection)
        return Stopped(connection)

    def _take(self, connection: socket.socket, listener: Listener) -> None:
        try:
            data = connection.recv(CHUNK)
        except ConnectionError:
            data = b""
        listener.feed(data, time.time())
        if not data:
            listener.ended = True
            self._selector.unregister(connection)


def watch(port: int, token: str, size: Size, seconds: float) -> Seen:
    """Watch with an audience.

    Raises:
        OSError: nobody listens there.
        ValueError: what answers is no feed, or it shows nothing.
    """
    audience = Audience(port, token, size)
    try:
        audience.read(WARM_UP_S)
        audience.reset()
        began, cpu = time.monotonic(), time.process_time()
        audience.read(seconds)
        took, cpu = time.monotonic() - began, time.process_time() - cpu
    finally:
        audience.close()
    return _seen(audience, took, cpu)


def connect(port: int, token: str, path: str) -> socket.socket:
    """Ask for an answer, as HTTP/1.0, whose answers come in one piece.

    Raises:
        OSError: nobody listens there.
    """
    connection = socket.create_connection(("127.0.0.1", port), CONNECT_S)
    request = [f"GET {path} HTTP/1.0", "Host: 127.0.0.1", f"Authorization: Bearer {token}", "", ""]
    connection.sendall("\r\n".join(request).encode())
    connection.setblocking(False)
    return connection


def _seen(audience: Audience, took: float, cpu: float) -> Seen:
    viewers, readers = audience.viewers, audience.readers
    rates = [viewer.frames / took for viewer in viewers]
    return Seen(
        viewers=len(viewers),
        left=sum(listener.ended for listener in audience.listeners),
        fps=summary(rates, digits=2),
        least_fps=round(min(rates), 2),
        age_ms=summary([age for viewer in viewers for age in viewer.ages_ms], digits=1),
        cores=round(cpu / took, 3),
        readers=len(readers),
        results=summary([len(reader.ages_ms) / took for reader in readers], digits=2) if readers else None,
        result_age_ms=_ages(readers),
        stopped=len(audience.stopped),
        dropped_after_s=[stopped.dropped_after_s for stopped in audience.stopped],
    )


def _ages(readers: Sequence[EventReader]) -> Summary | None:
    ages = [age for reader in readers for age in reader.ages_ms]
    return summary(ages, digits=1) if ages else None


def main(argv: Sequence[str]) -> int:
    """Watch and print."""
    port, seconds, size = int(argv[0]), float(argv[1]), Size(*map(int, argv[2:]))
    try:
        seen = watch(port, sys.stdin.readline().strip(), size, seconds)
    except (OSError, ValueError) as error:
        print(f"{size.viewers} viewers: {error}", file=sys.stderr)
        return 1
    print(json.dumps(asdict(seen)))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
