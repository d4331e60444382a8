from pathlib import Path

import pytest

from services.local.notified import names_anybody


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "cameras.yaml"


def test_a_file_with_the_part_names_somebody(path: Path) -> None:
    path.write_text("cameras: {a: {source: 0}}\nnotify: {mqtt: {host: h}}\n")
    assert names_anybody(path, {})
    assert names_anybody(None, {"MIEN_CAMERAS_FILE": str(path)})


def test_a_file_without_it_names_nobody(path: Path) -> None:
    path.write_text("cameras: {a: {source: 0}}\n")
    assert not names_anybody(path, {})


@pytest.mark.parametrize("text", ["", "notify: [", "- notify"])
def test_a_wrong_file_is_left_to_capture_to_say_so(path: Path, text: str) -> None:
    path.write_text(text)
    assert not names_anybody(path, {})


def test_no_file_names_nobody(path: Path) -> None:
    assert not names_anybody(None, {})
    assert not names_anybody(path, {})
