from pathlib import Path

import pytest

from services.analysis.sound import AAC_BITRATE, sound_codec, sound_options
from tests.ffmpeg import ffmpeg


def test_what_players_of_mp4_know_is_kept_as_it_is() -> None:
    assert sound_options("aac") == ["-c:a", "copy"]
    assert sound_options("pcm_s16le") == sound_options("") == ["-c:a", "aac", "-b:a", AAC_BITRATE]


@pytest.mark.parametrize(("name", "codec"), [("a.wav", "pcm_s16le"), ("a.m4a", "aac")])
def test_a_sound_is_known_by_its_codec(tmp_path: Path, name: str, codec: str) -> None:
    ffmpeg("-f", "lavfi", "-i", "sine=duration=0.2", tmp_path / name)
    assert sound_codec(tmp_path / name, "ffprobe") == codec


def test_where_nothing_is_known_nothing_is_said(tmp_path: Path) -> None:
    (tmp_path / "a.mp4").write_text("no video")
    assert sound_codec(tmp_path / "a.mp4", "ffprobe") == ""
    assert sound_codec(tmp_path / "a.mp4", str(tmp_path / "no-ffprobe")) == ""
