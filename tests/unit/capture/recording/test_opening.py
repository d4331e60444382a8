"""What is no video is refused in one line that names the file and says what it is."""

import re
from pathlib import Path

import cv2
import pytest

from services.capture.recording import opening
from services.capture.recording.opening import LONGEST_SIDE, MOST_PIXELS, fits, open_video
from services.inference import pictures
from shared.errors import SourceError
from tests.made_videos import drawn, write_sound, write_video


def refusal(path: Path) -> str:
    """Return the cause for which a file is refused."""
    with pytest.raises(SourceError) as error:
        open_video(path)
    match = re.fullmatch(f"video {re.escape(repr(str(path)))}: (.+)", str(error.value))
    assert match is not None, str(error.value)
    return match[1]


@pytest.mark.parametrize(
    ("name", "content", "cause"),
    [
        ("empty.mp4", b"", "is empty"),
        ("text.mp4", b"not a video\n" * 9, "cannot be read as a video: "),
        ("list.m3u8", b"#EXTM3U\n#EXTINF:1,\nother.ts\n#EXT-X-ENDLIST\n", "cannot be read as a video: "),
        ("list.ffconcat", b"ffconcat version 1.0\nfile video.mp4\n", "is a list of other files, not a video"),
        ("words.srt", b"1\n00:00:00,000 --> 00:00:01,000\nHello\n", "holds no video, only subtitle"),
    ],
)
def test_a_file_that_is_no_video_is_refused(tmp_path: Path, name: str, content: bytes, cause: str) -> None:
    write_video(tmp_path / "video.mp4", [0])
    path = tmp_path / name
    path.write_bytes(content)

    assert refusal(path).startswith(cause)


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path) == "is no file"
    assert refusal(tmp_path / "absent.mp4") == "No such file or directory"
    assert refusal(tmp_path / ("long" * 99)) == "File name too long"


@pytest.mark.parametrize(
    "name", ["picture.jpg", "picture.png", "picture.bmp", "picture.webp", "picture.tiff"]
)
def test_a_picture_is_refused_and_told_where_to_go(tmp_path: Path, name: str) -> None:
    cv2.imwrite(str(tmp_path / name), drawn(0))

    assert refusal(tmp_path / name) == "is a picture, not a video; `mien classify` reads pictures"


def test_a_sound_is_refused(tmp_path: Path) -> None:
    assert refusal(write_sound(tmp_path / "sound.m4a")) == "holds no video, only audio"


def test_a_recording_that_was_never_finished_is_refused_with_what_it_lacks(tmp_path: Path) -> None:
    path = write_video(tmp_path / "unfinished.mp4")
    data = path.read_bytes()
    path.write_bytes(data[: data.index(b"moov") - 4])

    assert refusal(path) == "cannot be read as a video: moov atom not found"


def test_a_name_is_never_taken_for_an_address_or_a_pattern(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("concat:a.mp4", "-i.mp4", "%03d.mp4", "two\nlines 'quoted'.mp4"):
        container, stream = open_video(write_video(tmp_path / "video.mp4", [0]).rename(name))
        assert stream.width == 320
        container.close()


def test_frames_larger_than_workers_take_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_video(tmp_path / "large.mp4", [0])
    monkeypatch.setattr(opening, "MOST_PIXELS", 320 * 240 - 1)

    assert refusal(path) == "320x240 pixels are more than workers take: 76,799 in all"


def test_the_largest_frame_is_the_one_that_workers_decode() -> None:
    assert MOST_PIXELS == pictures.MOST_PIXELS
    assert fits(7_680, 4_320)
    assert not fits(MOST_PIXELS, 2)
    assert not fits(LONGEST_SIDE + 1, 1)


def test_frames_are_decoded_by_one_thread(tmp_path: Path) -> None:
    container, stream = open_video(write_video(tmp_path / "video.mp4", [0]))

    assert stream.codec_context.thread_count == 1
    container.close()
