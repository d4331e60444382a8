"""What is wrong gets one clear line that names it; the service goes on, or stops cleanly."""

from functools import partial
from pathlib import Path

import numpy as np
import pytest
import simplejpeg

from shared.clock import BrokerClock
from shared.counters import read_account
from shared.entities import CameraState, CameraStatus, Cause, Frame
from shared.entries import frame_fields
from shared.registry import Registry
from shared.streams import CameraStreams
from tests import made
from tests.brokers import redis_server
from tests.e2e.processes import Pipeline, Service, eventually
from tests.models import write_model

BAD_START = 2


def test_frames_that_cannot_be_decoded_are_counted_and_the_next_one_is_published(
    pipeline: Pipeline,
) -> None:
    worker = lone_worker(pipeline)
    streams = CameraStreams(pipeline.broker, "cam1")
    clock = BrokerClock(pipeline.broker)
    good = made.frame(1, clock.now()).jpeg
    for seq, jpeg in enumerate([good[: len(good) // 2], claims_too_much(good), b"no JPEG at all"], start=1):
        streams.publish(made.frame(seq, clock.now(), jpeg), run="run")
        eventually("it is counted", partial(counted, pipeline, seq))
    streams.publish(made.frame(9, clock.now()), run="run")
    eventually("the next one is published", partial(published, pipeline, 1))
    assert "undecodable: JPEG of" in worker.text()
    assert "Traceback" not in worker.text()


def lone_worker(pipeline: Pipeline) -> Service:
    """Start a worker, and say in capture's place that there is a camera."""
    broker = pipeline.broker
    status = CameraStatus(CameraState.LIVE, "test")
    Registry(broker, BrokerClock(broker)).camera_is_here("cam1", status)
    # Frames of these tests wait until the worker has started.
    return pipeline.start("services.inference", MIEN_AGE_BUDGET_MS="60000")


def claims_too_much(jpeg: bytes) -> bytes:
    """Return a JPEG whose header says 60,000 x 60,000 pixels."""
    place = jpeg.index(b"\xff\xc0") + 5
    return jpeg[:place] + (60_000).to_bytes(2, "big") * 2 + jpeg[place + 4 :]


@pytest.mark.parametrize(("field", "value"), [("t", None), ("jpeg", None), ("v", "99"), ("mirror", "maybe")])
def test_a_malformed_entry_is_counted_and_named(pipeline: Pipeline, field: str, value: str | None) -> None:
    worker = lone_worker(pipeline)
    fields = dict(frame_fields(made.frame(1, BrokerClock(pipeline.broker).now())))
    del fields[field]
    if value is not None:
        fields[field] = value
    streams = CameraStreams(pipeline.broker, "cam1")
    pipeline.broker.redis.xadd(streams.keys.frames, fields)  # type: ignore[arg-type]  # invariant in redis-py
    eventually("it is counted", partial(counted, pipeline, 1))
    eventually("it is named", lambda: ("version 99" if value == "99" else f"'{field}'") in worker.text())
    assert worker.process.poll() is None


def counted(pipeline: Pipeline, n: int) -> bool:
    return read_account(pipeline.broker, "cam1").lost[Cause.UNDECODABLE] == n


def published(pipeline: Pipeline, n: int) -> bool:
    return read_account(pipeline.broker, "cam1").published == n


@pytest.mark.parametrize("module", ["services.capture", "services.inference", "services.web"])
def test_an_unknown_variable_stops_a_service_with_a_line_that_names_it(
    pipeline: Pipeline, module: str
) -> None:
    service = pipeline.start(module, MIEN_SORUCE="demo:")
    assert service.wait() == BAD_START
    assert only_line(service).endswith(
        "MIEN_SORUCE is no setting of Mien; did you mean MIEN_SOURCE? (.env.example lists them all)"
    )


@pytest.mark.parametrize(
    ("module", "variable", "value"),
    [
        ("services.capture", "MIEN_MODE", "sometimes"),
        ("services.capture", "MIEN_SIZE", "big"),
        ("services.inference", "MIEN_HISTORY", "forever"),
        ("services.web", "MIEN_PORT", "99999"),
    ],
)
def test_a_wrong_value_stops_a_service_with_a_line_that_names_it(
    pipeline: Pipeline, module: str, variable: str, value: str
) -> None:
    service = pipeline.start(module, **{variable: value})
    assert service.wait() == BAD_START
    assert variable in only_line(service)


def test_a_model_with_other_outputs_stops_a_worker_with_a_line_that_says_why(
    pipeline: Pipeline, tmp_path: Path
) -> None:
    model = write_model(tmp_path / "wrong.onnx", output_name="emotions")
    worker = pipeline.start("services.inference", MIEN_MODEL=str(model))
    assert worker.wait() == BAD_START
    assert "wrong.onnx does not fit: no output 'fer2013', only 'emotions'" in only_line(worker)


@pytest.mark.parametrize("module", ["services.capture", "services.inference", "services.web"])
def test_a_wrong_password_stops_a_service_with_a_line_that_does_not_show_it(
    pipeline: Pipeline, module: str
) -> None:
    with redis_server("--requirepass", "right") as url:
        service = pipeline.start(module, MIEN_REDIS_URL=f"{url}?password=hunter2")
        assert service.wait() == BAD_START
    assert "refuses" in only_line(service)
    assert "hunter2" not in service.text()


def test_a_frame_of_another_size_is_followed(pipeline: Pipeline) -> None:
    lone_worker(pipeline)
    streams = CameraStreams(pipeline.broker, "cam1")
    clock = BrokerClock(pipeline.broker)
    for seq, (width, height) in enumerate([(640, 480), (1920, 1080), (33, 17)], start=1):
        jpeg = simplejpeg.encode_jpeg(np.zeros((height, width, 3), np.uint8), colorspace="BGR")
        frame = Frame(seq, clock.now(), width, height, mirror=True, jpeg=jpeg)
        streams.publish(frame, run="run")
        eventually("it is published", partial(published, pipeline, seq))


def only_line(service: Service) -> str:
    """Return the one line that a service that could not start has written, its log aside."""
    lines = [line for line in service.text().splitlines() if line.startswith("mien ")]
    assert len(lines) == 1, service.text()
    assert "Traceback" not in service.text()
    return lines[0]
