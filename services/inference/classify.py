"""`mien classify`: the faces and expressions of still pictures, through the very code that workers run."""

import argparse
import json
import os
import struct
import sys
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np

from services.inference.heads import LABELS
from services.inference.pictures import MOST_PIXELS, BgrImage, decode_jpeg
from services.inference.processor import FrameProcessor
from services.inference.settings import InferenceSettings
from services.inference.stopwatch import Stopwatch
from services.inference.tracks import Tracks
from services.inference.wiring import build_processor
from shared.entities import Face
from shared.entries import face_dict
from shared.errors import MienError, PictureError
from shared.service import BAD_START

JPEG_START = b"\xff\xd8"

PNG_HEAD = struct.Struct(">8s4x4sII")
"""A PNG's signature, the length of its first chunk, that chunk's name, and the width and height in it."""


def read_picture(path: Path) -> BgrImage:
    """Return the pixels of a picture file: JPEG, PNG, WebP or what else OpenCV reads.

    Raises:
        PictureError: it cannot be read or decoded.
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise PictureError(f"{path}: {error.strerror}") from error
    try:
        if raw.startswith(JPEG_START):
            decode_jpeg(raw)  # Stricter than OpenCV about damage and size.
        # A photo is turned as its EXIF orientation says, which OpenCV does and simplejpeg doesn't.
        return _decode(raw)
    except PictureError as error:
        raise PictureError(f"{path}: {error}") from error


def main(argv: Sequence[str] | None = None) -> int:
    """Classify pictures; return the exit code: 2 if any of them could not be read."""
    parser = _parser()
    options = parser.parse_args(argv)
    if not options.images and not options.check:
        parser.error("no IMAGE given")
    try:
        chosen = {"MIEN_LABELS": options.labels} if options.labels else {}
        processor = build_processor(InferenceSettings.load({**os.environ, **chosen}))
    except MienError as error:
        sys.stderr.write(f"mien classify: {error}\n")
        return BAD_START
    if options.check:
        sys.stdout.write("the model fits\n")
        return 0
    good = [_classify(processor, path, as_json=options.json) for path in options.images]
    return 0 if all(good) else BAD_START


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="mien classify", description=__doc__)
    parser.add_argument("images", nargs="*", type=Path, metavar="IMAGE", help="a picture file")
    parser.add_argument("--json", action="store_true", help="one JSON object a picture, a line each")
    parser.add_argument("--labels", choices=LABELS, help="whose labels; default: MIEN_LABELS")
    parser.add_argument("--check", action="store_true", help="only say whether the model fits")
    return parser


def _classify(processor: FrameProcessor, path: Path, *, as_json: bool) -> bool:
    try:
        pixels = read_picture(path)
    except PictureError as error:
        sys.stderr.write(f"mien classify: {error}\n")
        return False
    faces, _ = processor.process(pixels, 0, Tracks(), Stopwatch())
    sys.stdout.write(_as_json(path, pixels, faces) if as_json else _as_text(path, faces))
    return True


def _as_json(path: Path, pixels: BgrImage, faces: tuple[Face, ...]) -> str:
    height, width = pixels.shape[:2]
    rows = [face_dict(face) for face in faces]
    return json.dumps({"image": str(path), "width": width, "height": height, "faces": rows}) + "\n"


def _as_text(path: Path, faces: tuple[Face, ...]) -> str:
    if not faces:
        return f"{path}: no face found\n"
    lines = (
        f"{path}: {face.expression} {face.confidence:.0%}, face of {face.box.w}x{face.box.h} pixels "
        f"at ({face.box.x}, {face.box.y})\n"
        for face in faces
    )
    return "".join(lines)


def _decode(raw: bytes) -> BgrImage:
    # A PNG of a few bytes can claim gigabytes. OpenCV itself refuses headers, of any kind of file, that claim
    # more than 2^30 pixels; it raises then.
    if len(raw) >= PNG_HEAD.size and PNG_HEAD.unpack_from(raw)[:2] == (b"\x89PNG\r\n\x1a\n", b"IHDR"):
        _check_size(*PNG_HEAD.unpack_from(raw)[2:])
    try:
        pixels = cv2.imdecode(np.frombuffer(raw, np.uint8), cv2.IMREAD_COLOR) if raw else None
    except cv2.error as error:
        raise PictureError(f"picture cannot be decoded: {error.err}") from error
    if pixels is None:
        raise PictureError("not a picture that can be decoded")
    _check_size(pixels.shape[1], pixels.shape[0])
    return np.asarray(pixels, np.uint8)


def _check_size(width: int, height: int) -> None:
    if width * height > MOST_PIXELS:
        raise PictureError(f"picture of {width}x{height} is larger than {MOST_PIXELS} pixels")


if __name__ == "__main__":
    sys.exit(main())
