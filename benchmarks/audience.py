"""`python -m benchmarks.audience PORT VIEWERS SECONDS`: many viewers of one camera, in one thread.

A process of its own, so that what viewers cost is not taken for what serving them costs. The access token
comes on standard input. Prints a JSON object.
"""

import json
import selectors
import socket
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field

from benchmarks.figures import Summary, summary
from benchmarks.pipeline import CAMERA

CHUNK = 1 << 18
HEAD_STEP = 512
"""Bytes looked at for the end of a part's headers, which are some 120."""

END_OF_HEAD = b"\r\n\r\n"
WARM_UP_S = 2.0
CONNECT_S = 10.0
LOOK_EVERY_S = 0.1


@dataclass(slots=True)
class Viewer:
    """One viewer: notes the age of each frame that has arrived whole.

    Attributes:
        frames: how many have arrived since it was last reset.
        ages_ms: of each of them.
        ended: whether the feed has.
    """

    frames: int = 0
    ages_ms: list[float] = field(default_factory=list)
    ended: bool = False
    _head: bytes = b""
    _left: int = 0
    _captured_s: float | None = None

    def reset(self) -> None:
        """Forget what has arrived."""
        self.frames, self.ages_ms = 0, []

    def feed(self, data: bytes, now_s: float) -> None:
        """Take what has arrived at Unix time `now_s`.

        Raises:
            ValueError: it is no feed.
        """
        at = 0
        while at < len(data):
            at = self._skip(data, at, now_s) if self._left else self._read_head(data, at)

    def _skip(self, data: bytes, at: int, now_s: float) -> int:
        step = min(self._left, len(data) - at)
        self._left -= step
        if not self._left and self._captured_s is not None:
            self.frames += 1
            self.ages_ms.append(1000 * (now_s - self._captured_s))
        return at + step

    def _read_head(self, data: bytes, at: int) -> int:
        known = len(self._head)
        self._head += data[at : at + HEAD_STEP]
        end = self._head.find(END_OF_HEAD)
        if end < 0:
            return at + HEAD_STEP
        head, self._head = self._head[:end], b""
        self._left, self._captured_s = parse_head(head)
        return at + end + len(END_OF_HEAD) - known


def parse_head(head: bytes) -> tuple[int, float | None]:
    """Return the length of the picture that follows, and when it was captured; None for a placeholder.

    Raises:
        ValueError: it is the head of an answer that is no feed.
    """
    lines = head.decode("latin-1").split("\r\n")
    if lines[0].startswith("HTTP/"):
        if lines[0].split()[1:2] != ["200"]:
            raise ValueError(f"no feed: {lines[0]}")
        return 0, None
    headers = dict(line.lower().split(": ", 1) for line in lines if ": " in line)
    captured = headers.get("x-captured-at")
    return int(headers["content-length"]), None if captured is None else float(captured)


@dataclass(frozen=True, slots=True)
class Seen:
    """What an audience saw.

    Attributes:
        viewers: how many.
        left: how many of their feeds ended before the time was over.
        fps: frames a second of each viewer.
        least_fps: of the one that saw least.
        age_ms: of all frames of all viewers.
        cores: how many this audience itself kept busy.
    """

    viewers: int
    left: int
    fps: Summary
    least_fps: float
    age_ms: Summary
    cores: float


def watch(port: int, token: str, viewers: int, seconds: float) -> Seen:
    """Watch with so many viewers.

    Raises:
        OSError: nobody listens there.
        ValueError: what answers is no feed, or it shows nothing.
    """
    audience = {connect(port, token): Viewer() for _ in range(viewers)}
    try:
        with selectors.DefaultSelector() as selector:
            for connection, viewer in audience.items():
                selector.register(connection, selectors.EVENT_READ, viewer)
            _read(selector, WARM_UP_S)
            for viewer in audience.values():
                viewer.reset()
            began, cpu = time.monotonic(), time.process_time()
            _read(selector, seconds)
            took, cpu = time.monotonic() - began, time.process_time() - cpu
    finally:
        for connection in audience:
            connection.close()
    return _seen(list(audience.values()), took, cpu)


def connect(port: int, token: str) -> socket.socket:
    """Ask for the feed, as HTTP/1.0, whose answers come in one piece.

    Raises:
        OSError: nobody listens there.
    """
    connection = socket.create_connection(("127.0.0.1", port), CONNECT_S)
    line = f"GET /cameras/{CAMERA}/stream.mjpg HTTP/1.0"
    request = [line, "Host: 127.0.0.1", f"Authorization: Bearer {token}", "", ""]
    connection.sendall("\r\n".join(request).encode())
    connection.setblocking(False)
    return connection


def _read(selector: selectors.BaseSelector, seconds: float) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        for key, _ in selector.select(LOOK_EVERY_S):
            connection, viewer = key.fileobj, key.data
            assert isinstance(connection, socket.socket)  # noqa: S101  what was registered
            data = connection.recv(CHUNK)
            viewer.feed(data, time.time())
            if not data:
                viewer.ended = True
                selector.unregister(connection)


def _seen(viewers: Sequence[Viewer], took: float, cpu: float) -> Seen:
    rates = [viewer.frames / took for viewer in viewers]
    return Seen(
        viewers=len(viewers),
        left=sum(viewer.ended for viewer in viewers),
        fps=summary(rates, digits=2),
        least_fps=round(min(rates), 2),
        age_ms=summary([age for viewer in viewers for age in viewer.ages_ms], digits=1),
        cores=round(cpu / took, 3),
    )


def main(argv: Sequence[str]) -> int:
    """Watch and print."""
    port, viewers, seconds = int(argv[0]), int(argv[1]), float(argv[2])
    try:
        seen = watch(port, sys.stdin.readline().strip(), viewers, seconds)
    except (OSError, ValueError) as error:
        print(f"{viewers} viewers: {error}", file=sys.stderr)
        return 1
    print(json.dumps(asdict(seen)))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
