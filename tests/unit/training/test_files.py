from pathlib import Path

import pytest

from shared.errors import ModelError
from training.files import digests, replacing, write_text


def test_text_takes_the_place_of_what_was_there_and_nothing_else_is_left(tmp_path: Path) -> None:
    path = tmp_path / "new" / "report.json"
    for text in ("old", "new"):
        write_text(path, text)
    assert path.read_text(encoding="utf-8") == "new"
    assert list(path.parent.iterdir()) == [path]


def test_what_fails_half_way_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    path.write_text("old", encoding="utf-8")

    def write_half() -> None:
        with replacing(path) as partial:
            partial.write_text("half", encoding="utf-8")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write_half()
    assert path.read_text(encoding="utf-8") == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_in_the_place_or_a_file_above_it_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "folder").mkdir()
    for path in (tmp_path / "file" / "report.json", tmp_path / "folder"):
        with pytest.raises(ModelError, match=f"{path}: cannot be written: "):
            write_text(path, "new")
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["file", "folder"]


def test_each_file_that_is_named_has_its_digest(tmp_path: Path) -> None:
    path = tmp_path / "votes.csv"
    path.write_bytes(b"abc")
    found = digests({"votes": path, "teacher": None})
    # SHA-256's own example, FIPS 180-2.
    assert found == {"votes": "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"}


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"absent\.onnx: cannot be read: No such file"):
        digests({"teacher": tmp_path / "absent.onnx"})
