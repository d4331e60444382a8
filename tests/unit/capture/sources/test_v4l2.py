"""Which video devices count as webcams, and what they say that they can do."""

import errno
import struct
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

import pytest

from services.capture.sources.v4l2 import Device, Mode, captures_video, device_files, gives_pictures, look

_DEVICE_CAPS, _CAPTURE, _STREAMING, _METADATA = 0x80000000, 0x1, 0x04000000, 0x00800000
_QUERYCAP, _ENUM_FMT, _ENUM_FRAMESIZES, _ENUM_FRAMEINTERVALS = 0, 2, 74, 75
T = TypeVar("T")
MJPG, YUYV = b"MJPG", b"YUYV"


def _record(all_nodes: int, this_node: int) -> bytes:
    return struct.pack("=16s32s32s6I", b"uvcvideo", b"Cam", b"usb-1", 0, all_nodes, this_node, 0, 0, 0)


@pytest.mark.parametrize(
    ("all_nodes", "this_node", "expected"),
    [
        (_DEVICE_CAPS | _CAPTURE | _METADATA, _CAPTURE | _STREAMING, True),
        (_DEVICE_CAPS | _CAPTURE | _METADATA, _METADATA | _STREAMING, False),
        (_CAPTURE | _STREAMING, 0, True),
        (_STREAMING, 0, False),
    ],
)
def test_a_node_is_judged_by_its_own_capabilities(all_nodes: int, this_node: int, expected: bool) -> None:
    assert captures_video(_record(all_nodes, this_node)) is expected


def test_devices_are_listed_by_number_and_what_is_no_device_gives_no_pictures(tmp_path: Path) -> None:
    for name in ("video10", "video2", "video-notes"):
        (tmp_path / name).touch()

    assert device_files(tmp_path) == [tmp_path / "video2", tmp_path / "video10"]
    assert not gives_pictures(tmp_path / "video2")


class Driver:
    """What stands behind ioctl: a webcam, as linux/videodev2.h describes its answers.

    Args:
        sizes: by format, each `(1, width, height)`, or a range `(3, least, most, step, least, most, step)`.
        intervals: by size, each seconds as a fraction.
    """

    def __init__(
        self,
        sizes: dict[bytes, list[tuple[int, ...]]],
        intervals: dict[tuple[int, int], list[tuple[int, int]]],
        node: int = _CAPTURE,
    ) -> None:
        self._sizes, self._intervals, self._node = sizes, intervals, node
        self._answers: dict[int, Callable[[bytes], bytes]] = {
            _QUERYCAP: lambda _: _record(_DEVICE_CAPS | _CAPTURE, self._node),
            _ENUM_FMT: self._format,
            _ENUM_FRAMESIZES: self._size,
            _ENUM_FRAMEINTERVALS: self._interval,
        }

    def ioctl(self, _handle: int, request: int, record: bytes) -> bytes:
        assert len(record) == request >> 16 & 0x3FFF  # The size stands in the request: asm-generic/ioctl.h.
        assert request >> 8 & 0xFF == ord("V")
        answer = self._answers[request & 0xFF](record)
        return answer.ljust(len(record), b"\0")

    def _format(self, record: bytes) -> bytes:
        index, buffers = struct.unpack_from("=2I", record)
        assert buffers == 1
        name = _entry(list(self._sizes), index)
        return struct.pack("=3I32s4s", index, buffers, 0, b"a format", name)

    def _size(self, record: bytes) -> bytes:
        index, name = struct.unpack_from("=I4s", record)
        kind, *sides = _entry(self._sizes[name], index)
        return struct.pack(f"=I4sI{len(sides)}I", index, name, kind, *sides)

    def _interval(self, record: bytes) -> bytes:
        index, name, width, height = struct.unpack_from("=I4s2I", record)
        fraction = _entry(self._intervals.get((width, height), []), index)
        return struct.pack("=I4s5I", index, name, width, height, 1, *fraction)


def _entry(entries: Sequence[T], index: int) -> T:
    if index >= len(entries):
        raise OSError(errno.EINVAL, "Invalid argument")
    return entries[index]


@pytest.fixture
def device(tmp_path: Path) -> Path:
    path = tmp_path / "video0"
    path.touch()
    return path


def test_every_size_of_every_format_is_told_with_its_highest_rate(device: Path) -> None:
    driver = Driver(
        {MJPG: [(1, 1920, 1080), (1, 640, 480)], YUYV: [(1, 640, 480)]},
        {(1920, 1080): [(1, 30), (1, 15)], (640, 480): [(1001, 30000), (1, 60)]},
    )

    found = look(device, driver.ioctl)

    modes = (Mode("MJPG", 1920, 1080, 30), Mode("MJPG", 640, 480, 60), Mode("YUYV", 640, 480, 60))
    assert found == Device(str(device), "Cam", True, modes)


def test_of_a_range_the_largest_size_is_told_and_no_rate_where_there_is_none(device: Path) -> None:
    driver = Driver({YUYV: [(3, 32, 2592, 2, 24, 1944, 2)]}, {})

    assert look(device, driver.ioctl).modes == (Mode("YUYV", 2592, 1944, 0),)


def test_a_node_that_gives_no_pictures_is_not_asked_for_its_modes(device: Path) -> None:
    driver = Driver({MJPG: [(1, 640, 480)]}, {}, node=_METADATA)

    assert look(device, driver.ioctl) == Device(str(device), "Cam")


def test_a_driver_whose_list_does_not_end_is_not_asked_for_ever(device: Path) -> None:
    driver = Driver({MJPG: [(1, 640, 480)] * 100_000}, {})

    assert len(look(device, driver.ioctl).modes) < 1_000


def test_what_is_no_device_or_not_there_tells_why(device: Path) -> None:
    assert look(device) == Device(str(device), errno=errno.ENOTTY)
    assert look(device.with_name("video1")).errno == errno.ENOENT
