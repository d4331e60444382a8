"""Every frame of a video, in order, at its own time; those that cannot be decoded too."""

import gc
import random
from pathlib import Path

import psutil
import pytest

from services.capture.recording.pictures import published
from services.capture.recording.reader import Reader
from shared.errors import SourceError
from shared.recorded import RecordedFrame
from tests.made_videos import IN_GROUPS, STEADY, cut, damage, nanoseconds, number_in, write_video

UNEVEN = [0, 1_500, 4_503, 9_003, 18_003, 38_014, 39_514, 300_000, 301_001, 303_000]


def read(path: Path) -> tuple[list[RecordedFrame], Reader]:
    with Reader(path) as reader:
        return list(published(reader)), reader


@pytest.mark.parametrize(
    ("name", "pixels"),
    [
        ("b-frames.mp4", "yuv420p"),
        ("b-frames.ts", "yuv420p"),
        ("ten-bit.mp4", "yuv420p10le"),
        ("grey.mp4", "gray"),
        ("full-colour.mp4", "yuv444p"),
    ],
)
def test_each_frame_comes_in_order_at_its_own_time(tmp_path: Path, name: str, pixels: str) -> None:
    frames, reader = read(write_video(tmp_path / name, UNEVEN, pixels=pixels))

    assert [number_in(frame.jpeg) for frame in frames] == list(range(len(UNEVEN)))
    assert [frame.index for frame in frames] == list(range(len(UNEVEN)))
    assert [frame.t for frame in frames] == nanoseconds(UNEVEN)
    assert reader.timeline.variable
    assert (reader.frames, reader.undecodable, reader.damaged) == (len(UNEVEN), 0, 0)
    assert reader.ended_early == ""


@pytest.mark.parametrize("name", ["in.mkv", "in.webm"])
def test_times_of_a_container_of_milliseconds_are_its_milliseconds(tmp_path: Path, name: str) -> None:
    codec, options = ("libvpx-vp9", {"deadline": "realtime"}) if "webm" in name else ("libx264", IN_GROUPS)
    frames, _ = read(write_video(tmp_path / name, UNEVEN, codec=codec, options=options))

    assert [number_in(frame.jpeg) for frame in frames] == list(range(len(UNEVEN)))
    assert all(frame.t % 1_000_000 == 0 for frame in frames)
    assert [frame.t for frame in frames] == pytest.approx(nanoseconds(UNEVEN), abs=500_000)


def test_times_count_from_the_first_frame_wherever_the_container_begins(tmp_path: Path) -> None:
    frames, reader = read(write_video(tmp_path / "late.ts", [time + 450_000 for time in UNEVEN]))

    assert [frame.t for frame in frames] == nanoseconds(UNEVEN)
    assert reader.timeline.origin >= 5


def test_a_container_without_presentation_times_gives_them_all_the_same(tmp_path: Path) -> None:
    frames, _ = read(write_video(tmp_path / "in.avi", STEADY))

    assert [number_in(frame.jpeg) for frame in frames] == list(range(30))
    assert [frame.t for frame in frames] == nanoseconds(STEADY)


def test_a_stream_without_times_follows_its_rate(tmp_path: Path) -> None:
    frames, reader = read(write_video(tmp_path / "bare.h264", STEADY))

    assert [number_in(frame.jpeg) for frame in frames] == list(range(30))
    assert [frame.t for frame in frames] == nanoseconds(STEADY)
    assert reader.timeline.retimed == 30


def test_frames_that_cannot_be_decoded_have_their_place_and_their_time(tmp_path: Path) -> None:
    # Every frame alone, so that those behind the damage are whole.
    path = write_video(tmp_path / "damaged.mp4", UNEVEN, options={"g": "1"})
    frames, reader = read(damage(path, 0.35, 0.55))
    lost = [frame.index for frame in frames if not frame.jpeg]

    assert lost
    assert reader.undecodable == len(lost)
    assert [frame.t for frame in frames] == nanoseconds(UNEVEN)
    whole = [frame for frame in frames if frame.index in (0, 1, 2, 7, 8, 9)]
    assert [number_in(frame.jpeg) for frame in whole] == [0, 1, 2, 7, 8, 9]
    assert {(frame.width, frame.height) for frame in frames} == {(320, 240)}


