"""Raw pictures with their times as a Matroska stream, which FFmpeg reads from a pipe.

A pipe of bare pixels has one frame rate; a phone's video has not. Only what is needed of the format (RFC
8794, RFC 9559) is written: a track of uncompressed pictures, and a cluster for each of them.
"""

import numpy as np
from numpy.typing import NDArray

TICK_NS = 1_000
"""The stream's unit of time: a microsecond, finer than the ticks of usual videos (1/90,000 s)."""

USUAL_NS = 40_000_000
"""Said to be that of a picture, though each has its own: where few pictures come, FFmpeg would guess from
their times that a million come in a second, and drop some."""

_EBML, _DOC_TYPE, _DOC_VERSION, _DOC_READ_VERSION = 0x1A45DFA3, 0x4282, 0x4287, 0x4285
_SEGMENT, _INFO, _TICK, _MUXER, _WRITER = 0x18538067, 0x1549A966, 0x2AD7B1, 0x4D80, 0x5741
_TRACKS, _TRACK, _NUMBER, _UID, _TYPE, _LACING, _CODEC = 0x1654AE6B, 0xAE, 0xD7, 0x73C5, 0x83, 0x9C, 0x86
_USUAL_DURATION = 0x23E383
_VIDEO, _WIDTH, _HEIGHT, _FORMAT = 0xE0, 0xB0, 0xBA, 0x2EB524
_CLUSTER, _TIME, _GROUP, _BLOCK, _DURATION = 0x1F43B675, 0xE7, 0xA0, 0xA1, 0x9B

_UNKNOWN_LENGTH = b"\x01" + b"\xff" * 7
_PICTURES = 1
_BGR = b"BGR\x18"
"""FFmpeg's word for three bytes a pixel: blue, green, red."""

_BEGIN_OF_BLOCK = b"\x81\x00\x00\x80"
"""Of track 1, at its cluster's time, a key frame."""


def head(width: int, height: int) -> bytes:
    """Return what stands before the first picture, all of which are of this size in pixels."""
    words = _element(_DOC_TYPE, b"matroska") + _number(_DOC_VERSION, 4) + _number(_DOC_READ_VERSION, 2)
    info = _number(_TICK, TICK_NS) + _element(_MUXER, b"mien") + _element(_WRITER, b"mien")
    video = _number(_WIDTH, width) + _number(_HEIGHT, height) + _element(_FORMAT, _BGR)
    track = _number(_NUMBER, 1) + _number(_UID, 1) + _number(_TYPE, _PICTURES) + _number(_LACING, 0)
    track += (
        _number(_USUAL_DURATION, USUAL_NS) + _element(_CODEC, b"V_UNCOMPRESSED") + _element(_VIDEO, video)
    )
    segment = _id(_SEGMENT) + _UNKNOWN_LENGTH
    return (
        _element(_EBML, words) + segment + _element(_INFO, info) + _element(_TRACKS, _element(_TRACK, track))
    )


def picture(pixels: NDArray[np.uint8], t: int, lasts: int) -> tuple[bytes, memoryview]:
    """Return a picture [height, width, 3] as two parts, to be written one after the other.

    Args:
        pixels: blue, green, red.
        t: its time, ns.
        lasts: until the next one, ns.
    """
    size = len(_BEGIN_OF_BLOCK) + pixels.nbytes
    block = _id(_BLOCK) + _length(size) + _BEGIN_OF_BLOCK
    duration = _number(_DURATION, round(lasts / TICK_NS))
    group_size = len(duration) + len(block) + pixels.nbytes
    time = _number(_TIME, round(t / TICK_NS))
    group = _id(_GROUP) + _length(group_size) + duration + block
    cluster = _id(_CLUSTER) + _length(len(time) + len(group) + pixels.nbytes)
    return cluster + time + group, np.ascontiguousarray(pixels).data.cast("B")


def _element(number: int, data: bytes) -> bytes:
    return _id(number) + _length(len(data)) + data


def _number(number: int, value: int) -> bytes:
    return _element(number, value.to_bytes(8))


def _id(number: int) -> bytes:
    return number.to_bytes((number.bit_length() + 7) // 8)


def _length(length: int) -> bytes:
    """Return a length in eight bytes, of which the first says so."""
    return (length | 1 << 56).to_bytes(8)
