from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import mien
from mien.stills import checked
from tests.made_clips import LEFT, RIGHT, demo
from tests.models import write_model


@pytest.fixture(autouse=True)
def model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MIEN_MODEL", str(write_model(tmp_path / "expression.onnx")))


def test_an_array_has_the_faces_that_are_in_it() -> None:
    faces = mien.classify(demo(1)[0])
    assert len(faces) == 2
    for face, there in zip(sorted(faces, key=lambda face: face.box.x), (LEFT, RIGHT), strict=True):
        assert abs(face.box.x - there.x) < there.w / 4
        assert face.expression in {*mien.EXPRESSIONS, mien.UNSURE}
        assert sum(face.scores.values()) == pytest.approx(1)


def test_a_file_has_the_faces_of_its_pixels(tmp_path: Path) -> None:
    pixels = demo(1)[0]
    Image.fromarray(pixels[:, :, ::-1]).save(tmp_path / "two.png")
    assert mien.classify(tmp_path / "two.png") == mien.classify(str(tmp_path / "two.png"))
    assert mien.classify(tmp_path / "two.png") == mien.classify(pixels)


def test_a_grey_array_is_a_picture_too() -> None:
    grey = demo(1)[0].mean(axis=2).astype(np.uint8)
    assert len(mien.classify(grey)) == 2
    assert mien.classify(grey) == mien.classify(grey[:, :, None])


@pytest.mark.parametrize(
    "wrong",
    [
        np.zeros((48, 48, 3), np.float32),
        np.zeros((48, 48, 4), np.uint8),
        np.zeros((0, 48, 3), np.uint8),
        np.zeros(48, np.uint8),
    ],
)
def test_an_array_that_is_no_picture_is_refused_in_one_line(wrong: np.ndarray) -> None:
    with pytest.raises(mien.PictureError, match=r"no picture: uint8 \[height, width, 3\]") as caught:
        checked(wrong)
    assert "\n" not in str(caught.value)


def test_a_file_that_is_not_there_is_named() -> None:
    with pytest.raises(mien.PictureError, match=r"nowhere\.png"):
        mien.classify("nowhere.png")


def test_labels_that_there_are_not_are_refused() -> None:
    with pytest.raises(mien.SettingsError, match="MIEN_LABELS 'dutch'"):
        mien.classify(demo(1)[0], labels="dutch")
