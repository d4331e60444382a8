"""Draws what a report of `training.evaluate` says: confusion, calibration, coverage.

$ python -m training.evaluate --csv fer2013.csv --votes fer2013new.csv --out runs/latest/report.json
$ python -m training.pictures [--report runs/latest/report.json] [--out docs/pictures]
"""

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from shared.errors import ModelError
from training.charts import BLUE, DPI, GREY, ORANGE, new_figure, tidy
from training.command import command
from training.files import replacing
from training.stored_report import DEFAULT_REPORT, HEAD_NAMES, read_report

DEFAULT_FOLDER = Path("docs/pictures")
# From this share of a row on the cell is so dark that its figure is written in white.
DARK_CELL = 0.6

SplitFigures = Mapping[str, Any]
"""One entry of a report's `splits`."""


def describe(figures: SplitFigures) -> str:
    """Which head and split the figures are of."""
    return f"{HEAD_NAMES[figures['head']]}, {figures['split']}"


def draw_confusion(figures: SplitFigures) -> Figure:
    """Shares of each true class in percent, as a table whose cells darken with them."""
    figure, (axes,) = new_figure(6.4, 5.6)
    counts = np.array(figures["confusion"], float)
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    for row, column in np.ndindex(shares.shape):
        share = float(shares[row, column])
        color = "white" if share > DARK_CELL else "#1f2328"
        axes.text(column, row, f"{100 * share:.0f}", ha="center", va="center", color=color)
    names = list(figures["recall"])
    places = range(len(names))
    axes.set_xticks(places, names, rotation=30, ha="right", rotation_mode="anchor")
    axes.set_yticks(
        places, [f"{name} ({total:.0f})" for name, total in zip(names, counts.sum(1), strict=True)]
    )
    axes.set(xlabel="read as", ylabel="label (pictures)", title=f"{describe(figures)}: % of each label")
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0)
    return figure


def draw_bins(axes: Axes, bins: Sequence[Mapping[str, float]], color: str) -> None:
    """One side of a reliability diagram: dots as large as their bin has pictures, and the line of honesty."""
    axes.plot([0, 100], [0, 100], color=GREY, lw=1, ls="--", label="as right as it is certain")
    certain, right = ([100 * one[key] for one in bins] for key in ("confidence", "accuracy"))
    most = max(one["pictures"] for one in bins)
    axes.plot(certain, right, color=color, lw=1.5)
    axes.scatter(certain, right, s=[15 + 150 * one["pictures"] / most for one in bins], color=color, zorder=3)
    axes.set(xlim=(0, 102), ylim=(0, 102), xlabel="certainty, % (top probability)")
    axes.set_aspect("equal")
    tidy(axes)


def draw_reliability(figures: SplitFigures) -> Figure:
    """How often labels of each certainty are right, before and after temperature scaling."""
    found = figures["calibration"]
    figure, (before, after) = new_figure(8.2, 4.6, columns=2)
    for axes, side, color in ((before, "before", ORANGE), (after, "after", BLUE)):
        draw_bins(axes, found[f"bins_{side}"], color)
        axes.set_title(f"{side} scaling: error {100 * found[f'error_{side}']:.1f} %", fontsize=11)
    before.set_ylabel("right, %")
    before.legend(loc="upper left", frameon=False)
    rows = f"{found['pictures']:,} pictures, {found['rows']}"
    figure.suptitle(f"{describe(figures)}: {rows}, T = {found['temperature']:.2f}")
    return figure


def draw_coverage(figures: SplitFigures) -> Figure:
    """How often what is not called unsure is right, by how much that is."""
    found = figures["unsure"]
    figure, (axes,) = new_figure(7.2, 4.2)
    curve = [one for one in found["curve"] if one["accuracy"] is not None]
    coverage, right = ([100 * one[key] for one in curve] for key in ("coverage", "accuracy"))
    axes.plot(coverage, right, color=BLUE, lw=2)
    kept = found["kept"]
    if kept["accuracy"] is not None:
        place = (100 * kept["coverage"], 100 * kept["accuracy"])
        axes.plot(*place, "o", color=ORANGE, ms=8, zorder=3)
        text = f"unsure under {kept['threshold']:.2f}:\n{place[0]:.0f} % kept, {place[1]:.1f} % right"
        axes.annotate(text, place, xytext=(-14, -14), textcoords="offset points", ha="right", va="top")
    axes.set(xlabel="faces with a label, %", ylabel="of these right, %", xlim=(0, 101))
    axes.set_title(f"{describe(figures)}: what is left without the unsure")
    tidy(axes)
    return figure


DRAWERS: Mapping[str, Callable[[SplitFigures], Figure]] = {
    "confusion": draw_confusion,
    "reliability": draw_reliability,
    "coverage": draw_coverage,
}


def draw_all(report: Mapping[str, Any]) -> dict[str, Figure]:
    """Every picture of a report's first split by its file's name: FER+'s have `ferplus` in theirs.

    Raises:
        ModelError: the report lacks a figure that is drawn.
    """
    first = report["splits"][0]["split"]
    try:
        return {
            f"{name}{'' if figures['head'] == 'fer2013' else '-' + figures['head']}.png": draw(figures)
            for figures in report["splits"]
            if figures["split"] == first
            for name, draw in DRAWERS.items()
        }
    except (KeyError, ValueError) as error:
        raise ModelError(f"the report does not fit: {error}; measure again with training.evaluate") from error


def parse_arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="python -m training.pictures",
        description="Input: what `training.evaluate --json` printed. Output: confusion.png, reliability.png "
        "and coverage.png, and the same with -ferplus for the second head.",
    )
    add = parser.add_argument
    add("--report", type=Path, default=DEFAULT_REPORT, metavar="JSON", help=f"default: {DEFAULT_REPORT}")
    add("--out", type=Path, default=DEFAULT_FOLDER, metavar="DIR", help=f"default: {DEFAULT_FOLDER}")
    return parser.parse_args(argv)


@command
def main(argv: Sequence[str] | None = None) -> int:
    """Runs the command; 1 and one line on bad input."""
    arguments = parse_arguments(argv)
    for name, figure in draw_all(read_report(arguments.report)).items():
        with replacing(arguments.out / name) as partial:
            figure.savefig(partial, dpi=DPI)
        print(arguments.out / name)
    return 0


if __name__ == "__main__":
    sys.exit(main())
