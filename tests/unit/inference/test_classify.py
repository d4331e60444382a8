import io
import json
import struct
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from services.inference.classify import main, read_picture
from services.inference.pictures import BgrImage
from shared.entities import EXPRESSIONS
from shared.errors import PictureError
from tests.models import write_model

ORIENTATION = 0x0112  # EXIF tag
TURNED_RIGHT = 6


def saved(path: Path, pixels: BgrImage, **options: object) -> Path:
    Image.fromarray(pixels[:, :, ::-1]).save(path, **options)  # type: ignore[arg-type]  # any option
    return path


@pytest.fixture(autouse=True)
def model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = write_model(tmp_path / "expression.onnx")
    monkeypatch.setenv("MIEN_MODEL", str(path))
    return path


@pytest.fixture
def photo(tmp_path: Path, people: BgrImage) -> Path:
    return saved(tmp_path / "photo.jpg", people)


@pytest.fixture
def wall(tmp_path: Path) -> Path:
    return saved(tmp_path / "wall.png", np.full((240, 320, 3), 128, np.uint8))


def test_each_face_is_a_line_of_text(photo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(photo)]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    assert out.startswith(f"{photo}: ")
    assert any(f": {expression} " in out for expression in EXPRESSIONS)
    assert "face of " in out


def test_json_has_one_object_a_picture_on_a_line_each(
    photo: Path, wall: Path, people: BgrImage, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--json", str(photo), str(wall)]) == 0
    first, second = map(json.loads, capsys.readouterr().out.splitlines())
    assert (first["image"], first["height"], first["width"]) == (str(photo), *people.shape[:2])
    assert set(first["faces"][0]["scores"]) == set(EXPRESSIONS)
    assert second["faces"] == []


def test_a_picture_without_a_face_is_no_failure(wall: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(wall)]) == 0
    assert capsys.readouterr().out == f"{wall}: no face found\n"


def test_a_picture_that_cannot_be_read_is_one_line_and_the_others_are_done(
    wall: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(tmp_path / "absent.jpg"), str(wall)]) == 2
    out, err = capsys.readouterr()
    assert err == f"mien classify: {tmp_path / 'absent.jpg'}: No such file or directory\n"
    assert out == f"{wall}: no face found\n"


def test_a_folder_is_refused_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path)]) == 2
    assert capsys.readouterr().err == f"mien classify: {tmp_path}: Is a directory\n"


@pytest.mark.parametrize("content", [b"", b"no picture", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n" + bytes(40)])
def test_a_file_that_is_no_picture_is_refused_in_one_line(
    tmp_path: Path, content: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "fake.jpg"
    path.write_bytes(content)
    assert main([str(path)]) == 2
    err = capsys.readouterr().err
    assert err.startswith(f"mien classify: {path}: ")
    assert err.count("\n") == 1


def test_a_truncated_jpeg_is_refused(photo: Path) -> None:
    photo.write_bytes(photo.read_bytes()[:-100])
    with pytest.raises(PictureError, match=r"photo\.jpg: JPEG of"):
        read_picture(photo)


def test_a_png_that_claims_far_too_many_pixels_is_refused(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    Image.new("1", (10_000, 5_000)).save(buffer, "PNG")
    path = tmp_path / "bomb.png"
    path.write_bytes(buffer.getvalue())
    with pytest.raises(PictureError, match="10000x5000 is larger than"):
        read_picture(path)


def test_a_png_that_only_claims_too_many_pixels_is_refused_before_it_is_decoded(tmp_path: Path) -> None:
    path = tmp_path / "claim.png"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII", 13, b"IHDR", 30_000, 30_000))
    with pytest.raises(PictureError, match="30000x30000 is larger than"):
        read_picture(path)


@pytest.mark.parametrize("suffix", ["png", "jpg", "webp", "bmp"])
def test_pictures_of_every_usual_kind_are_read(tmp_path: Path, suffix: str, people: BgrImage) -> None:
    pixels = read_picture(saved(tmp_path / f"photo.{suffix}", people))
    assert pixels.shape == people.shape
    assert np.abs(pixels.astype(int) - people).mean() < 6


def test_a_picture_with_transparency_is_read(tmp_path: Path) -> None:
    path = tmp_path / "t.png"
    Image.new("RGBA", (64, 48), (255, 0, 0, 128)).save(path)
    assert read_picture(path).shape == (48, 64, 3)


def test_a_photo_is_turned_as_its_exif_orientation_says(tmp_path: Path, people: BgrImage) -> None:
    exif = Image.Exif()
    exif[ORIENTATION] = TURNED_RIGHT
    lying = np.ascontiguousarray(np.rot90(people))
    pixels = read_picture(saved(tmp_path / "phone.jpg", lying, exif=exif))
    assert pixels.shape == people.shape
    assert np.abs(pixels.astype(int) - people).mean() < 6


def test_check_only_says_whether_the_model_fits(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--check"]) == 0
    assert capsys.readouterr().out == "the model fits\n"


def test_a_model_that_does_not_fit_is_one_line(model: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_model(model, classes=8)
    assert main(["--check"]) == 2
    err = capsys.readouterr().err
    assert err.startswith(f"mien classify: model {model} does not fit: ")
    assert err.count("\n") == 1


def test_labels_on_the_command_line_go_before_the_variable(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MIEN_LABELS", "ferplus")
    assert main(["--check"]) == 2
    assert "MIEN_LABELS=ferplus: no output 'ferplus'" in capsys.readouterr().err
    assert main(["--check", "--labels", "fer2013"]) == 0


def test_labels_that_are_none_show_those_that_are(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["--check", "--labels", "affectnet"])
    assert caught.value.code == 2
    err = capsys.readouterr().err
    assert "fer2013" in err
    assert "ferplus" in err


def test_a_wrong_variable_is_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MIEN_MODLE", "x")
    assert main(["--check"]) == 2
    assert capsys.readouterr().err.startswith("mien classify: MIEN_MODLE is no setting of Mien")


def test_without_a_picture_the_usage_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main([])
    assert caught.value.code == 2
    assert "no IMAGE given" in capsys.readouterr().err
