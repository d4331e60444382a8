from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from services.analysis.encoder import Encoder
from services.analysis.ffmpeg import Sound
from shared.errors import EncodeError
from tests.ffmpeg import ffmpeg, written

UNEVEN = [0, 33_366_667, 66_733_333, 500_000_000, 533_000_000, 2_000_000_000]
FINE_NS = 6_000
"""Half of 1/90,000 s."""


def grey(level: int, width: int = 64, height: int = 48) -> NDArray[np.uint8]:
    return np.full((height, width, 3), level, np.uint8)


def encode(
    path: Path, times: list[int] = UNEVEN, sound: Sound | None = None, size: tuple[int, int] = (64, 48)
) -> None:
    ffmpeg("-version")
    with Encoder(path, size, sound) as encoder:
        for number, t in enumerate(times):
            lasts = times[number + 1] - t if number + 1 < len(times) else 40_000_000
            encoder.add(grey(40 * number, *size), t, lasts)


def test_each_picture_has_its_own_time_to_the_end(tmp_path: Path) -> None:
    encode(tmp_path / "a.mp4")
    video = written(tmp_path / "a.mp4")
    assert video.codec == "h264"
    assert video.times == pytest.approx(UNEVEN, abs=FINE_NS)
    assert video.ends == pytest.approx([*UNEVEN[1:], UNEVEN[-1] + 40_000_000], abs=2 * FINE_NS)
    levels = [picture.mean() for picture in video.pictures]
    assert levels == pytest.approx([40 * n for n in range(len(UNEVEN))], abs=4)


def test_hours_keep_their_times(tmp_path: Path) -> None:
    late = [0, 3 * 3600 * 10**9, 3 * 3600 * 10**9 + 33_366_667]
    encode(tmp_path / "a.mp4", late)
    assert written(tmp_path / "a.mp4").times == pytest.approx(late, abs=FINE_NS)


@pytest.mark.parametrize("size", [(65, 47), (1, 1), (2, 90)])
def test_a_picture_of_odd_size_is_written_whole(tmp_path: Path, size: tuple[int, int]) -> None:
    encode(tmp_path / "a.mp4", [0], size=size)
    (picture,) = written(tmp_path / "a.mp4").pictures
    assert picture.shape[:2] == (size[1] + size[1] % 2, size[0] + size[0] % 2)


def test_colours_come_back(tmp_path: Path) -> None:
    ffmpeg("-version")
    pixels = np.zeros((48, 96, 3), np.uint8)
    pixels[:, :32], pixels[:, 32:64], pixels[:, 64:] = (200, 30, 30), (30, 200, 30), (30, 30, 200)
    with Encoder(tmp_path / "a.mp4", (96, 48)) as encoder:
        encoder.add(pixels, 0, 40_000_000)
    (picture,) = written(tmp_path / "a.mp4").pictures
    for x in (16, 48, 80):
        assert picture[24, x].astype(int) == pytest.approx(pixels[24, x], abs=12)


def test_pictures_that_change_their_size_go_on(tmp_path: Path) -> None:
    ffmpeg("-version")
    with Encoder(tmp_path / "a.mp4", (64, 48)) as encoder:
        encoder.add(grey(100), 0, 40_000_000)
        encoder.add(grey(200, 32, 96), 40_000_000, 40_000_000)
    _, second = written(tmp_path / "a.mp4").pictures
    assert second[24, 16].mean() > 180
    assert second[24, 60].mean() < 20


@pytest.mark.parametrize(
    ("name", "codec", "kept"),
    [("s.m4a", "aac", "aac"), ("s.mp3", "libmp3lame", "mp3float"), ("s.wav", "pcm_s16le", "aac")],
)
def test_the_sound_is_kept_and_changed_only_where_it_must_be(
    tmp_path: Path, name: str, codec: str, kept: str
) -> None:
    ffmpeg("-f", "lavfi", "-i", "sine=duration=2", "-c:a", codec, tmp_path / name)
    encode(tmp_path / "a.mp4", sound=Sound(tmp_path / name))
    video = written(tmp_path / "a.mp4")
    assert video.sound == kept
    assert video.sound_s == pytest.approx(2.0, abs=0.1)
    assert len(video.times) == len(UNEVEN)


def test_a_video_that_began_after_its_sound_stays_beside_it(tmp_path: Path) -> None:
    ffmpeg("-f", "lavfi", "-i", "sine=duration=2", "-c:a", "aac", tmp_path / "s.m4a")
    encode(tmp_path / "a.mp4", sound=Sound(tmp_path / "s.m4a", start_s=0.5))
    video = written(tmp_path / "a.mp4")
    assert video.times[0] == 0
    assert video.sound_s == pytest.approx(1.5, abs=0.1)


def test_a_video_without_sound_has_none(tmp_path: Path) -> None:
    encode(tmp_path / "silent.mp4")
    encode(tmp_path / "a.mp4", sound=Sound(tmp_path / "silent.mp4"))
    assert written(tmp_path / "a.mp4").sound == ""


def test_where_ffmpeg_gives_up_its_words_are_told_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(
        EncodeError, match=r"^the annotated video cannot be written: ffmpeg said .*No such file"
    ) as failure:
        encode(tmp_path / "no folder" / "a.mp4")
    assert "\n" not in str(failure.value)


def test_an_error_meanwhile_ends_ffmpeg(tmp_path: Path) -> None:
    ffmpeg("-version")
    with pytest.raises(KeyboardInterrupt), Encoder(tmp_path / "a.mp4", (64, 48)) as encoder:  # noqa: PT012  both are tested
        encoder.add(grey(1), 0, 1)
        raise KeyboardInterrupt
    assert encoder._process.returncode is not None
