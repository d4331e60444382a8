"""Pictures of a run's results; needs Matplotlib."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Literal

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import NullFormatter, ScalarFormatter

from benchmarks.figures import percentile
from benchmarks.goals import Results
from benchmarks.report import by_kind, is_measured

BLUE, GREY, ORANGE, GREEN, VIOLET = "#1f6feb", "#8a8f98", "#e0812b", "#2f9e62", "#8957c9"
KINDS = {"capture": ORANGE, "inference": BLUE, "web": GREEN, "broker": VIOLET}
"""The launcher's share is too small to be seen; it is in the sum."""

DPI = 120
REPLACED = "the program\nthat Mien replaces"


def draw(results: Results, folder: Path) -> list[Path]:
    """Draw what was measured into a folder; return the pictures' paths.

    Raises:
        OSError: the folder cannot be written.
    """
    drawn = []
    for name, (needs, plot) in PLOTS.items():
        if all(is_measured(results["parts"], part) for part in needs):
            path = folder / f"bench-{name}.png"
            plot(results["parts"]).savefig(path, dpi=DPI)
            drawn.append(path)
    return drawn


def frame_figure(parts: Results) -> Figure:
    """What a frame costs: the means side by side, and how they are spread."""
    figure = Figure(figsize=(9.6, 3.4), layout="constrained")
    means, spread = figure.subplots(1, 2)
    bars = _means(parts)
    _bars(means, bars)
    means.set(xlabel="CPU of a frame, ms, mean", title="640x480, one face")
    for name, key, color in (("Mien", "mien_ms", BLUE), ("what it replaces", "original_ms", GREY)):
        _steps(spread, parts["processor"][key], name, color)
    spread.set(xscale="log", xlabel="CPU of a frame, ms", ylabel="frames, %", title="Spread", ylim=(0, 100))
    spread.xaxis.set_major_formatter(ScalarFormatter())
    spread.xaxis.set_minor_formatter(NullFormatter())
    figure.legend(frameon=False, loc="outside lower right", ncols=2, fontsize=9)
    _clean(means, spread)
    return figure


def stages_figure(parts: Results) -> Figure:
    """What each stage costs by itself, mean and 95th percentile."""
    rows = parts["stages"]["rows"]
    figure = Figure(figsize=(7.2, 3.6), layout="constrained")
    axes = figure.subplots()
    costs = {row["stage"]: row["cost"]["cpu_ms"] for row in rows}
    _bars(axes, {stage: (cost["mean"], BLUE) for stage, cost in costs.items()}, digits=2)
    axes.set(xlabel="CPU, ms, mean of every frame", title="Each stage by itself")
    _clean(axes)
    return figure


def pipeline_figure(parts: Results) -> Figure:
    """What each process costs for a frame, and how old frames are at the viewer."""
    runs = parts["pipeline"]["runs"]
    names = [f"{run['source']}, {_workers(run['workers'])}" for run in runs]
    figure = Figure(figsize=(9.6, 1.5 + 0.42 * len(runs)), layout="constrained")
    cpu, ages = figure.subplots(1, 2, sharey=True)
    sums = [float(run["usage"]["cpu_ms_in_all"]) for run in runs]
    _stacked(cpu, names, [by_kind(run["usage"]["cpu_ms_a_frame"]) for run in runs], sums)
    cpu.set(xlabel="CPU of a published frame, ms", title="All processes")
    cpu.invert_yaxis()
    figure.legend(frameon=False, loc="outside lower left", ncols=len(KINDS), fontsize=9)
    for row, run in enumerate(runs):
        age = run["age_ms"]
        ages.plot([age["p50"], age["p95"]], [row, row], color=BLUE, lw=3, solid_capstyle="round", alpha=0.4)
        ages.plot(age["p50"], row, "o", color=BLUE)
        ages.annotate(
            f" {age['p50']:.0f} to {age['p95']:.0f}", (age["p95"], row), va="center", color="#444", fontsize=9
        )
    most = max(run["age_ms"]["p95"] for run in runs)
    ages.set(xlabel="age at the viewer, ms: median to 95th percentile", xlim=(0, 1.35 * most), title="Age")
    _clean(cpu, ages)
    return figure


