from pathlib import Path

import pytest

from services.analysis.ffmpeg import Sound, check_ffmpeg, encode_command
from shared.errors import EncodeError


def made_ffmpeg(folder: Path, *, encoders: str = "V..... libx264", options: str = "-fps_mode") -> str:
    """A program that answers as ffmpeg does."""
    program = folder / "ffmpeg"
    program.write_text(
        f'#!/bin/sh\ncase "$2" in -encoders) echo "{encoders}";; -h) echo "{options}";; esac\n'
    )
    program.chmod(0o755)
    return str(program)


def test_without_ffmpeg_there_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(
        EncodeError, match=r"no-ffmpeg cannot be run: install FFmpeg, or leave out --annotate$"
    ):
        check_ffmpeg(str(tmp_path / "no-ffmpeg"))


def test_an_ffmpeg_that_cannot_write_h264_is_named(tmp_path: Path) -> None:
    program = made_ffmpeg(tmp_path, encoders="V..... mpeg4")
    with pytest.raises(EncodeError, match="has no libx264: install an FFmpeg with it"):
        check_ffmpeg(program)


@pytest.mark.parametrize(("options", "word"), [("-fps_mode", "-fps_mode"), ("-vsync", "-vsync")])
def test_older_ones_are_told_in_their_words_to_keep_the_times(
    tmp_path: Path, options: str, word: str
) -> None:
    command = encode_command(tmp_path / "a.mp4", None, made_ffmpeg(tmp_path, options=options))
    assert command[command.index(word) + 1] == "passthrough"


def test_a_video_whose_name_looks_like_an_option_or_an_address_is_a_file(tmp_path: Path) -> None:
    command = encode_command(Path("-o:a.mp4"), Sound(Path("http:b.mp4"), 0.5), made_ffmpeg(tmp_path))
    assert command[-1] == "file:-o:a.mp4"
    assert command[command.index("-itsoffset") :][:4] == ["-itsoffset", "-0.500000", "-i", "file:http:b.mp4"]
