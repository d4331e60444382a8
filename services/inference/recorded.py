"""A worker's part in recordings: take a frame, look at all of it, deliver what it shows."""

import logging
from collections.abc import Callable

from services.inference import metrics
from services.inference.holding import held
from services.inference.observation import Observation
from services.inference.observed import encode
from services.inference.pictures import decode_jpeg
from services.inference.processor import FrameProcessor
from services.inference.recorded_rota import RecordingRota
from services.inference.stopwatch import Stopwatch
from services.inference.tracks import Tracks
from shared.delivery import TakenFrame
from shared.entities import Cause
from shared.errors import BrokerErrorReply, EntryError, PictureError
from shared.logs import Seldom
from shared.recorded import RecordedFrame, decode_recorded
from shared.recordings import RecordingStreams

log = logging.getLogger(__name__)
seldom = Seldom(log)


class RecordedWork:
    """Does frames of recordings, each for itself: the answer is the same whichever worker does it.

    Args:
        rota: whose turn it is.
        processor: looks at the frames.
        count: is called for each frame that was done.
    """

    def __init__(self, rota: RecordingRota, processor: FrameProcessor, count: Callable[[], None]) -> None:
        self._rota = rota
        self._processor = processor
        self._count = count

    @property
    def is_idle(self) -> bool:
        """Whether no recording is in work, so that there is nothing to come soon."""
        return self._rota.is_empty

    def step(self) -> bool:
        """Do one frame if there is one; return whether there was.

        Raises:
            BrokerError: the broker is away or refuses; the frame is taken again.
        """
        taken = self._rota.next()
        if taken is None:
            return False
        try:
            self.handle(*taken)
        except BrokerErrorReply as error:
            # One recording's bad key must not stop the others; the frame comes first at its next turn.
            self._rota.rest(taken[0].recording, error)
        return True

    def handle(self, streams: RecordingStreams, taken: TakenFrame) -> None:
        """Finish a frame: deliver what it shows, or say why it cannot be done.

        Raises:
            BrokerError: the broker is away or refuses; the frame stays pending.
        """
        stopwatch = Stopwatch()
        try:
            with held(streams, taken):
                observation = encode(self._look(decode_recorded(taken.fields), stopwatch))
        except (EntryError, PictureError) as error:
            self._refuse(streams, taken, Cause.UNDECODABLE, str(error))
        except Exception as error:
            log.debug("frame %s", taken.id, exc_info=True)
            self._refuse(streams, taken, Cause.FAILED, f"{type(error).__name__}: {error}")
        else:
            self._deliver(streams, taken, observation, stopwatch)

    def _look(self, frame: RecordedFrame, stopwatch: Stopwatch) -> Observation:
        with stopwatch.stage("decode"):
            pixels = decode_jpeg(frame.jpeg)
        # Without tracks: all of it is searched.
        return self._processor.observe(pixels, frame.t, Tracks(), stopwatch)

    def _deliver(
        self, streams: RecordingStreams, taken: TakenFrame, observation: bytes, stopwatch: Stopwatch
    ) -> None:
        if not streams.deliver(taken, observation):
            self._in_vain(streams, taken)
            return
        self._count()
        metrics.RECORDED.labels("published").inc()
        for stage, ms in stopwatch.timings.items():
            metrics.STAGE.labels(stage).observe(ms / 1000)

    def _in_vain(self, streams: RecordingStreams, taken: TakenFrame) -> None:
        if not streams.account().captured:
            # Nobody wants it any more: that is how a run ends that is stopped.
            log.debug("recording %s is gone, and frame %s with it", streams.recording, taken.id)
            return
        line = "recording %s: frame %s took too long and was finished by another worker"
        seldom.warning(line, streams.recording, taken.id, about=streams.recording)

    def _refuse(self, streams: RecordingStreams, taken: TakenFrame, cause: Cause, why: str) -> None:
        line = f"recording %s: frame %s {cause.value}: %s"
        seldom.warning(line, streams.recording, taken.id, why, about=streams.recording)
        if streams.refuse(taken, cause):
            metrics.RECORDED.labels(cause.value).inc()
