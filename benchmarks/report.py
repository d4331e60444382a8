"""The results of a run as tables."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from benchmarks.goals import Results
from benchmarks.table import Table, number

COST = ("CPU mean", "p50", "p95", "wall mean", "p95")
"""Columns of a cost; all in milliseconds."""

UNMEASURED = {"failed", "skipped"}
"""One of these, with the reason, is all that a part has that could not be measured."""


def tables(results: Results) -> Iterator[Table]:
    """Yield a table for every part that was measured."""
    parts = results["parts"]
    for name, table in TABLES.items():
        if is_measured(parts, name):
            yield table(parts[name])
    if results["goals"]:
        yield goals_table(results["goals"])


def is_measured(parts: Results, name: str) -> bool:
    """Return whether a part was asked for and could be measured."""
    return name in parts and not UNMEASURED & parts[name].keys()


def unmeasured(results: Results) -> list[str]:
    """Return a line for each part that was asked for and could not be measured."""
    parts = results["parts"]
    reasons = {name: parts[name].get("failed") or parts[name].get("skipped") for name in parts}
    return [f"not measured: {name}: {reason}" for name, reason in reasons.items() if reason]


def heading(results: Results) -> list[str]:
    """Return lines about the machine, the versions and the model."""
    machine, model = results["machine"], results["model"]
    versions = ", ".join(f"{name} {version}" for name, version in results["versions"].items())
    load = " ".join(str(load) for load in machine["load"])
    return [
        f"{machine['cpu']}, {machine['cores']} cores, {machine['memory_gb']} GB; {machine['system']}",
        f"load average {load}, {machine['busy']} cores busy with other programs at the start",
        versions,
        f"model {model['name']} {model['sha256']}",
    ]


def cost_words(cost: Mapping[str, Mapping[str, float]], digits: int = 2) -> list[str]:
    """Return a cost in the order of `COST`."""
    cpu, wall = cost["cpu_ms"], cost["wall_ms"]
    figures = (cpu["mean"], cpu["p50"], cpu["p95"], wall["mean"], wall["p95"])
    return [number(figure, digits) for figure in figures]


def stages_table(part: Results) -> Table:
    """What each stage costs by itself."""
    rows = [[row["stage"], *cost_words(row["cost"])] for row in part["rows"]]
    return Table(f"Stages, ms, {part['clip']}", ["stage", *COST], rows)


def processor_table(part: Results) -> Table:
    """What a worker does with a frame beside what the original program did."""
    rows = [
        ["original loop", *cost_words(part["original"])],
        ["Mien, all that a worker does", *cost_words(part["mien"])],
    ]
    if part["centerface"] is not None:
        rows.append(["the same with CenterFace", *cost_words(part["centerface"])])
    stages = ", ".join(f"{stage} {ms:.2f}" for stage, ms in part["stages_ms"].items())
    notes = [f"original / Mien: {part['ratio']:.1f} times by CPU", f"Mien's stages, mean ms: {stages}"]
    return Table(f"A frame on one core, ms, {part['clip']}", ["", *COST], rows, notes)


def capture_table(part: Results) -> Table:
    """What a frame costs capture, with its JPEG passed on and without."""
    columns = ["size", "kB", "passed on", "decoded", "times", "fps", "fps decoded"]
    rows = [_capture_words(row) for row in part["rows"]]
    return Table(
        "Capture of a network camera", columns, rows, ["CPU for every frame, from socket to broker, in ms"]
    )


def _capture_words(row: Results) -> list[str]:
    figures = (row["picture_kb"], row["passed_on_ms"], row["decoded_ms"], row["ratio"])
    rates = (row["passed_on_fps"], row["decoded_fps"])
    size = f"{row['width']}x{row['height']}"
    return [size, *(number(figure, 2) for figure in figures), *(number(rate) for rate in rates)]


def pipeline_table(part: Results) -> Table:
    """What runs of the whole pipeline show and cost."""
    columns = ["source, workers", "fps", "age p50", "p95", "capture", "inference", "web", "broker", "all"]
    rows = [run_words(run) for run in part["runs"]]
    notes = ["ages at the viewer and CPU for every published frame, in ms; one viewer"]
    return Table("The running pipeline", columns, rows, notes)


def run_words(run: Results) -> list[str]:
    """Return one run of the pipeline as a row."""
    usage = run["usage"]
    cpu = by_kind(usage["cpu_ms_a_frame"])
    age = run["age_ms"]
    return [
        f"{run['source']}, {run['workers']}",
        *(number(figure) for figure in (usage["published_fps"], age["p50"], age["p95"])),
        *(number(cpu.get(role, 0.0), 2) for role in ("capture", "inference", "web", "broker")),
        number(usage["cpu_ms_in_all"], 2),
    ]


def by_kind(roles: Mapping[str, float]) -> dict[str, float]:
    """Return figures by role with all workers as one."""
    kinds: dict[str, float] = {}
    for role, figure in roles.items():
        kind = role.partition(" ")[0]
        kinds[kind] = kinds.get(kind, 0.0) + figure
    return kinds


def scaling_table(part: Results) -> Table:
    """What a second worker brings."""
    rows = [run_words(part["one"]), run_words(part["two"])]
    notes = [
        f"camera {part['one']['usage']['captured_fps']:.0f} fps, twice one worker: {part['twice_fps']:.1f}",
        f"ceiling: {part['cores']} cores less {part['others']:.2f} that the other processes use, at",
        f"{part['worker_ms']:.1f} ms of a worker's CPU a frame: {part['ceiling_fps']:.1f} fps",
        f"two workers: {_percent(part['share_of_twice'])} of twice one,",
        f"{_percent(part['share_of_reachable'])} of what they can reach",
    ]
    return Table("A camera faster than its workers", pipeline_table({"runs": []}).columns, rows, notes)


def recordings_table(part: Results) -> Table:
    """What a second worker brings to a recorded video."""
    columns = ["workers", "fps", "capture", "inference", "broker", "launcher", "all", "elsewhere, cores"]
    notes = [
        "every frame searched whole; CPU for every frame, in ms; the launcher collects the results",
        f"ceiling: {part['cores']} cores at {part['one']['worker_ms']:.1f} ms of a worker a frame",
        f"and {part['two']['others_ms']:.1f} ms of all others: {part['ceiling_fps']:.1f} fps",
        f"two workers: {_percent(part['share_of_twice'])} of twice one,",
        f"{_percent(part['share_of_reachable'])} of what they can reach",
    ]
    rows = [_recording_words(part[run]) for run in ("one", "two")]
    return Table("A recorded video", columns, rows, notes)


def _recording_words(run: Results) -> list[str]:
    cpu = by_kind(run["cpu_ms_a_frame"])
    roles = (cpu.get(role, 0.0) for role in ("capture", "inference", "broker", "launcher"))
    in_all = run["worker_ms"] + run["others_ms"]
    figures = [number(figure, 2) for figure in (*roles, in_all, run["elsewhere"])]
    return [str(run["workers"]), number(run["fps"]), *figures]


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def viewers_table(part: Results) -> Table:
    """What each of many viewers sees."""
    columns = ["viewers", "fps each", "least", "age p50", "p95", "event readers", "results each"]
    columns += ["web, cores", "viewers' own", "list p95", "readers of the broker", "ended"]
    stopped = part["stopped"]
    dropped = stopped["slowest_drop_s"]
    notes = [
        "ages, and answers of the list of cameras, in ms",
        f"one that stops reading changes {stopped['others']} others' rate by {100 * stopped['change']:.1f} %",
        "and is not dropped in time" if dropped is None else f"and is dropped within {dropped:.1f} s",
    ]
    return Table("Viewers of one camera", columns, [_viewers_words(row) for row in part["rows"]], notes)


def _viewers_words(row: Results) -> list[str]:
    seen, web = row["seen"], row["usage"]["cores"]["web"]
    figures = (seen["fps"]["p50"], seen["least_fps"], seen["age_ms"]["p50"], seen["age_ms"]["p95"])
    results = "" if seen["results"] is None else number(seen["results"]["p50"])
    words = [str(seen["viewers"]), *(number(figure) for figure in figures), str(seen["readers"]), results]
    words += [number(web, 2), number(seen["cores"], 2), number(row["answers_ms"]["p95"])]
    return [*words, str(row["broker_readers"]), str(seen["left"])]


def peers_table(part: Results) -> Table:
    """What other programs cost."""
    rows = [_peer_words(row) for row in part["rows"]]
    notes = ["decoding, detection, network, drawing and encoding, on as many threads as it likes"]
    return Table(f"Other programs, ms, {part['clip']}", ["", "faces in", *COST], rows, notes)


def _peer_words(row: Results) -> list[str]:
    found = _percent(row["with_face"] / row["frames"])
    return [f"{row['name']} {row['version']}", found, *cost_words(row["cost"])]


def goals_table(goals: Sequence[Mapping[str, Any]]) -> Table:
    """How the goals are met."""
    rows = [
        [
            goal["name"],
            f"{goal['measured']:.2f} {goal['unit']}".strip(),
            f"{'at least' if goal['at_least'] else 'at most'} {goal['limit']:g}",
            "yes" if goal["met"] else "NO",
        ]
        for goal in goals
    ]
    return Table("Goals", ["", "measured", "goal", "met"], rows)


TABLES = {
    "stages": stages_table,
    "processor": processor_table,
    "capture": capture_table,
    "pipeline": pipeline_table,
    "scaling": scaling_table,
    "recordings": recordings_table,
    "viewers": viewers_table,
    "peers": peers_table,
}
