"""The picture that stands where a camera gives none: it says so, and why."""

from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageDraw, ImageFont

from services.web.multipart import part

Font = ImageFont.FreeTypeFont | ImageFont.ImageFont
Colour = tuple[int, int, int]

DEFAULT_SIZE = (640, 480)
LARGEST = 1920
SMALLEST = 120
"""Of a side, in pixels: nothing is legible on less, and a placeholder needs no more."""

BACKGROUND: Colour = (17, 21, 26)
CARD: Colour = (27, 33, 40)
EDGE: Colour = (49, 58, 68)
TITLE: Colour = (240, 244, 248)
TEXT: Colour = (176, 188, 200)
MARK: Colour = (240, 180, 90)

MARK_HEADER = {"X-Placeholder": "1"}
"""Tells programs that a picture is none of the camera's."""

JPEG_QUALITY = 85
MOST_LINES = 4


@dataclass(frozen=True, slots=True)
class Notice:
    """What a placeholder says.

    Attributes:
        camera: its id.
        reason: why there is no picture, in a sentence.
        since: since when, as a person reads it.
        size: of the picture, in pixels.
    """

    camera: str
    reason: str
    since: str
    size: tuple[int, int] = DEFAULT_SIZE


class Placeholders:
    """Draws placeholders, and draws none twice in a row for a camera."""

    def __init__(self) -> None:
        self._last: dict[str, tuple[Notice, bytes, bytes]] = {}

    def part(self, notice: Notice) -> bytes:
        """Return a notice as a part of the multipart answer, marked by `X-Placeholder`."""
        return self._drawn(notice)[2]

    def forget(self, camera: str) -> None:
        """Forget what was drawn for a camera."""
        self._last.pop(camera, None)

    def jpeg(self, notice: Notice) -> bytes:
        """Return a notice as a picture."""
        return self._drawn(notice)[1]

    def _drawn(self, notice: Notice) -> tuple[Notice, bytes, bytes]:
        last = self._last.get(notice.camera)
        if last is None or last[0] != notice:
            jpeg = draw(notice)
            last = self._last[notice.camera] = notice, jpeg, part(jpeg, MARK_HEADER)
        return last


def size_of(jpeg: bytes) -> tuple[int, int]:
    """Return a picture's width and height in pixels from its header; the default size where it has none."""
    try:
        with Image.open(BytesIO(jpeg)) as image:
            return image.size
    except (OSError, ValueError, Image.DecompressionBombError):
        return DEFAULT_SIZE


def draw(notice: Notice) -> bytes:
    """Return a notice as a JPEG picture: a card with a mark, a title, the reason and the time."""
    width, height = (min(max(side, SMALLEST), LARGEST) for side in notice.size)
    image = Image.new("RGB", (width, height), BACKGROUND)
    canvas = ImageDraw.Draw(image)
    unit = max(10.5, min(width / 32, height / 20))
    margin = round(unit * 1.4)
    inner = width - 4 * margin
    title = _lines(canvas, f"No picture from {notice.camera}", _font(unit * 1.3), inner, 2)
    reason = _lines(canvas, notice.reason, _font(unit), inner, MOST_LINES)
    since = _lines(canvas, notice.since, _font(unit * 0.85), inner, 1)
    blocks = [
        _Block(title, _font(unit * 1.3), TITLE, unit * 1.7),
        _Block(reason, _font(unit), TEXT, unit * 1.45),
        _Block(since, _font(unit * 0.85), TEXT, unit * 1.3),
    ]
    _card(canvas, (width, height), margin, blocks, unit)
    out = BytesIO()
    image.save(out, "JPEG", quality=JPEG_QUALITY)
    return out.getvalue()


@dataclass(frozen=True, slots=True)
class _Block:
    lines: list[str]
    font: Font
    colour: Colour
    leading: float


def _card(
    canvas: ImageDraw.ImageDraw, size: tuple[int, int], margin: int, blocks: list[_Block], unit: float
) -> None:
    width, height = size
    gap = unit * 0.5
    mark = unit * 2.4
    tall = mark + gap + sum(len(block.lines) * block.leading + gap for block in blocks)
    top = max(float(margin), (height - tall) / 2)
    low = min(height - margin / 2, top + tall + margin / 2)
    box = (margin, max(margin / 2, top - margin), width - margin, low)
    canvas.rounded_rectangle(box, radius=unit, fill=CARD, outline=EDGE, width=max(1, round(unit / 14)))
    _crossed_camera(canvas, (width / 2, top + mark / 2), unit)
    y = top + mark + gap
    for block in blocks:
        for line in block.lines:
            canvas.text((width / 2, y + block.leading / 2), line, block.colour, block.font, anchor="mm")
            y += block.leading
        y += gap


def _crossed_camera(canvas: ImageDraw.ImageDraw, centre: tuple[float, float], unit: float) -> None:
    x, y = centre
    thick = max(1, round(unit / 6))
    body = (x - unit * 1.3, y - unit * 0.75, x + unit * 0.5, y + unit * 0.75)
    lens = [(x + unit * 0.5, y), (x + unit * 1.3, y - unit * 0.6), (x + unit * 1.3, y + unit * 0.6)]
    canvas.rounded_rectangle(body, radius=unit * 0.25, outline=MARK, width=thick)
    canvas.polygon(lens, outline=MARK, width=thick)
    slash = (x - unit * 1.2, y + unit * 1.1, x + unit * 1.2, y - unit * 1.1)
    canvas.line(slash, fill=CARD, width=thick * 3)
    canvas.line(slash, fill=MARK, width=thick)


def _font(size: float) -> Font:
    return ImageFont.load_default(size)


def _lines(canvas: ImageDraw.ImageDraw, text: str, font: Font, width: float, most: int) -> list[str]:
    """Break a text into at most `most` lines of `width` pixels; what does not fit ends in dots."""
    lines: list[str] = []
    for word in _short_words(canvas, text, font, width):
        joined = f"{lines[-1]} {word}" if lines else word
        if lines and canvas.textlength(joined, font) <= width:
            lines[-1] = joined
        else:
            lines.append(word)
    if len(lines) > most:
        lines = [*lines[: most - 1], _cut(canvas, f"{lines[most - 1]} ...", font, width)]
    return lines


def _short_words(canvas: ImageDraw.ImageDraw, text: str, font: Font, width: float) -> list[str]:
    return [_cut(canvas, word, font, width) for word in text.split()]


def _cut(canvas: ImageDraw.ImageDraw, text: str, font: Font, width: float) -> str:
    if canvas.textlength(text, font) <= width:
        return text
    kept = text.rstrip(".")
    while kept and canvas.textlength(kept + "...", font) > width:
        kept = kept[:-1]
    return kept + "..."
