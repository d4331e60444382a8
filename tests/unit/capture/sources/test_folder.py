"""Folders of pictures."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from services.capture.sources import open_source
from services.capture.sources.folder import PicturesSource
from shared.errors import SourceError
from tests.unit.capture.sources.conftest import beat

_FPS = 100.0


def _paint(path: Path, shade: int, shape: tuple[int, int, int] = (24, 32, 3)) -> None:
    cv2.imwrite(str(path), np.full(shape, shade, np.uint8))


def test_pictures_come_sorted_by_name_for_two_seconds_each_and_then_again(tmp_path: Path) -> None:
    _paint(tmp_path / "b.png", 20)
    _paint(tmp_path / "a.png", 10)
    paths = sorted(tmp_path.iterdir())
    source = PicturesSource("source", paths, 1.0, beat=beat())

    assert [int(source.read()[0, 0, 0]) for _ in range(7)] == [10, 10, 20, 20, 10, 10, 20]


def test_a_picture_that_cannot_be_read_is_named_and_left_out(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "a.jpg").write_bytes(b"not a picture")
    _paint(tmp_path / "b.png", 20)

    assert open_source(str(tmp_path)).read()[0, 0, 0] == 20
    assert "a.jpg" in caplog.text


@pytest.mark.parametrize("names", [[], ["notes.txt"], ["broken.jpg"]])
def test_a_folder_without_a_readable_picture_is_refused_by_name(tmp_path: Path, names: list[str]) -> None:
    for name in names:
        (tmp_path / name).write_bytes(b"words")

    with pytest.raises(SourceError, match=tmp_path.name):
        open_source(str(tmp_path))


def test_a_photograph_is_shrunk_to_fit_a_feed(tmp_path: Path) -> None:
    _paint(tmp_path / "large.jpg", 50, (3000, 4000, 3))

    assert open_source(str(tmp_path)).read().shape == (1080, 1440, 3)


def test_a_picture_may_be_drawn_over_without_harm_to_the_next(tmp_path: Path) -> None:
    _paint(tmp_path / "a.png", 10)
    source = open_source(str(tmp_path), fps=_FPS)
    source.read()[:] = 99

    assert source.read()[0, 0, 0] == 10
