import argparse
import shlex
from pathlib import Path

import pytest

from services.local.analyze.options import Options, add_options, options_from, resume_command


def parse(*arguments: str) -> Options:
    parser = argparse.ArgumentParser()
    add_options(parser)
    return options_from(parser.parse_args(arguments))


def test_a_video_and_a_folder_are_enough() -> None:
    assert parse("clip.mp4", "--out", "results") == Options((Path("clip.mp4"),), Path("results"))


def test_each_option_is_read() -> None:
    words = ["a.mp4", "b.mp4", "--out", "o", "--workers", "3", "--every", "5", "--annotate", "--resume"]
    videos = (Path("a.mp4"), Path("b.mp4"))
    assert parse(*words) == Options(videos, Path("o"), 3, 5, annotate=True, resume=True)


@pytest.mark.parametrize(
    "words",
    [
        ["clip.mp4"],
        ["--out", "o"],
        ["a", "--out", "o", "--every", "0"],
        ["a", "--out", "o", "--workers", "no"],
    ],
)
def test_what_is_missing_or_wrong_is_a_usage_error(words: list[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        parse(*words)
    assert caught.value.code == 2


@pytest.mark.parametrize(
    "options",
    [
        Options((Path("my clip.mp4"),), Path("o")),
        Options((Path("-clip.mp4"), Path("b.mp4")), Path("o"), 2, 5, annotate=True),
    ],
)
def test_the_command_that_goes_on_asks_for_the_same(options: Options) -> None:
    program, command, *words = shlex.split(resume_command(options))
    assert (program, command) == ("mien", "analyze")
    again = parse(*words)
    assert again.resume
    assert (again.videos, again.out) == (options.videos, options.out)
    assert (again.workers, again.every, again.annotate) == (options.workers, options.every, options.annotate)
