"""Reads an MJPEG feed as a viewer does, part by part."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPResponse
from typing import BinaryIO, Self, cast

HTTP_OK = 200


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a feed.

    Attributes:
        headers: by lower-case name.
        jpeg: the picture.
        read_ns: when it was complete here, Unix nanoseconds.
    """

    headers: dict[str, str]
    jpeg: bytes = field(repr=False)
    read_ns: int

    @property
    def is_frame(self) -> bool:
        """Whether it is a frame, not a placeholder."""
        return "x-frame-seq" in self.headers

    @property
    def seq(self) -> int:
        """The frame's number."""
        return int(self.headers["x-frame-seq"])

    @property
    def age_ms(self) -> float:
        """How long ago it was captured, where both clocks are this machine's."""
        return self.read_ns / 1e6 - 1e3 * float(self.headers["x-captured-at"])


class FeedReader:
    """A viewer of one camera.

    Raises:
        OSError: nobody listens there.
        ValueError: the answer is no feed.
    """

    def __init__(self, host: str, port: int, camera: str, token: str, timeout_s: float = 15.0) -> None:
        self.connection = HTTPConnection(host, port, timeout=timeout_s)
        try:
            self._response = self._open(camera, token)
        except BaseException:
            self.connection.close()
            raise
        self._stream = cast(BinaryIO, self._response)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    def parts(self, seconds: float = float("inf")) -> Iterator[Part]:
        """Yield parts, placeholders too, for so many seconds or until the feed ends."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            part = self._next()
            if part is None:
                return
            yield part

    def frames(self, seconds: float = float("inf")) -> Iterator[Part]:
        """Yield frames, without placeholders."""
        return (part for part in self.parts(seconds) if part.is_frame)

    def close(self) -> None:
        """Leave."""
        self._response.close()
        self.connection.close()

    def _open(self, camera: str, token: str) -> HTTPResponse:
        headers = {"Authorization": f"Bearer {token}"}
        self.connection.request("GET", f"/cameras/{camera}/stream.mjpg", headers=headers)
        response = self.connection.getresponse()
        kind = response.headers.get("Content-Type", "")
        if response.status != HTTP_OK or not kind.startswith("multipart/x-mixed-replace"):
            raise ValueError(f"no feed: {response.status} {kind}")
        return response

    def _next(self) -> Part | None:
        headers = self._headers()
        if headers is None:
            return None
        jpeg = self._stream.read(int(headers["content-length"]))
        # The boundary comes right behind the picture: a browser shows it when it has read this far.
        self._stream.readline()
        self._stream.readline()
        return Part(headers, jpeg, time.time_ns())

    def _headers(self) -> dict[str, str] | None:
        headers: dict[str, str] = {}
        while True:
            line = self._stream.readline()
            if not line:
                return None
            text = line.decode().strip()
            if not text and headers:
                return headers
            name, colon, value = text.partition(":")
            if colon:
                headers[name.strip().lower()] = value.strip()
