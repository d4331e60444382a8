"""Puts a worker together, and runs it."""

import gc
import logging
from contextlib import suppress

from services.inference.dependence import depends_on
from services.inference.detectors import build_detector
from services.inference.honesty import SURE
from services.inference.policy import Policy
from services.inference.processor import FrameProcessor
from services.inference.processors import Processors
from services.inference.recorded import RecordedWork
from services.inference.recorded_rota import RecordingRota
from services.inference.rota import Rota
from services.inference.rounds import Rounds
from services.inference.session import ExpressionModel
from services.inference.settings import InferenceSettings
from services.inference.worker import Worker
from shared.broker import Broker
from shared.clock import BrokerClock
from shared.entities import Labels, Privacy
from shared.errors import BrokerError
from shared.health import Health
from shared.recordings import RecordingScripts, RecordingStreams
from shared.registry import Registry
from shared.service import connect, process_id, serve_metrics, stop_event
from shared.streams import CameraStreams, History, Scripts

log = logging.getLogger(__name__)


def build_processor(settings: InferenceSettings) -> FrameProcessor:
    """Return the processor that the settings ask for.

    Raises:
        SettingsError: the detector needs a package that is not installed.
        ModelError: the model or the detector's own does not fit.
    """
    # Where faces are blurred, none may be overlooked, at whatever cost.
    policy = Policy(search_always=settings.privacy is Privacy.BLUR)
    model = ExpressionModel(settings.model, settings.labels)
    sure = SURE if model.sure is None else model.sure
    detector = build_detector(settings.detector)
    about = depends_on(settings, model)
    return FrameProcessor(detector, model, policy=policy, sure=sure, depends_on=about)


def build_worker(
    settings: InferenceSettings, broker: Broker, processor: FrameProcessor, health: Health
) -> Worker:
    """Wire a worker together; nothing is sent yet."""
    name = process_id("inference")
    clock = BrokerClock(broker)
    scripts = Scripts(broker)
    history = History(ms=settings.history)

    def open_streams(camera: str) -> CameraStreams:
        return CameraStreams(broker, camera, scripts=scripts, history=history)

    rota = Rota(open_streams, lambda streams: streams.take(name, age_budget_ms=settings.age_budget_ms))
    recordings = _recordings(broker, name)
    rounds = Rounds(
        name,
        rota=rota,
        recordings=recordings,
        registry=Registry(broker, clock),
        clock=clock,
        health=health,
        privacy=settings.privacy,
        depends_on=processor.depends_on,
    )
    return Worker(
        name,
        broker=broker,
        clock=clock,
        rota=rota,
        rounds=rounds,
        recorded=RecordedWork(recordings, processor, rounds.count),
        processors=Processors(processor, lambda labels: build_processor(with_labels(settings, labels))),
        jpeg_quality=settings.jpeg_quality,
        privacy=settings.privacy,
        health=health,
    )


def with_labels(settings: InferenceSettings, labels: Labels) -> InferenceSettings:
    """Return the settings, but for whose labels a viewer sees."""
    return settings.model_copy(update={"labels": labels})


def _recordings(broker: Broker, worker: str) -> RecordingRota:
    scripts = RecordingScripts(broker)
    return RecordingRota(lambda recording: RecordingStreams(broker, recording, scripts=scripts), worker)


def work(settings: InferenceSettings, processor: FrameProcessor) -> None:
    """Run one worker until SIGTERM or SIGINT."""
    stop = stop_event()
    health = Health()
    serve_metrics(settings, health)
    broker = connect(settings, "mien-inference")
    if not broker.wait(stop, health):
        return
    worker = build_worker(settings, broker, processor, health)
    log.info("worker %s is ready", worker.name)
    # What was imported and loaded stays: the collector needs not go over it again and again.
    gc.freeze()
    worker.run(stop)
    with suppress(BrokerError):
        Registry(broker, BrokerClock(broker)).worker_left(worker.name)
