"""The parts of a run: each measures one thing and returns what it found, ready for JSON."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TypeAlias

import cv2

from benchmarks import clip, passing_on, peers, recordings, scaling, stages, traffic, versus, viewers
from benchmarks.amounts import Amounts
from benchmarks.goals import ONE_FACE
from benchmarks.original import OriginalLoop
from benchmarks.original_network import build
from benchmarks.pipeline import Setup
from benchmarks.whole import WholeFrame
from services.inference.detection import Detector
from services.inference.detectors import DEFAULT_DETECTOR, DETECTORS, DetectorName, build_detector
from services.inference.session import ExpressionModel
from services.inference.settings import InferenceSettings
from services.inference.wiring import build_processor
from shared.errors import SettingsError

Found: TypeAlias = Mapping[str, Any]

FAST_FPS = 60
SEARCH_ALWAYS = {"MIEN_PRIVACY": "blur"}
"""A camera twice as fast as most, and workers that search each frame whole, as they do where every face is to
be blurred: so a frame costs the same however many workers there are, and one worker follows at a fraction."""


@dataclass(frozen=True, slots=True)
class Bench:
    """What every part may use.

    Attributes:
        amounts: how much is measured.
        frames: the clip with one face, as JPEGs.
        folder: for videos.
        settings: a worker's, its defaults.
        fer_python: the Python that has the package `fer`, where it was named.
    """

    amounts: Amounts
    frames: Sequence[bytes]
    folder: Path
    settings: InferenceSettings
    fer_python: Path | None = None

    @property
    def clip(self) -> str:
        """What the frames are."""
        return _called(len(self.frames))


def run_stages(bench: Bench) -> Found:
    """Each stage of a worker by itself."""
    cv2.setNumThreads(1)
    settings = bench.settings
    parts = stages.Parts(
        processor=build_processor(settings),
        detectors=dict(_detectors()),
        classifier=ExpressionModel(settings.model),
        jpeg_quality=settings.jpeg_quality,
    )
    return {"clip": bench.clip, "rows": [asdict(row) for row in stages.measure(bench.frames, parts)]}


def run_processor(bench: Bench) -> Found:
    """A worker's whole frame beside the original program's."""
    cv2.setNumThreads(1)
    workers = {name: _worker(bench.settings, name) for name, _ in _detectors()}
    mien, second = workers[DEFAULT_DETECTOR], workers.get("centerface")
    loop = OriginalLoop(build())
    return asdict(versus.compare(bench.clip, bench.frames, mien, loop, centerface=second))


def run_capture(bench: Bench) -> Found:
    """A camera's JPEGs passed on, beside decoding and encoding them."""
    seconds = min(10.0, bench.amounts.seconds)
    return {"rows": [asdict(row) for row in passing_on.run(bench.frames, seconds)]}


def run_pipeline(bench: Bench) -> Found:
    """The real processes with one viewer: frames a second, ages, CPU."""
    amounts = bench.amounts
    sources = {ONE_FACE: _one_face_video(bench)}
    if amounts.all_sources:
        sources |= {"demo:": "demo:", "test:": "test:"}
    runs = [
        traffic.measure(
            Setup(source, workers, bench.settings.model), name, amounts.seconds, amounts.warm_up_s
        )
        for name, source in sources.items()
        for workers in amounts.workers
    ]
    return {"runs": [asdict(run) for run in runs]}


def run_scaling(bench: Bench) -> Found:
    """One worker and two, with a camera faster than they can follow."""
    video = bench.folder / "fast.avi"
    clip.write_video(bench.frames, video, FAST_FPS)
    amounts = bench.amounts
    setup = Setup(str(video), model=bench.settings.model, settings=SEARCH_ALWAYS)
    return asdict(scaling.run(setup, "60 fps, blurred", amounts.seconds, amounts.warm_up_s))


def run_recordings(bench: Bench) -> Found:
    """A recorded video, every frame of it, with one worker and with two."""
    amounts = bench.amounts
    video = bench.folder / "recording.avi"
    frames = round(recordings.MOST_FPS * (amounts.seconds + amounts.warm_up_s))
    clip.write_video([bench.frames[n % len(bench.frames)] for n in range(frames)], video)
    return asdict(recordings.run(video, bench.settings.model, amounts.seconds, amounts.warm_up_s))


def run_viewers(bench: Bench) -> Found:
    """One camera with few and many viewers, readers of its events, and a viewer that stops reading."""
    seconds = min(10.0, bench.amounts.seconds)
    setup = Setup(_one_face_video(bench), model=bench.settings.model)
    amounts = bench.amounts
    return viewers.run(
        setup, amounts.audiences, seconds, amounts.beside_stopped, amounts.stopped_pairs
    ).found()


def run_peers(bench: Bench) -> Found:
    """Other programs on the same frames, where they are installed."""
    python = peers.fer_python(bench.fer_python)
    frames = bench.frames[: bench.amounts.peer_frames]
    return {"clip": _called(len(frames)), "rows": [asdict(peers.run_fer(python, frames))]}


def _detectors() -> Iterator[tuple[DetectorName, Detector]]:
    """Yield every detector that is installed."""
    for name in DETECTORS:
        with suppress(SettingsError):
            yield name, build_detector(name)


def _worker(settings: InferenceSettings, detector: DetectorName) -> WholeFrame:
    chosen = settings.model_copy(update={"detector": detector})
    return WholeFrame(build_processor(chosen), chosen.jpeg_quality)


def _called(frames: int) -> str:
    return f"{clip.WIDTH}x{clip.HEIGHT}, {ONE_FACE}, {frames} frames"


def _one_face_video(bench: Bench) -> str:
    video = bench.folder / "one-face.avi"
    if not video.exists():
        clip.write_video(bench.frames, video)
    return str(video)


PARTS: Mapping[str, Callable[[Bench], Found]] = {
    "stages": run_stages,
    "processor": run_processor,
    "peers": run_peers,
    "capture": run_capture,
    "pipeline": run_pipeline,
    "scaling": run_scaling,
    "recordings": run_recordings,
    "viewers": run_viewers,
}
"""In the order in which they run."""
