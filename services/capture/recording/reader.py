"""Reads a video whole: its frames in presentation order, those that cannot be decoded among them."""

import heapq
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Self

import av
from av.packet import Packet
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from services.capture.picture import Size
from services.capture.recording.opening import open_video, refused
from services.capture.recording.packets import Packets
from services.capture.recording.timeline import Stamps, Timeline
from services.capture.recording.turning import Turn, Turns

USUAL_RATE = Fraction(25)
"""Frames a second where a container says nothing: FFmpeg's own guess."""

_ANY_TIME = -(2**63)  # AV_NOPTS_VALUE of FFmpeg's libavutil/avutil.h


@dataclass(frozen=True, slots=True)
class ReadFrame:
    """One frame of a video.

    Attributes:
        index: its number, from 0, in presentation order.
        t: presentation time, nanoseconds from the first frame.
        size: as it is shown.
        turn: how it is to be shown.
        frame: as it was decoded; None where it could not be.
    """

    index: int
    t: int
    size: Size
    turn: Turn
    frame: VideoFrame | None = field(repr=False)


class Reader:
    """Reads a video file once, from its beginning; a context manager, which closes it.

    Attributes:
        path: the file.
        stream: its video.
        timeline: where its frames are in time, as far as it was read.
        frames: how many there were so far.
        undecodable: how many of them could not be decoded.
        damaged: how many were decoded from damaged data, or without a frame that they build upon.

    Raises:
        SourceError: it cannot be opened, or holds no video.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.container, self.stream = open_video(path)
        self.timeline = Timeline(1 / usual_rate(self.stream))
        self.frames = self.undecodable = self.damaged = 0
        self._packets = Packets(self.container, self.stream)
        self._stamps = Stamps(decoding=self._packets.only_decoding_times)
        self._lost: list[int] = []
        self._turns = Turns()
        self._turn = Turn()
        self._size: Size = (self.stream.width, self.stream.height)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.container.close()

    @property
    def ended_early(self) -> str:
        """Why more was declared than could be read; empty where it was not. Asked at the end."""
        return self._packets.ended_early

    def __iter__(self) -> Iterator[ReadFrame]:
        """Yield the frames.

        Raises:
            SourceError: none of them can be decoded.
        """
        seen = False
        for frame in self._decoded():
            seen = True
            stamp = self._stamps.choose(frame.pts, frame.dts)
            self._turn = self._turns.of(frame)
            self._size = self._turn.size(frame.width, frame.height)
            yield from self._lost_before(stamp)
            self.damaged += frame.is_corrupt
            yield self._next(stamp, frame)
        if not seen:
            raise refused(self.path, self._nothing())
        yield from self._lost_before(None)

    def _decoded(self) -> Iterator[VideoFrame]:
        for packet in self._packets:
            yield from self._decode(packet)
        yield from self._decode(None)

    def _decode(self, packet: "Packet[VideoStream] | None") -> list[VideoFrame]:
        try:
            return self.stream.decode(packet)
        except av.EOFError:
            return []
        except av.FFmpegError:
            self._lose(packet)
            return []

    def _lose(self, packet: "Packet[VideoStream] | None") -> None:
        """Keep the time of a frame that cannot be decoded, until its turn comes."""
        if packet is None or packet.is_discard:
            return
        self.undecodable += 1
        stamp = self._packets.stamp(packet)
        heapq.heappush(self._lost, _ANY_TIME if stamp is None else stamp)

    def _lost_before(self, stamp: int | None) -> Iterator[ReadFrame]:
        while self._lost and (stamp is None or self._lost[0] < stamp):
            lost = heapq.heappop(self._lost)
            yield self._next(None if lost == _ANY_TIME else lost, None)

    def _next(self, stamp: int | None, frame: VideoFrame | None) -> ReadFrame:
        base = self.stream.time_base
        t = self.timeline.place(None if stamp is None or base is None else stamp * base)
        self.frames += 1
        return ReadFrame(self.frames - 1, t, self._size, self._turn, frame)

    def _nothing(self) -> str:
        if self.undecodable:
            return f"none of its {self.undecodable} frames can be decoded"
        return f"holds no frame; {self.ended_early}" if self.ended_early else "holds no frame"


def usual_rate(stream: VideoStream) -> Fraction:
    """Return how many frames a second a video has, as far as its container says."""
    for rate in (stream.guessed_rate, stream.average_rate, stream.base_rate):
        if rate is not None and rate > 0:
            return rate
    return USUAL_RATE
