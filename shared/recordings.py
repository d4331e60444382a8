"""One recording's streams, of which every frame is done: the scripts, with types, and what reads the results.

A publisher offers frames, workers take and deliver them, a collector collects the results and forgets what is
safe. Each frame that was offered gets one result, whoever dies meanwhile. Both publisher and collector say by
`Registry.recording_is_here`, once a second, that the recording is still wanted.
"""

import logging
from collections.abc import Sequence
from secrets import token_hex
from typing import Any

from shared.broker import Broker
from shared.delivery import CollectedResult, RecordingAccount, RecordingLimits, TakenFrame
from shared.entities import Cause
from shared.entries import Fields
from shared.errors import EntryError, RecordingGone
from shared.keys import GROUP, CameraKeys
from shared.logs import Seldom
from shared.recorded import VERSION, RecordedFrame, decode_recorded_result, recorded_fields
from shared.scripts import recorded_source

BOUND = 64
"""Unfinished frames at most: two seconds of video, some 100 MB of 4K pictures."""

COLLECTED_AT_ONCE = 256
"""Results in one reply at most."""

seldom = Seldom(logging.getLogger(__name__))

Args = Sequence[str | bytes | int]


class RecordingScripts:
    """The scripts, loaded into the broker when first used (and again when it forgot them)."""

    def __init__(self, broker: Broker) -> None:
        register = broker.redis.register_script
        self.offer = register(recorded_source("offer"))
        self.end = register(recorded_source("end"))
        self.claim = register(recorded_source("claim"))
        self.hold = register(recorded_source("hold"))
        self.deliver = register(recorded_source("deliver"))
        self.balance = register(recorded_source("balance"))


def new_recording_id() -> str:
    """Return an id that no other recording has."""
    return f"rec-{token_hex(6)}"


