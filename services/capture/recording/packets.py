"""The packets of a container, to its end or to where it can be read no further."""

from collections.abc import Iterator
from fractions import Fraction
from typing import cast

import av
from av.container import InputContainer
from av.packet import Packet
from av.stream import Stream
from av.video.stream import VideoStream

MOST_ERRORS = 16
"""Reads that fail before the rest is given up: a container may find its way behind the damage."""

MISSING_S = 0.25
"""A container that is so much longer than what could be read of it has lost its end."""

_COUNTED = "mov"  # Its table of frames says how many there are; what other containers say is not exact.

_NO_PRESENTATION_TIMES = "avi"


class Packets:
    """Reads a container once, and says whether that was all of it."""

    def __init__(self, container: InputContainer, stream: VideoStream) -> None:
        self._container = container
        self._stream = stream
        self._reached = Fraction(0)
        self._count = 0
        self._cut = False
        self._broken = ""
        self.ended_early = ""
        """Why this was not all of the video, known at the end; empty where it was."""

    def __iter__(self) -> "Iterator[Packet[VideoStream]]":
        """Yield the video's packets in the order of decoding."""
        for packet in self._readable():
            # At the end comes an empty one of each stream.
            if packet.size:
                self._note(packet)
                if packet.stream.index == self._stream.index:
                    self._count += 1
                    yield cast("Packet[VideoStream]", packet)
        self.ended_early = self._missing()

    @property
    def only_decoding_times(self) -> bool:
        """Whether what the container calls presentation times are none: it has times of decoding only."""
        return _NO_PRESENTATION_TIMES in self._container.format.name.split(",")

    def stamp(self, packet: "Packet[VideoStream]") -> int | None:
        """Return the presentation time of a packet, as far as it is known."""
        return packet.dts if self.only_decoding_times or packet.pts is None else packet.pts

    def _missing(self) -> str:
        if self._broken:
            return f"{self._broken} after {_seconds(self._reached)}"
        declared = Fraction(self._container.duration or 0, av.time_base)
        if declared - self._reached > Fraction(MISSING_S):
            return f"the file ends at {_seconds(self._reached)} of {_seconds(declared)}"
        missing = self._stream.frames - self._count
        if missing > 0 and _COUNTED in self._container.format.name.split(","):
            return f"the file ends {missing} frames before the {self._stream.frames} that it should hold"
        return "the file ends in the middle of a frame" if self._cut else ""

    def _readable(self) -> "Iterator[Packet[Stream]]":
        for _ in range(MOST_ERRORS):
            before = self._count
            try:
                # Of all streams: a sound may well be longer than its video.
                yield from self._container.demux()
            except (av.FFmpegError, OSError) as error:
                self._broken = f"it cannot be read: {error.strerror}"
            else:
                self._broken = ""
                return
            if self._count == before:
                return

    def _note(self, packet: "Packet[Stream]") -> None:
        self._cut = packet.is_corrupt
        stamps = [stamp for stamp in (packet.pts, packet.dts) if stamp is not None]
        if stamps:
            end = (max(stamps) + (packet.duration or 0)) * packet.time_base
            self._reached = max(self._reached, end)


def _seconds(seconds: Fraction) -> str:
    return f"{float(seconds):.2f} s"
