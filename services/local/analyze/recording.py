"""One video, read, done by the workers and collected: every frame of it, whoever dies meanwhile."""

import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol, TypeAlias

from services.local.analyze.collecting import Collector, Store
from services.local.analyze.deployment import Deployment
from services.local.analyze.reader import Reader, reading
from shared.clock import BrokerClock
from shared.errors import BrokerError, BrokerUnreachable, MienError, RecordingGone, SourceError
from shared.recordings import RecordingStreams, new_recording_id
from shared.registry import HEARTBEAT_EVERY_S, Registry

TRIES = 3
"""So often the broker may lose the recording without anything having been stored meanwhile."""

ALONE_AFTER_S = 5.0
"""So long after the start, or after the last worker left, that there is none is said."""

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
    """

    video: Path
    every: int
    results: Results
    moved: Callable[[], None]
    say: Say


@dataclass(frozen=True, slots=True)
class Read:
    """What was read of a video.

    Attributes:
        frames: how many were done, in all.
        ended_early: why it was not read to its end; empty where it was.
        report: what its reader said of it at the end, by name; empty where it could not.
    """

    frames: int
    ended_early: str
    report: Mapping[str, Any]


ReadFrom: TypeAlias = Callable[[Job, Deployment, int], Read]


def read_once(job: Job, deployment: Deployment, start: int) -> Read:
    """Do the frames from number `start` on in one recording; return what was read, from there on.

    Raises:
        RecordingGone: the broker has lost the recording.
        MienError: as `record`.
    """
    recording = new_recording_id()
    streams = RecordingStreams(deployment.broker, recording)
    presence = Presence(Registry(deployment.broker, BrokerClock(deployment.broker)), recording, job.say)
    collector = Collector(streams, job.results)
    command = reading(job.video, recording, every=job.every, start=start)
    try:
        with Reader(command, deployment.environ, job.say) as reader:
            while not collector.step():
                job.moved()
                deployment.look()
                presence.look()
                if reader.look(collector.collected) and reader.ended_early:
                    streams.end(streams.account().captured, reader.ended_early)
            reader.finish(collector.collected)
    finally:
        presence.leave(streams)
    job.moved()
    assert collector.end is not None  # noqa: S101  step() says so
    return Read(collector.end.frames, collector.end.ended_early, reader.report)


def record(job: Job, deployment: Deployment, read_from: ReadFrom = read_once) -> Read:
    """Have every frame done that has no result yet; return what was read.

    Args:
        job: what is to be done.
        deployment: who does it.
        read_from: reads the video, as `read_once`.

    Raises:
        SourceError: the video cannot be read.
        BrokerError: the broker is away, or refuses.
        RecordingGone: it lost the recording again and again.
        JournalError: the results cannot be stored.
        SettingsError: the workers cannot run with what they were given.
    """
    in_vain = 0
    while True:
        before, start = job.results.count, job.results.next
        life = deployment.life()
        try:
            read = read_from(job, deployment, start)
            frames = start // job.every + read.frames
            if job.results.count >= frames:
                return replace(read, frames=frames)
            error: MienError = RecordingGone(f"{job.results.count} results of {frames} frames arrived")
        except (BrokerUnreachable, RecordingGone) as caught:
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
        deployment.await_broker()


class Presence:
    """Says that the recording is wanted, and whether there is anybody to do it."""

    def __init__(
        self,
        registry: Registry,
        recording: str,
        say: Say,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._registry = registry
        self._recording = recording
        self._say = say
        self._monotonic = monotonic
        self._beat_at = float("-inf")
        self._worked_at = monotonic()
        self._is_alone = False

    def look(self) -> None:
        """Do what is due.

        Raises:
            BrokerError: the broker is away, or refuses.
        """
        now = self._monotonic()
        if now - self._beat_at < HEARTBEAT_EVERY_S:
            return
        self._beat_at = now
        self._registry.recording_is_here(self._recording)
        if self._registry.workers():
            self._worked_at, self._is_alone = now, False
        elif now - self._worked_at >= ALONE_AFTER_S and not self._is_alone:
            self._is_alone = True
            self._say("no worker is there; waiting for one")

    def leave(self, streams: RecordingStreams) -> None:
        """Take the recording away, with all that is left of it; the broker may be gone itself."""
        with suppress(BrokerError):
            self._registry.recording_left(self._recording)
            streams.remove()