def test_damage_gives_the_same_frames_each_time(tmp_path: Path) -> None:
    path = write_video(tmp_path / "damaged.mp4", container={"movflags": "faststart"})
    data = bytearray(path.read_bytes())
    noise = random.Random(7)
    data[len(data) // 2 : len(data) // 2 + 2_000] = noise.randbytes(2_000)
    path.write_bytes(data)

    frames, reader = read(path)

    assert frames == read(path)[0]
    assert reader.undecodable + reader.damaged > 0
    assert reader.frames == len(STEADY)


@pytest.mark.parametrize("name", ["cut.mp4", "cut.mkv", "cut.avi"])
def test_a_file_that_was_cut_off_is_read_to_where_it_goes_and_says_so(tmp_path: Path, name: str) -> None:
    container = {"movflags": "faststart"} if "mp4" in name else {}
    path = write_video(tmp_path / name, options={"g": "5", "bf": "0"}, container=container)
    frames, reader = read(cut(path, 0.6))

    assert 5 < len(frames) < len(STEADY)
    assert [number_in(frame.jpeg) for frame in frames[:5]] == [0, 1, 2, 3, 4]
    assert reader.ended_early.startswith("the file ends")


def test_a_lost_last_frame_is_missed_too(tmp_path: Path) -> None:
    path = write_video(tmp_path / "cut.mp4", container={"movflags": "faststart"})
    frames, reader = read(cut(path, 0.999))

    assert len(frames) == len(STEADY)
    assert reader.ended_early == "the file ends in the middle of a frame"


def test_a_part_that_begins_between_key_frames_is_read_from_its_first_frame(tmp_path: Path) -> None:
    path = write_video(tmp_path / "part.ts", options={"g": "10", "bf": "0"})
    data = path.read_bytes()
    path.write_bytes(data[: 2 * 188] + data[len(data) // 188 // 5 * 188 :])
    frames, reader = read(path)

    assert len(frames) > 10
    assert reader.damaged > 0


def test_where_recordings_were_joined_time_goes_on(tmp_path: Path) -> None:
    one, joined = write_video(tmp_path / "one.ts", range(0, 180_000, 3_600)), tmp_path / "joined.ts"
    joined.write_bytes(one.read_bytes() * 2)
    frames, reader = read(joined)

    assert [number_in(frame.jpeg) for frame in frames] == [*range(50), *range(50)]
    assert [frame.t for frame in frames] == [n * 40_000_000 for n in range(100)]
    assert reader.timeline.retimed == 1


def test_a_size_that_changes_is_followed(tmp_path: Path) -> None:
    small, large = tmp_path / "small.ts", tmp_path / "large.ts"
    write_video(small, range(0, 36_000, 3_600))
    write_video(large, range(180_000, 216_000, 3_600), size=(640, 480))
    small.write_bytes(small.read_bytes() + large.read_bytes())
    frames, _ = read(small)

    assert [(frame.width, frame.height) for frame in frames] == [(320, 240)] * 10 + [(640, 480)] * 10
    assert [number_in(frame.jpeg) for frame in frames] == [*range(10), *range(10)]


def test_frames_that_were_read_leave_the_memory_at_once(tmp_path: Path) -> None:
    path = write_video(tmp_path / "video.mp4", range(0, 300 * 3_600, 3_600), size=(640, 480))
    process = psutil.Process()
    gc.disable()
    try:
        with Reader(path) as reader:
            frames = iter(reader)
            for _ in range(20):
                next(frames)
            before = process.memory_info().rss
            assert sum(1 for _ in frames) == 280
            # All of them are 129 MB.
            assert process.memory_info().rss - before < 40 * 2**20
    finally:
        gc.enable()


def test_a_video_of_which_no_frame_can_be_decoded_is_refused(tmp_path: Path) -> None:
    path = write_video(tmp_path / "dark.mp4", [0, 3_600], options={"g": "1"})
    data = path.read_bytes()
    begin = data.index(b"mdat") + 4
    path.write_bytes(
        data[:begin] + b"\xff" * (data.index(b"moov") - 4 - begin) + data[data.index(b"moov") - 4 :]
    )

    with pytest.raises(SourceError, match=r"^video '.*dark.mp4': none of its 2 frames can be decoded$"):
        read(path)
