"""Draws a run's history.

$ python -m training.curves [--run runs/latest] [--out docs/pictures/training-curve.png]
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from training.charts import BLUE, DPI, GREY, new_figure, tidy
from training.command import command
from training.files import replacing
from training.runs import DEFAULT_RUN, RunFolder, RunRecord
from training.stored_report import check_same_run, read_report

DEFAULT_PICTURE = Path("docs/pictures/training-curve.png")
COLORS = {"Training": GREY, "PublicTest": BLUE}


def accuracies(record: RunRecord) -> dict[str, list[float]]:
    """Accuracy on FER2013 labels in percent after each epoch, by split."""
    keys = {split: record.accuracy_key(split) for split in COLORS}
    return {split: [100 * entry[key] for entry in record.history] for split, key in keys.items()}


def mark_sizes(axes: Axes, record: RunRecord) -> None:
    """A line where the training pictures became larger."""
    for before, after in zip(record.history, record.history[1:], strict=False):
        if before["size"] != after["size"]:
            axes.axvline(before["epoch"] + 0.5, color=COLORS["Training"], ls=":", lw=1)
            place = (before["epoch"] + 0.7, 0.03)
            text = f"{after['size']:.0f} px from here"
            axes.annotate(text, place, xycoords=("data", "axes fraction"), color=COLORS["Training"])


def draw(record: RunRecord) -> Figure:
    """The picture of one run."""
    figure, (axes,) = new_figure(7.2, 4.2)
    epochs = [entry["epoch"] for entry in record.history]
    for split, values in accuracies(record).items():
        label = f"{split}, {values[-1]:.1f} % at the end"
        axes.plot(epochs, values, color=COLORS[split], label=label, lw=2)
    mark_sizes(axes, record)
    before = f", after {record.epochs_before} of an earlier run" if record.epochs_before else ""
    axes.set(xlabel=f"epoch{before}", ylabel="accuracy, %", title=f"Network {record.network}, FER2013 labels")
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    tidy(axes)
    axes.legend(loc="center right", facecolor="white", edgecolor="none", framealpha=1)
    return figure


def parse_arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="python -m training.curves", description="Input: a run folder. Output: a picture of its history."
    )
    add = parser.add_argument
    add("--run", type=Path, default=DEFAULT_RUN, metavar="DIR", help=f"default: {DEFAULT_RUN}")
    add("--report", type=Path, metavar="JSON", help="refuse a run that this report is not of")
    add("--out", type=Path, default=DEFAULT_PICTURE, metavar="PNG", help=f"default: {DEFAULT_PICTURE}")
    return parser.parse_args(argv)


@command
def main(argv: Sequence[str] | None = None) -> int:
    """Runs the command; 1 and one line on bad input."""
    arguments = parse_arguments(argv)
    record = RunFolder(arguments.run).read_record()
    if arguments.report:
        check_same_run(read_report(arguments.report), record, arguments.report)
    figure = draw(record)
    with replacing(arguments.out) as partial:
        figure.savefig(partial, dpi=DPI, format="png")
    print(arguments.out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
