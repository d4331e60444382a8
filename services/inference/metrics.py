"""What a worker counts for Prometheus."""

from contextlib import suppress

from prometheus_client import Counter, Histogram

from shared.entities import EXPRESSIONS, UNSURE

RESULTS = Counter("mien_results_published", "Results published.", ["camera"])
# Not by recording: each has another id, and a worker lives through many.
RECORDED = Counter("mien_recorded_frames", "Frames of recordings finished, by outcome.", ["outcome"])
FACES = Counter("mien_faces", "Faces read, by expression.", ["camera", "expression"])
CONFLICTS = Counter(
    "mien_track_conflicts",
    "Faces associated again, because another worker had written the tracks.",
    ["camera"],
)
STAGE = Histogram(
    "mien_stage_seconds",
    "Time a stage takes.",
    ["stage"],
    buckets=(0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0),
)
LATENCY = Histogram(
    "mien_latency_seconds",
    "From capture to publishing the result.",
    ["camera"],
    buckets=(0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.15, 0.2, 0.35, 0.5, 1.0, 2.0),
)


def remove(camera: str) -> None:
    """Take a camera that is no more out of all of them."""
    for metric in (RESULTS, CONFLICTS, LATENCY):
        with suppress(KeyError):
            metric.remove(camera)
    for expression in (*EXPRESSIONS, UNSURE):
        with suppress(KeyError):
            FACES.remove(camera, expression)
