"""The look that the pictures share: on white, so that light and dark pages show them alike."""

from matplotlib.axes import Axes
from matplotlib.figure import Figure

# Pixels an inch of the PNG files.
DPI = 120
BLUE, ORANGE, GREY = "#1f6feb", "#d9730d", "#8a8f98"


def new_figure(width: float, height: float, columns: int = 1) -> tuple[Figure, list[Axes]]:
    """A figure of so many inches, and the axes of its columns."""
    figure = Figure(figsize=(width, height), layout="constrained", facecolor="white")
    axes = [figure.add_subplot(1, columns, number + 1) for number in range(columns)]
    return figure, axes


def tidy(axes: Axes) -> None:
    """A light grid and no frame above and to the right."""
    axes.grid(alpha=0.3)
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)
