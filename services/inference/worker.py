"""The worker's loop: take the newest frame, process it, publish the result; recordings come last."""

import logging
from collections.abc import Iterator
from threading import Event

import cv2
import numpy as np

from services.inference import metrics
from services.inference.agreement import associate, stored_tracks
from services.inference.annotate import annotate
from services.inference.following import KEEP_ONCE_S, KEEP_S, lost_places
from services.inference.observation import Observation
from services.inference.pictures import BgrImage, decode_jpeg, encode_jpeg
from services.inference.privacy import pixelate
from services.inference.processors import Processors
from services.inference.recorded import RecordedWork
from services.inference.rota import Rota
from services.inference.rounds import Rounds
from services.inference.stopwatch import Stopwatch
from services.inference.tracks import FloatBox, Tracks
from shared.broker import Broker, repeat
from shared.clock import BrokerClock
from shared.entities import Box, Cause, Face, Frame, Privacy, Result, without_crops
from shared.entries import decode_frame
from shared.errors import BrokerError, BrokerErrorReply, EntryError, PictureError
from shared.health import Health
from shared.logs import Seldom
from shared.streams import CameraStreams, Entry, Taken
from shared.wake_ups import WakeUps

log = logging.getLogger(__name__)
seldom = Seldom(log)

PATIENCE_S = 0.25
"""How long an idle worker waits for a wake-up before it looks by itself: messages can be lost."""

RECORDED_PATIENCE_S = 0.02
"""The same while a recording is in work: its frames send no wake-up."""


