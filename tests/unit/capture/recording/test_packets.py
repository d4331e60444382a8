"""What a packet says of the time of its frame."""

from pathlib import Path

import pytest

from services.capture.recording.opening import open_video
from services.capture.recording.packets import Packets
from services.capture.recording.reader import Reader
from tests.made_videos import STEADY, nanoseconds, write_video

HEAD = 8
"""Bytes before the data of a chunk of AVI: its name and its size."""


@pytest.mark.parametrize(("name", "only_decoding"), [("in.avi", True), ("in.mp4", False), ("in.mkv", False)])
def test_the_time_of_a_packet_is_that_of_presentation_where_there_is_one(
    tmp_path: Path, name: str, *, only_decoding: bool
) -> None:
    container, stream = open_video(write_video(tmp_path / name))
    with container:
        packets = Packets(container, stream)
        stamps = [(packets.stamp(packet), packet.dts if only_decoding else packet.pts) for packet in packets]

    assert packets.only_decoding_times is only_decoding
    assert len(stamps) == len(STEADY)
    assert all(stamp == wanted for stamp, wanted in stamps)


def test_a_frame_that_is_lost_has_the_time_of_its_packet(tmp_path: Path) -> None:
    path = write_video(tmp_path / "damaged.avi", options={"g": "1", "bf": "0"})
    container, stream = open_video(path)
    with container:
        lost = list(Packets(container, stream))[10]
    data = bytearray(path.read_bytes())
    begin = (lost.pos or 0) + HEAD
    data[begin : begin + lost.size] = b"\xff" * lost.size
    path.write_bytes(data)
    with Reader(path) as reader:
        frames = list(reader)

    assert [frame.index for frame in frames if frame.frame is None] == [10]
    # FFmpeg counts the damaged one a tick of 1/600 s short.
    assert [frame.t for frame in frames] == pytest.approx(nanoseconds(STEADY), abs=2_000_000)
