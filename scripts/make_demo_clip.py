"""Makes services/capture/demo.mp4: two portraits in the public domain whose expressions change.

Run it from the repository's root, with `ffmpeg` (and its libx264) installed; it takes some minutes:

    pip install -e '.[clip]'
    python -m scripts.make_demo_clip

The clip loops without a seam: every motion has a whole number of turns, and every face ends as it began.
What is shown when, and how a face moves for it, stands in scripts/portraits.py.
"""

import argparse
import math
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import BinaryIO, cast

import cv2
import matplotlib.font_manager
import numpy as np
from PIL import Image as Pillow
from PIL import ImageDraw, ImageFont

from scripts.face_warp import bent, smoothed
from scripts.landmarks import blended, posed
from scripts.mouth import with_mouth
from scripts.portraits import Image, Portrait, eileen_collins, grace_hopper

WIDTH, HEIGHT, FPS, SECONDS = 640, 480, 30, 14
QUALITY = 21  # x264's constant rate factor
CLIP = Path("services/capture/demo.mp4")

_TILE = (292, 382)
_TILES_AT = ((20, 32), (328, 32))
_CORNER = 22  # pixels of radius
_OVERSIZE = 1.5  # the portrait is bent larger than it is shown, so that it is resampled once and shrunk once
_CHANGE_S = 0.55  # how long a face takes from one expression to the next
_BLINK_S = 0.22
_NIGHT, _DUSK = (54, 40, 30), (96, 70, 48)  # blue, green, red
_GLOWS = (((0.15, 0.1), (126, 92, 58)), ((0.9, 0.95), (92, 84, 104)))
_INK = (226, 220, 212)


@dataclass(frozen=True)
class Sitter:
    """A portrait, enlarged for bending, and its place in the clip."""

    portrait: Portrait
    enlarged: Image
    smooth: Image  # the same without creases
    zoom: float
    at: tuple[int, int]


def seated(portrait: Portrait, at: tuple[int, int]) -> Sitter:
    """Enlarge a portrait and give it its place."""
    zoom = portrait.scale * _OVERSIZE
    return Sitter(portrait, _enlarged(portrait.picture, zoom), _enlarged(smoothed(portrait), zoom), zoom, at)


def _enlarged(picture: Image, zoom: float) -> Image:
    size = (round(picture.shape[1] * zoom), round(picture.shape[0] * zoom))
    return cv2.resize(picture, size, interpolation=cv2.INTER_LANCZOS4).astype(np.uint8)


def weights_at(moments: Sequence[tuple[float, str]], second: float) -> dict[str, float]:
    """Tell how much of each expression shows at `second`; they sum to 1."""
    weights = {moments[0][1]: 1.0}
    for (_, before), (start, after) in pairwise(moments):
        share = _eased((second - start) / _CHANGE_S)
        if share > 0:
            weights = {before: 1 - share} if before != after else {}
            weights[after] = weights.get(after, 0.0) + share
    return weights


def _eased(x: float) -> float:
    x = min(max(x, 0.0), 1.0)
    return x * x * (3 - 2 * x)


def _blink_at(blinks: Sequence[float], second: float) -> float:
    return max(
        (1 - abs(second - at) / (_BLINK_S / 2) for at in blinks if abs(second - at) < _BLINK_S / 2),
        default=0.0,
    )


def tile(sitter: Sitter, second: float) -> Image:
    """Draw one sitter as its tile shows it at `second`."""
    portrait, zoom = sitter.portrait, sitter.zoom
    pose = blended(weights_at(portrait.moments, second), portrait.poses)
    points = posed(portrait, pose, _blink_at(portrait.blinks, second))
    picture = cv2.addWeighted(sitter.enlarged, 1 - pose.smooth, sitter.smooth, pose.smooth, 0)
    face = bent(portrait, picture.astype(np.uint8), zoom, points)
    face = with_mouth(face, points, zoom, portrait.unit, pose)
    return _lit(_moved(face, portrait, zoom, second), portrait, second)


