"""Which video devices count as webcams."""

import struct
from pathlib import Path

import pytest

from services.capture.sources import webcams
from services.capture.sources.v4l2 import captures_video

_DEVICE_CAPS, _CAPTURE, _STREAMING, _METADATA = 0x80000000, 0x1, 0x04000000, 0x00800000


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


def test_a_file_that_only_looks_like_a_device_is_not_listed(tmp_path: Path) -> None:
    (tmp_path / "video0").touch()
    (tmp_path / "video-notes").touch()

    assert webcams(tmp_path) == []