class Worker:
    """One consumer of the group. It keeps no state between frames: any worker may do the next one.

    What of a frame leaves it is the stricter of its own setting and of what the frame itself asks for.
    """

    def __init__(
        self,
        name: str,
        *,
        broker: Broker,
        clock: BrokerClock,
        rota: Rota,
        rounds: Rounds,
        recorded: RecordedWork,
        processors: Processors,
        jpeg_quality: int,
        privacy: Privacy,
        health: Health,
    ) -> None:
        self.name = name
        self._broker = broker
        self._clock = clock
        self._rota = rota
        self._rounds = rounds
        self._recorded = recorded
        self._processors = processors
        self._jpeg_quality = jpeg_quality
        self._privacy = privacy
        self._health = health
        self._wake_ups = WakeUps(broker)

    def run(self, stop: Event) -> None:
        """Work until `stop` is set; the frame in hand is finished first.

        Raises:
            BrokerRefused: the broker answers and refuses.
        """
        try:
            repeat(self.step, self._broker, stop, self._health)
        finally:
            self._wake_ups.close()

    def step(self) -> None:
        """Do one frame, or wait a moment for one; hear which cameras have more.

        Cameras come first: a frame of a recording is done when none of theirs waits.

        Raises:
            BrokerError: the broker is away or refuses.
        """
        self._rounds.due()
        taken = self._rota.next()
        if taken is not None:
            self._handle_apart(*taken)
        busy = taken is not None or self._recorded.step()
        # A busy worker listens as well: or a quiet camera would wait behind one that always has a frame.
        self._rota.hint(self._wake_ups.wait(0.0 if busy else self._patience_s))

    @property
    def _patience_s(self) -> float:
        return PATIENCE_S if self._recorded.is_idle else RECORDED_PATIENCE_S

    def _handle_apart(self, streams: CameraStreams, taken: Taken) -> None:
        try:
            self.handle(streams, taken)
        except BrokerErrorReply as error:
            # One camera's bad key must not stop the others; a sweep gives the frame up.
            seldom.warning(
                "camera %s: frame %s stays unfinished: %s",
                streams.camera,
                taken.id,
                error,
                about=streams.camera,
            )

    def handle(self, streams: CameraStreams, taken: Taken) -> None:
        """Finish a frame: publish its result, or count it under the cause of its loss.

        Raises:
            BrokerError: the broker is away or refuses; the frame stays pending and is swept.
        """
        stopwatch = Stopwatch()
        try:
            frame = decode_frame(taken.fields)
            privacy = self._privacy.stricter(frame.privacy)
            faces, jpeg = self._look(streams, taken, frame, privacy, stopwatch)
        except (EntryError, PictureError) as error:
            self._drop(streams, taken, Cause.UNDECODABLE, str(error))
        except BrokerError:
            raise
        except Exception as error:
            log.debug("frame %s", taken.id, exc_info=True)
            self._drop(streams, taken, Cause.FAILED, f"{type(error).__name__}: {error}")
        else:
            about = frame.seq, frame.t, taken.id, self.name, stopwatch.timings
            self._publish(streams, Result(*about, faces, jpeg, privacy=privacy))

    def _look(
        self, streams: CameraStreams, taken: Taken, frame: Frame, privacy: Privacy, stopwatch: Stopwatch
    ) -> tuple[tuple[Face, ...], bytes]:
        stopwatch.timings["wait"] = max(0.0, (self._clock.now() - frame.t) / 1e6)
        with stopwatch.stage("decode"):
            pixels = decode_jpeg(frame.jpeg)
            if frame.mirror:
                pixels = _mirrored(pixels)
        with stopwatch.stage("follow"):
            tracks = stored_tracks(streams.camera, taken.stored)
        processor = self._processors.of(privacy, frame.labels, self._rota.at_work())
        observation = processor.observe(pixels, frame.t, tracks, stopwatch)
        # Where places must not be shown, one that was detected once counts like all others.
        keep_once_s = KEEP_S if privacy is Privacy.BLUR else KEEP_ONCE_S
        with stopwatch.stage("follow"):
            tracks, faces = associate(streams, taken, tracks, observation, keep_once_s=keep_once_s)
        if privacy is Privacy.OFF:
            return faces, self._annotated(pixels, faces, stopwatch)
        faces = without_crops(faces)
        if privacy is Privacy.NUMBERS:
            return faces, b""
        with stopwatch.stage("blur"):
            pixelate(pixels, _private_places(observation, tracks, faces))
        return faces, self._annotated(pixels, faces, stopwatch)

    def _annotated(self, pixels: BgrImage, faces: tuple[Face, ...], stopwatch: Stopwatch) -> bytes:
        """Return the JPEG; `pixels` are drawn into."""
        with stopwatch.stage("annotate"):
            annotate(pixels, faces)
        with stopwatch.stage("encode"):
            return encode_jpeg(pixels, self._jpeg_quality)

    def _publish(self, streams: CameraStreams, result: Result) -> None:
        if streams.finish(result.frame, result) == 0:
            seldom.warning(
                "camera %s: frame %s took too long and was given up; its result is not shown",
                streams.camera,
                result.frame,
                about=streams.camera,
            )
            return
        self._rounds.count()
        metrics.RESULTS.labels(streams.camera).inc()
        metrics.LATENCY.labels(streams.camera).observe(max(0.0, (self._clock.now() - result.t) / 1e9))
        for stage, ms in result.timings.items():
            metrics.STAGE.labels(stage).observe(ms / 1000)
        for face in result.faces:
            metrics.FACES.labels(streams.camera, face.expression).inc()

    def _drop(self, streams: CameraStreams, entry: Entry, cause: Cause, why: str) -> None:
        line = f"camera %s: frame %s {cause.value}: %s"
        seldom.warning(line, streams.camera, entry.id, why, about=streams.camera)
        streams.drop(entry.id, cause)


def _private_places(
    observation: Observation, tracks: Tracks, faces: tuple[Face, ...]
) -> Iterator[Box | FloatBox]:
    """Yield where faces are or may be: those shown, those detected, and those missed."""
    yield from (face.box for face in faces)
    yield from observation.boxes
    yield from lost_places(tracks, observation.t)


def _mirrored(pixels: BgrImage) -> BgrImage:
    return np.asarray(cv2.flip(pixels, 1), np.uint8)
