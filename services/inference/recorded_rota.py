"""Which recording's frame a worker takes next: one recording's oldest, then the next recording's."""

import logging
from collections import deque
from collections.abc import Callable, Iterable

from services.inference.rota import valid_ids
from shared.delivery import TakenFrame
from shared.errors import BrokerErrorReply
from shared.logs import Seldom
from shared.recordings import RecordingStreams

seldom = Seldom(logging.getLogger(__name__))


class RecordingRota:
    """The recordings in work, in turn.

    Args:
        open_streams: makes the streams of a recording that is new here.
        worker: who takes the frames.
    """

    def __init__(self, open_streams: Callable[[str], RecordingStreams], worker: str) -> None:
        self._open = open_streams
        self._worker = worker
        self._turn: deque[RecordingStreams] = deque()
        self._resting: set[str] = set()

    @property
    def is_empty(self) -> bool:
        """Whether no recording is in work."""
        return not self._turn

    def set_recordings(self, recordings: Iterable[str]) -> None:
        """Serve these recordings from now on, those that were passed over too."""
        wanted = valid_ids(recordings, "recording")
        known = {streams.recording for streams in self._turn}
        self._turn = deque(streams for streams in self._turn if streams.recording in wanted)
        self._turn.extend(self._open(recording) for recording in sorted(wanted - known))
        self._resting.clear()

    def rest(self, recording: str, error: BrokerErrorReply) -> None:
        """Pass a recording over, for which the broker answers with an error, until they are set again."""
        seldom.warning("recording %s is passed over: %s", recording, error, about=recording)
        self._resting.add(recording)

    def next(self) -> tuple[RecordingStreams, TakenFrame] | None:
        """Take a frame of the next recording that has one; None where none has.

        Raises:
            BrokerError: the broker is away or refuses. Where it answers with an error for one recording, that
                one is passed over.
        """
        for _ in range(len(self._turn)):
            streams = self._turn[0]
            self._turn.rotate(-1)
            taken = None if streams.recording in self._resting else self._taken(streams)
            if taken is not None:
                return streams, taken
        return None

    def _taken(self, streams: RecordingStreams) -> TakenFrame | None:
        try:
            return streams.take(self._worker)
        except BrokerErrorReply as error:
            self.rest(streams.recording, error)
            return None