def viewers_figure(parts: Results) -> Figure:
    """What many viewers see."""
    rows = parts["viewers"]["rows"]
    labels = [str(row["seen"]["viewers"]) for row in rows]
    figure = Figure(figsize=(9.6, 3.0), layout="constrained")
    panels = figure.subplots(1, 3)
    columns: Sequence[tuple[str, Callable[[Results], float], str]] = (
        ("frames a second, each viewer", lambda row: float(row["seen"]["fps"]["mean"]), BLUE),
        ("age, ms, 95th percentile", lambda row: float(row["seen"]["age_ms"]["p95"]), ORANGE),
        ("cores that web keeps busy", lambda row: float(row["usage"]["cores"]["web"]), GREEN),
    )
    for axes, (title, figure_of, color) in zip(panels, columns, strict=True):
        bars = axes.bar(labels, [figure_of(row) for row in rows], color=color, width=0.55)
        axes.bar_label(bars, fmt="%.2g" if color == GREEN else "%.0f", padding=2, fontsize=9)
        axes.set(xlabel="viewers", title=title)
        axes.margins(y=0.15)
    _clean(*panels, along="y")
    return figure


def _means(parts: Results) -> dict[str, tuple[float, str]]:
    both = parts["processor"]
    bars = {REPLACED: (float(both["original"]["cpu_ms"]["mean"]), GREY)}
    for row in parts.get("peers", {}).get("rows", []):
        bars[f"{row['name']} {row['version']}"] = (float(row["cost"]["cpu_ms"]["mean"]), ORANGE)
    return {**bars, "Mien": (float(both["mien"]["cpu_ms"]["mean"]), BLUE)}


def _bars(axes: Axes, bars: Mapping[str, tuple[float, str]], digits: int = 1) -> None:
    values, colors = zip(*bars.values(), strict=True)
    drawn = axes.barh(list(bars), values, color=colors, height=0.6)
    axes.bar_label(drawn, fmt=f"%.{digits}f", padding=4, fontsize=9)
    axes.invert_yaxis()
    axes.margins(x=0.14)


def _stacked(
    axes: Axes, names: Sequence[str], rows: Sequence[Mapping[str, float]], sums: Sequence[float]
) -> None:
    left = [0.0] * len(rows)
    for kind, color in KINDS.items():
        widths = [row.get(kind, 0.0) for row in rows]
        axes.barh(names, widths, left=left, color=color, height=0.62, label=kind)
        left = [start + width for start, width in zip(left, widths, strict=True)]
    for row, end in enumerate(sums):
        axes.annotate(f" {end:.1f}", (end, row), va="center", color="#444", fontsize=9)
    axes.set_xlim(0, 1.12 * max(sums))


def _steps(axes: Axes, values: Sequence[float], name: str, color: str) -> None:
    ordered = sorted(values)
    shares = [100 * (place + 1) / len(ordered) for place in range(len(ordered))]
    axes.step(ordered, shares, where="post", color=color, lw=2, label=_within(name, values))


def _within(name: str, values: Sequence[float]) -> str:
    return f"{name}, 95 % in {percentile(values, 95):.0f} ms"


def _workers(number: int) -> str:
    return f"{number} worker" if number == 1 else f"{number} workers"


def _clean(*panels: Axes, along: Literal["x", "y"] = "x") -> None:
    for axes in panels:
        axes.spines[["top", "right"]].set_visible(False)
        axes.grid(axis=along, alpha=0.25)
        axes.set_axisbelow(True)


PLOTS: Mapping[str, tuple[Sequence[str], Callable[[Results], Figure]]] = {
    "frame": (("processor",), frame_figure),
    "stages": (("stages",), stages_figure),
    "pipeline": (("pipeline",), pipeline_figure),
    "viewers": (("viewers",), viewers_figure),
}
