from prometheus_client import REGISTRY

from services.inference import metrics

CAMERA = "browser-of-this-test"


def series() -> list[str]:
    """Return the names of the samples about the camera."""
    return [
        sample.name
        for metric in REGISTRY.collect()
        for sample in metric.samples
        if sample.labels.get("camera") == CAMERA
    ]


def test_nothing_is_left_of_a_camera_that_is_removed() -> None:
    metrics.RESULTS.labels(CAMERA).inc()
    metrics.CONFLICTS.labels(CAMERA).inc()
    metrics.LATENCY.labels(CAMERA).observe(0.1)
    for expression in ("happy", "unsure"):
        metrics.FACES.labels(CAMERA, expression).inc()
    assert series()
    metrics.remove(CAMERA)
    assert series() == []
    metrics.remove(CAMERA)
