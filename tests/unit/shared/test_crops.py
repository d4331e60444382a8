from dataclasses import replace

import pytest

from shared.crops import CROP_BYTES, crops_bytes, with_crops
from shared.entities import EXPRESSIONS, Box, Face

FACE = Face(Box(10, 12, 20, 20), "happy", 0.7, dict.fromkeys(EXPRESSIONS, 0.05) | {"happy": 0.7})
CROP = bytes(range(256)) * 9


@pytest.mark.parametrize(
    "crops", [(), (None,), (CROP,), (None, CROP), (CROP, None, CROP[::-1]), (None, None)]
)
def test_each_face_gets_its_own_crop_back(crops: tuple[bytes | None, ...]) -> None:
    faces = tuple(replace(FACE, crop=crop) for crop in crops)
    assert with_crops(tuple(FACE for _ in crops), crops_bytes(faces)) == faces


def test_a_crop_is_written_as_it_is() -> None:
    assert len(CROP) == CROP_BYTES
    assert crops_bytes((FACE, replace(FACE, crop=CROP))) == b"\x00\x01" + CROP


@pytest.mark.parametrize(
    "raw",
    [b"", b"\x00", b"\x00\x01", b"\x00\x02" + 2 * CROP, b"\x01\x00" + CROP[1:], b"\x00\x01" + CROP + b"x"],
)
def test_what_does_not_fit_the_faces_is_refused(raw: bytes) -> None:
    with pytest.raises(ValueError, match=r"^not the crops of 2 faces$"):
        with_crops((FACE, FACE), raw)
