"""The face crops of a result, as its entry carries them."""

from dataclasses import replace

from shared.entities import CROP_SIDE, Face

CROP_BYTES = CROP_SIDE**2


def crops_bytes(faces: tuple[Face, ...]) -> bytes:
    """Return the crops of faces: for each face a byte, 1 where it has one, else 0; then the crops."""
    crops = [face.crop or b"" for face in faces]
    return bytes(map(bool, crops)) + b"".join(crops)


def with_crops(faces: tuple[Face, ...], raw: bytes) -> tuple[Face, ...]:
    """Return faces with the crops that `crops_bytes` wrote.

    Raises:
        ValueError: they are not those of so many faces.
    """
    there, pixels = raw[: len(faces)], raw[len(faces) :]
    if len(there) != len(faces) or max(there, default=0) > 1 or len(pixels) != CROP_BYTES * sum(there):
        raise ValueError(f"not the crops of {len(faces)} faces")
    crops = (pixels[at : at + CROP_BYTES] for at in range(0, len(pixels), CROP_BYTES))
    return tuple(
        replace(face, crop=next(crops)) if has else face for face, has in zip(faces, there, strict=True)
    )
