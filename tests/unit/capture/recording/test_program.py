"""The command: which frames it offers, what it prints, and how it ends."""

import json
from importlib import util
from pathlib import Path
from threading import Event

import pytest

from services.capture.recording import __main__ as command
from services.capture.recording.arguments import Arguments, parse
from services.capture.recording.pictures import published
from services.capture.recording.program import selected
from services.capture.recording.reader import Reader
from tests.made_videos import cut, number_in, write_video


def test_a_command_line_is_read() -> None:
    assert parse(["a.mp4", "--probe"]) == Arguments(Path("a.mp4"), None)
    assert parse(["--id", "rec-1", "--every", "5", "--from", "100", "--", "-a.mp4"]) == Arguments(
        Path("-a.mp4"), "rec-1", 5, 100
    )


@pytest.mark.parametrize(
    "wrong",
    [
        ["a.mp4"],
        ["a.mp4", "--probe", "--id", "x"],
        ["a.mp4", "--id", "x", "--every", "0"],
        ["a.mp4", "--id", "x", "--from", "-1"],
        ["a.mp4", "--id", "x", "--from", "soon"],
    ],
)
def test_a_wrong_command_line_is_refused(wrong: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        parse(wrong)
    assert ended.value.code == 2


@pytest.mark.parametrize(
    ("every", "first", "numbers"), [(1, 0, range(30)), (4, 9, range(12, 30, 4)), (1, 28, [28, 29])]
)
def test_frames_are_the_same_wherever_it_begins(
    tmp_path: Path, every: int, first: int, numbers: list[int]
) -> None:
    path = write_video(tmp_path / "video.mp4")
    with Reader(path) as whole, Reader(path) as part:
        everything = list(published(whole))
        found = list(published(selected(part, every, first, Event())))

    assert [number_in(frame.jpeg) for frame in found] == list(numbers)
    assert found == [everything[number] for number in numbers]


def test_nothing_is_read_after_it_was_told_to_stop(tmp_path: Path) -> None:
    stop = Event()
    stop.set()
    with Reader(write_video(tmp_path / "video.mp4")) as reader:
        assert list(selected(reader, 1, 0, stop)) == []


def test_a_description_is_one_line_of_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(Arguments(write_video(tmp_path / "video.mp4"), None)) == 0

    [line] = capsys.readouterr().out.splitlines()
    assert json.loads(line)["frames"] == 30


def test_what_cannot_be_described_is_one_line_and_code_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = cut(write_video(tmp_path / "video.mp4"), 0.5)

    assert command.main(Arguments(path, None)) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err == f"mien recording: video '{path}': cannot be read as a video: moov atom not found\n"


def test_without_pyav_it_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command, "find_spec", lambda name: None if name == "av" else util.find_spec(name))

    assert command.main(Arguments(Path("video.mp4"), None)) == 2
    assert "pip install 'mien[recordings]'" in capsys.readouterr().err
