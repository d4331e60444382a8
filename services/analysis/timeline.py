"""A picture of what each face shows over time, legible for ten seconds and for hours."""

import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from services.analysis.clock_ticks import axis_label, ticks
from services.analysis.frames import SECOND
from services.analysis.ribbons import Matrix, count_of, ribbon, shown_by
from services.analysis.slices import SHOWN, Slices
from shared.entities import EXPRESSIONS, UNSURE

COLOURS: Mapping[str, str] = {
    "angry": "#d55e00",
    "disgust": "#009e73",
    "fear": "#cc79a7",
    "happy": "#f0e442",
    "sad": "#0072b2",
    "surprise": "#56b4e9",
    "neutral": "#606060",
    UNSURE: "#d0d0d0",
}
"""Those of Okabe and Ito (2008), told apart by people of all kinds of colour vision, and greys. Black is left
for frames that failed; their orange is too near to two others where areas are small."""

BLACK = "#000000"

MOST_TRACKS = 20
"""Faces with a row of their own: those that are seen for longest."""

FEW_TRACKS = 3
"""So many faces have room for their scores as well."""

DPI = 120

WIDTH, RIBBON, THIN, SCORES, GAP, AROUND = 12.0, 0.34, 0.14, 1.1, 0.1, 1.45
"""Inches: the picture's width, the heights of its rows and of what is between and around them."""

PALE = 0.75
"""Scores are paler than what is shown."""

LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class _Lane:
    """A row: its name, its picture [rows, slices, 4] and its height in inches."""

    name: str
    picture: Matrix
    height: float = RIBBON


def draw_timeline(slices: Slices, name: str, path: Path) -> None:
    """Draw the timeline of a video of a name into a PNG.

    Raises:
        OSError: it cannot be written.
    """
    with warnings.catch_warnings():
        # A file's name may have letters that the font has not.
        warnings.filterwarnings("ignore", message="Glyph")
        timeline(slices, name).savefig(path, dpi=DPI, format="png")


def timeline(slices: Slices, name: str) -> Figure:
    """Return the picture: for each face, in the colours of what it shows, a row over time.

    Where a face is not in the picture its row is white. Where a slice of time has several expressions, its
    column is divided by their shares. Below few faces stand their smoothed scores.
    """
    tracks = _longest(slices)
    lanes = list(_lanes(slices, tracks))
    height = sum(lane.height + GAP for lane in lanes)
    figure = Figure(figsize=(WIDTH, height + AROUND), layout="constrained", facecolor="white")
    axes = figure.add_subplot()
    _draw(axes, lanes, count_of(slices) * slices.width / SECOND)
    _mark_time(axes, max(slices.end, 1) / SECOND)
    if not tracks:
        axes.text(0.5, 0.5, "no face was found", ha="center", va="center", transform=axes.transAxes)
    axes.set_title(_title(name, len(slices.tracks), len(tracks)), loc="left", fontsize=11, parse_math=False)
    handles = [Patch(color=colour, label=one) for one, colour in COLOURS.items()]
    handles += [Patch(color=BLACK, label="not read")] if slices.failed else []
    figure.legend(handles=handles, loc="outside lower center", ncols=len(handles), frameon=False, fontsize=9)
    return figure


def _longest(slices: Slices) -> list[int]:
    """Return the faces that are seen for longest, in the order of their numbers."""

    def time(track: int) -> float:
        return sum(sum(values[: len(SHOWN)]) for values in slices.tracks[track].values())

    return sorted(sorted(slices.tracks, key=time, reverse=True)[:MOST_TRACKS])


def _lanes(slices: Slices, tracks: Sequence[int]) -> Iterator[_Lane]:
    if slices.failed:
        yield _Lane("not read", _failed(slices), THIN)
    if len(slices.tracks) > 1:
        everybody = sum((shown_by(slices, track)[0] for track in slices.tracks), np.zeros(1))
        yield _Lane("all faces", ribbon(everybody, list(COLOURS.values())))
    for track in tracks:
        shown, scores = shown_by(slices, track)
        yield _Lane(f"face {track}", ribbon(shown, list(COLOURS.values())))
        if len(tracks) <= FEW_TRACKS:
            colours = [COLOURS[name] for name in EXPRESSIONS]
            yield _Lane("scores", ribbon(scores, colours, PALE), SCORES)
    if not tracks:
        yield _Lane("", np.zeros((1, 1, 4)))


def _failed(slices: Slices) -> Matrix:
    times = np.zeros((count_of(slices), 1))
    times[[number for number in slices.failed if number < len(times)]] = 1
    return ribbon(times, [BLACK])


def _draw(axes: Axes, lanes: Sequence[_Lane], end_s: float) -> None:
    top, middles = 0.0, []
    for lane in lanes:
        bottom = top + lane.height
        axes.imshow(
            lane.picture, extent=(0, end_s, bottom, top), aspect="auto", interpolation="nearest", zorder=2
        )
        middles.append((top + bottom) / 2)
        top = bottom + GAP
    axes.set_yticks(middles, [lane.name for lane in lanes])
    axes.set_ylim(top - GAP / 2, -GAP / 2)


def _mark_time(axes: Axes, end_s: float) -> None:
    axes.set_xlim(0, end_s)
    axes.set_xticks(*ticks(end_s))
    axes.set_xlabel(axis_label(end_s))
    axes.grid(axis="x", alpha=0.4, zorder=1)
    axes.tick_params(axis="y", length=0)
    axes.spines[["top", "right", "left"]].set_visible(False)


def _title(name: str, tracks: int, drawn: int) -> str:
    short = name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…"
    if drawn < tracks:
        return f"{short}: the {drawn} of {tracks} faces that are seen for longest"
    return f"{short}: {tracks} face{'s' * (tracks != 1)}"