class RecordingStreams:
    """One recording's streams.

    Every method raises a `BrokerError` where the broker is away or refuses; all can then be called again with
    the same arguments, and nothing happens twice.

    Args:
        broker: has the streams.
        recording: the id.
        scripts: for several recordings to share.
        limits: see there.
    """

    def __init__(
        self,
        broker: Broker,
        recording: str,
        *,
        scripts: RecordingScripts | None = None,
        limits: RecordingLimits | None = None,
    ) -> None:
        self.recording = recording
        self.keys = CameraKeys(recording)
        self._names = (self.keys.frames, self.keys.counters, self.keys.ledger, self.keys.results)
        self._broker = broker
        self._scripts = scripts or RecordingScripts(broker)
        self._limits = limits or RecordingLimits()
        self._was_there = False
        self._was_full = False
        self._collected = "0-0"

    def offer(self, frame: RecordedFrame, *, bound: int = BOUND) -> bool:
        """Add a frame, with an `index` above all before; one that is not above them changes nothing.

        Returns:
            Whether it is there. False where `bound` entries are unfinished, frames and results that were not
            forgotten together: then nothing was written, and it must be offered again.

        Raises:
            RecordingGone: frames were accepted before, and the broker knows nothing of them.
        """
        if self._was_full and self._unfinished() >= bound:
            # Without sending the picture again and again.
            return False
        args: Args = [GROUP, self._limits.lifetime_ms, int(self._was_there), bound, frame.index]
        reply = int(self._run(self._scripts.offer, [*args, *_flat(recorded_fields(frame))]))
        if reply < 0:
            raise self._gone()
        self._was_there, self._was_full = True, reply == 0
        return reply > 0

    def end(self, frames: int, ended_early: str = "") -> None:
        """Say that no frame comes any more: so many were offered, and why not all if so. Only once counts.

        Raises:
            RecordingGone: frames were accepted before, and the broker knows nothing of them.
        """
        args: Args = [GROUP, self._limits.lifetime_ms, int(self._was_there), frames, VERSION, ended_early]
        if int(self._run(self._scripts.end, args)) < 0:
            raise self._gone()

    def take(self, worker: str) -> TakenFrame | None:
        """Give `worker` a frame, or None where it has nothing to do.

        First the one that it has already and did not finish; then the oldest one whose worker has been silent
        for too long; then the oldest that waits. One that too many workers took is finished as `failed`.
        """
        limits = self._limits
        args: Args = [GROUP, limits.lifetime_ms, VERSION, worker, limits.pending_ms, limits.tries]
        reply = self._run(self._scripts.claim, args)
        return None if reply is None else _taken(worker, *reply)

    def hold(self, taken: TakenFrame) -> bool:
        """Say that the worker is still at a frame; return whether it is still its own and nobody else's."""
        args: Args = [GROUP, self._limits.lifetime_ms, taken.worker, taken.id]
        return bool(self._run(self._scripts.hold, args))

    def deliver(self, taken: TakenFrame, observation: bytes) -> bool:
        """Publish what a frame shows, and delete the frame.

        Returns:
            Whether it was published by this worker; False where the frame was finished before, by another
            worker that took it as well, or the recording is gone.
        """
        return self._finish(taken, "published", observation)

    def refuse(self, taken: TakenFrame, failure: Cause) -> bool:
        """Publish that a frame is `FAILED` or `UNDECODABLE`, and delete the frame; returns as `deliver`."""
        return self._finish(taken, failure.value, b"")

    def collect(self, *, block_ms: int) -> list[CollectedResult]:
        """Wait for results that this object has not collected yet; return them, oldest first, or none.

        They stay where they are until they are forgotten. One that cannot be read is deleted and named in the
        log.

        Args:
            block_ms: to wait at most; less than 5,000.

        Raises:
            RecordingGone: results were collected before, and the broker knows nothing of the recording.
        """
        with self._broker.errors():
            reply: Any = self._broker.redis.xread(
                {self.keys.results: self._collected}, count=COLLECTED_AT_ONCE, block=block_ms
            )
            rows = [row for _, rows in reply or [] for row in rows]
            if not rows and self._was_there and not self._broker.redis.exists(self.keys.ledger):
                raise self._gone()
        if rows:
            self._was_there, self._collected = True, rows[-1][0].decode()
        read = (self._readable(entry_id.decode(), fields) for entry_id, fields in rows)
        return [one for one in read if one is not None]

    def forget(self, ids: Sequence[str]) -> None:
        """Delete results that are safely stored, so that more frames are accepted."""
        if ids:
            with self._broker.errors():
                self._broker.redis.xdel(self.keys.results, *ids)

    def account(self) -> RecordingAccount:
        """Return what became of the frames; all 0 where the broker knows nothing of the recording."""
        counts = self._run(self._scripts.balance, [GROUP, self._limits.lifetime_ms])
        return RecordingAccount(*counts)

    def remove(self) -> None:
        """Delete the recording, whatever state it is in; late workers then publish nothing."""
        with self._broker.errors():
            self._broker.redis.unlink(*self._names)

    def _unfinished(self) -> int:
        with self._broker.errors(), self._broker.redis.pipeline(transaction=True) as pipeline:
            pipeline.xlen(self.keys.frames)
            pipeline.xlen(self.keys.results)
            frames, results = pipeline.execute()
        return int(frames) + int(results)

    def _finish(self, taken: TakenFrame, outcome: str, observation: bytes) -> bool:
        args: Args = [GROUP, self._limits.lifetime_ms, VERSION, taken.worker, taken.id, outcome, observation]
        return bool(self._run(self._scripts.deliver, args))

    def _readable(self, entry_id: str, fields: Fields) -> CollectedResult | None:
        try:
            return CollectedResult(entry_id, decode_recorded_result(fields))
        except EntryError as error:
            seldom.warning("recording %s: result %s is left out: %s", self.recording, entry_id, error)
            self.forget([entry_id])
            return None

    def _gone(self) -> RecordingGone:
        place = f"broker {self._broker.address}"
        return RecordingGone(f"recording {self.recording} is gone from {place}: it restarted, or was emptied")

    def _run(self, script: Any, args: Args) -> Any:  # noqa: ANN401  redis-py has no type
        with self._broker.errors():
            return script(keys=self._names, args=args)


def _taken(worker: str, entry_id: bytes, tries: int, flat: list[bytes]) -> TakenFrame:
    return TakenFrame(entry_id.decode(), worker, tries, dict(zip(flat[::2], flat[1::2], strict=True)))


def _flat(fields: dict[str, str | bytes]) -> list[str | bytes]:
    return [part for pair in fields.items() for part in pair]
