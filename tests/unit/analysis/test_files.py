from pathlib import Path

import pytest

from services.analysis.files import ALL, refuse_results, remove_parts, replaced
from shared.errors import AnalysisError


def test_a_file_is_replaced_when_all_of_it_is_written(tmp_path: Path) -> None:
    path = tmp_path / "faces.csv"
    path.write_text("old")
    with replaced(path) as part:
        part.write_text("new")
        assert path.read_text() == "old"
    assert path.read_text() == "new"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("error", [KeyboardInterrupt, ValueError])
def test_a_file_that_could_not_be_written_whole_is_not_there(
    tmp_path: Path, error: type[BaseException]
) -> None:
    with pytest.raises(error), replaced(tmp_path / "faces.csv") as part:  # noqa: PT012  the block is what is tested
        part.write_text("half")
        raise error
    assert list(tmp_path.iterdir()) == []


def test_a_disk_that_is_full_is_said_in_one_line(tmp_path: Path) -> None:
    with (
        pytest.raises(AnalysisError, match=r"faces\.csv cannot be written: No space left on device"),
        replaced(tmp_path / "faces.csv"),
        Path("/dev/full").open("wb", buffering=0) as full,
    ):
        full.write(b"x")


def test_where_nothing_can_be_removed_either_the_first_error_is_said(tmp_path: Path) -> None:
    with (
        pytest.raises(AnalysisError, match=r"faces\.csv cannot be written: Is a directory"),
        replaced(tmp_path / "faces.csv") as part,
    ):
        part.mkdir()


def test_what_a_killed_run_has_left_half_written_is_removed_and_nothing_else(tmp_path: Path) -> None:
    for name in ALL:
        (tmp_path / f".part-{name}").touch()
    others = [tmp_path / "faces.csv", tmp_path / ".part-holiday.mp4"]
    for other in others:
        other.touch()
    remove_parts(tmp_path)
    remove_parts(tmp_path)
    assert sorted(tmp_path.iterdir()) == sorted(others)


@pytest.mark.parametrize("name", ALL)
def test_results_that_are_there_are_not_written_over(tmp_path: Path, name: str) -> None:
    (tmp_path / name).touch()
    with pytest.raises(AnalysisError, match=f"{name} is there already: give --resume, or another --out"):
        refuse_results(tmp_path)


def test_a_folder_without_results_will_do(tmp_path: Path) -> None:
    (tmp_path / "holiday.mp4").touch()
    refuse_results(tmp_path)
    refuse_results(tmp_path / "none")


@pytest.mark.parametrize(
    ("name", "words"), [("a" * 300, "cannot be used: File name too long"), ("out/deeper", "is no folder")]
)
def test_a_folder_that_cannot_be_looked_into_is_said_in_one_line(
    tmp_path: Path, name: str, words: str
) -> None:
    (tmp_path / "out").touch()
    with pytest.raises(AnalysisError, match=words):
        refuse_results(tmp_path / name)


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "out").touch()
    with pytest.raises(AnalysisError, match="out is no folder"):
        refuse_results(tmp_path / "out")
