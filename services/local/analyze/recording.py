"""One video, read, done by the workers and collected: every frame of it, whoever dies meanwhile."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Protocol, TypeAlias

from services.local.analyze.collecting import Collector, Store
from services.local.analyze.deployment import START_WITHIN_S, Deployment
from services.local.analyze.patience import TRIES, Patience
from services.local.analyze.presence import ALONE_AFTER_S, Presence
from services.local.analyze.reader import Reader, reading
from shared.clock import BrokerClock
from shared.errors import MienError, RecordingGone, SourceError
from shared.recordings import RecordingStreams, new_recording_id
from shared.registry import Registry

Say = Callable[[str], None]


class Results(Store, Protocol):
    """Where results are safe, and which of them are missing."""

    @property
    def count(self) -> int:
        """How many frames have a result."""
        ...

    @property
    def next(self) -> int:
        """The first frame that has none."""
        ...


@dataclass(frozen=True, slots=True)
class Job:
    """What is to be done.

    Attributes:
        video: the file.
        every: each frame whose number is a multiple of it.
        results: where the results go.
        moved: called whenever there are more of them.
        say: takes a line for a person.
        depends_on: what the results so far depend on, as workers say it.
    """

    video: Path
    every: int
    results: Results
    moved: Callable[[], None]
    say: Say
    depends_on: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Read:
    """What was read of a video.

    Attributes:
        frames: how many were done, in all.
        ended_early: why it was not read to its end; empty where it was.
        report: what its reader said of it at the end, by name; empty where it could not.
        workers: how many were there at once.
    """

    frames: int
    ended_early: str
    report: Mapping[str, Any]
    workers: int = 0


ReadFrom: TypeAlias = Callable[[Job, Deployment, int], Read]


def read_once(job: Job, deployment: Deployment, start: int) -> Read:
    """Do the frames from number `start` on in one recording; return what was read, from there on.

    Raises:
        RecordingGone: the broker has lost the recording.
        MienError: as `record`.
    """
    recording = new_recording_id()
    streams = RecordingStreams(deployment.broker, recording)
    registry = Registry(deployment.broker, BrokerClock(deployment.broker))
    # Our own are on their way, however long a busy machine takes to start them.
    alone_after_s = START_WITHIN_S if deployment.workers else ALONE_AFTER_S
    presence = Presence(registry, recording, job.say, job.depends_on, alone_after_s=alone_after_s)
    collector = Collector(streams, job.results, presence.vouch)
    patience = Patience(deployment, job.say)
    command = reading(job.video, recording, every=job.every, start=start)
    try:
        with Reader(command, deployment.environ, job.say) as reader:
            one = Recording(job, streams, presence, collector, reader)
            while not patience.through(one.step, collector.collected):
                job.moved()
                deployment.look()
            reader.finish(collector.collected)
    finally:
        presence.leave(streams)
    job.moved()
    assert collector.end is not None  # noqa: S101  step() says so
    workers = max(deployment.workers, presence.workers)
    return Read(collector.end.frames, collector.end.ended_early, reader.report, workers)


class Recording:
    """One video that is read, done and collected; what is done again after an error does no harm."""

    def __init__(
        self,
        job: Job,
        streams: RecordingStreams,
        presence: Presence,
        collector: Collector,
        reader: Reader,
    ) -> None:
        self._job = job
        self._streams = streams
        self._presence = presence
        self._collector = collector
        self._reader = reader

    def step(self) -> bool:
        """Wait a moment for results; return whether all of them are stored.

        Raises:
            RecordingGone: the broker has lost the recording.
            SourceError: the video cannot be read.
            BrokerError: the broker is away, or refuses.
            JournalError: the results cannot be stored.
        """
        if self._collector.step():
            return True
        self._presence.look()
        if self._reader.look(self._collector.collected):
            self._see_that_it_ends()
        return False

    def _see_that_it_ends(self) -> None:
        account, reader = self._streams.account(), self._reader
        if account.ended is not None:
            return
        if not reader.given_up:
            # The reader has said its last word; a collector that had nothing yet does not miss it.
            raise RecordingGone(f"the broker knows nothing of the end of {self._job.video.name}")
        if not (reader.crashed and account.captured):
            raise SourceError(f"{self._job.video}: {reader.given_up}; --resume tries again")
        self._streams.end(account.captured, reader.given_up)


def record(job: Job, deployment: Deployment, read_from: ReadFrom = read_once) -> Read:
    """Have every frame done that has no result yet; return what was read.

    Args:
        job: what is to be done.
        deployment: who does it.
        read_from: reads the video, as `read_once`.

    Raises:
        SourceError: the video cannot be read, or not as far as before.
        BrokerError: the broker is away, or refuses.
        RecordingGone: it lost the recording again and again.
        JournalError: the results cannot be stored.
        SettingsError: the workers cannot run with what they were given, or do not agree any more.
    """
    in_vain = 0
    while True:
        deployment.await_broker()
        life, before = deployment.life(), job.results.count
        # The last frame that is done comes first: that the reader got there is known when it is offered.
        start = max(0, job.results.next - job.every)
        try:
            read = read_from(job, deployment, start)
            frames = start // job.every + read.frames
            if _is_whole(job, frames):
                return replace(read, frames=frames)
            error: MienError = RecordingGone(f"{job.results.count} results of {frames} frames arrived")
        except RecordingGone as caught:
            error = caught
        except SourceError as caught:
            # A reader that finds the recording gone ends as one that cannot read the video does.
            deployment.await_broker()
            if deployment.life() == life:
                raise
            error = caught
        in_vain = 0 if job.results.count > before else in_vain + 1
        if in_vain >= TRIES:
            raise error
        job.say(f"{error}; going on with frame {job.results.next}")


def _is_whole(job: Job, frames: int) -> bool:
    """Return whether the first frames of a video, so many, have a result.

    Raises:
        SourceError: later ones have, too: an earlier run has read further.
    """
    count = job.results.count
    if count > frames:
        raise SourceError(f"{job.video}: {frames} frames were read, {count} before; --resume tries again")
    return count == frames and job.results.next == frames * job.every