def _moved(face: Image, portrait: Portrait, zoom: float, second: float) -> Image:
    turn = 2 * math.pi * (second / SECONDS + portrait.sway)
    angle = 1.6 * math.sin(2 * turn)
    scale = (1.045 + 0.035 * math.sin(turn)) / _OVERSIZE
    centre = (portrait.centre[0] * zoom, portrait.centre[1] * zoom)
    matrix = cv2.getRotationMatrix2D(centre, angle, scale)
    matrix[0, 2] += _TILE[0] / 2 - centre[0] + 5 * math.sin(3 * turn)
    matrix[1, 2] += _TILE[1] / 2 - centre[1] + 4 * math.cos(2 * turn)
    smooth = cv2.GaussianBlur(face, (0, 0), 0.45)
    moved = cv2.warpAffine(smooth, matrix, _TILE, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    return moved.astype(np.uint8)


def _lit(picture: Image, portrait: Portrait, second: float) -> Image:
    """Let the light wander: a little brighter and darker, from the left and from the right."""
    turn = 2 * math.pi * (second / SECONDS + portrait.sway)
    across = np.linspace(-1, 1, picture.shape[1])[np.newaxis, :, np.newaxis]
    light = 1.0 + 0.05 * math.sin(2 * turn) + 0.09 * math.sin(turn) * across
    return np.clip(picture * light, 0, 255).astype(np.uint8)


def backdrop() -> Image:
    """Draw what lies behind the tiles: night blue with two soft glows, the tiles' shadows and captions."""
    fall = np.linspace(0, 1, HEIGHT)[:, np.newaxis, np.newaxis]
    ys, xs = np.mgrid[0:HEIGHT, 0:WIDTH]
    picture = np.array(_DUSK) * (1 - fall) + np.array(_NIGHT) * fall + np.zeros((HEIGHT, WIDTH, 3))
    for (x, y), colour in _GLOWS:
        near = np.exp(-((xs - x * WIDTH) ** 2 + (ys - y * HEIGHT) ** 2) / (2 * 190**2))[..., np.newaxis]
        picture += (np.array(colour) - picture) * near * 0.7
    for x, y in _TILES_AT:
        shadow = np.zeros((HEIGHT, WIDTH), np.float32)
        shadow[y + 6 : y + 6 + _TILE[1], x : x + _TILE[0]] = 1
        picture *= 1 - 0.45 * cv2.GaussianBlur(shadow, (0, 0), 9)[..., np.newaxis]
    return np.clip(picture, 0, 255).astype(np.uint8)


def captioned(picture: Image, sitters: Sequence[Sitter]) -> Image:
    """Write who they are, and whose pictures, below the tiles."""
    font = ImageFont.truetype(matplotlib.font_manager.findfont("DejaVu Sans"), 14)
    canvas = Pillow.fromarray(picture)
    pen = ImageDraw.Draw(canvas)
    for sitter in sitters:
        at = (sitter.at[0] + _TILE[0] / 2, sitter.at[1] + _TILE[1] + 27)
        pen.text(at, sitter.portrait.caption, fill=_INK, font=font, anchor="mm")
    return np.array(canvas)


def rounded_mask() -> Image:
    """Return a tile's shape, uint8 [H, W, 1]: 255 inside, soft at its round corners."""
    big = Pillow.new("L", (_TILE[0] * 4, _TILE[1] * 4))
    box = (0, 0, _TILE[0] * 4 - 1, _TILE[1] * 4 - 1)
    ImageDraw.Draw(big).rounded_rectangle(box, radius=_CORNER * 4, fill=255)
    return np.array(big.resize(_TILE, Pillow.Resampling.BOX))[..., np.newaxis]


def frames(count: int) -> Iterator[Image]:
    """Draw the clip's first `count` frames, uint8 [480, 640, 3], blue first."""
    sitters = [seated(p, at) for p, at in zip((eileen_collins(), grace_hopper()), _TILES_AT, strict=True)]
    behind = captioned(backdrop(), sitters)
    shape = rounded_mask() / 255.0
    for number in range(count):
        frame = behind.copy()
        for sitter in sitters:
            x, y = sitter.at
            part = frame[y : y + _TILE[1], x : x + _TILE[0]]
            part[:] = np.round(part * (1 - shape) + tile(sitter, number / FPS) * shape)
        yield frame


def encode(pictures: Iterator[Image], path: Path) -> None:
    """Pipe frames through ffmpeg into an H.264 file that any player takes."""
    ffmpeg = shutil.which("ffmpeg")
    if ffmpeg is None:
        sys.exit("make_demo_clip: needs ffmpeg, for example from your system's packages")
    raw = ["-f", "rawvideo", "-pix_fmt", "bgr24", "-s", f"{WIDTH}x{HEIGHT}", "-r", str(FPS), "-i", "-"]
    h264 = [
        "-c:v",
        "libx264",
        "-preset",
        "veryslow",
        "-crf",
        str(QUALITY),
        "-pix_fmt",
        "yuv420p",
        "-tune",
        "film",
    ]
    colours = [
        "-vf",
        "scale=out_color_matrix=bt709:out_range=tv",
        "-colorspace",
        "bt709",
        "-color_primaries",
        "bt709",
        "-color_trc",
        "bt709",
    ]
    plain = [
        "-movflags",
        "+faststart",
        "-map_metadata",
        "-1",
        "-fflags",
        "+bitexact",
        "-flags:v",
        "+bitexact",
    ]
    command = [ffmpeg, "-loglevel", "error", "-y", *raw, *h264, *colours, *plain, str(path)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE)  # noqa: S603 - every word of it is ours
    with process, cast(BinaryIO, process.stdin) as pipe:
        for picture in pictures:
            pipe.write(picture.tobytes())
    if process.returncode:
        sys.exit(f"make_demo_clip: ffmpeg ended with {process.returncode}")


def main() -> None:
    """Draw and encode the clip."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--output", type=Path, default=CLIP)
    parser.add_argument("--seconds", type=float, default=SECONDS, help="stop early, for a look")
    arguments = parser.parse_args()
    encode(frames(round(arguments.seconds * FPS)), arguments.output)
    print(f"{arguments.output}: {arguments.output.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
