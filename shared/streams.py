"""One camera's streams and tracks: the scripts, with types, and what reads the results."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from shared.broker import Broker
from shared.entities import Cause, Frame, Result
from shared.entries import Fields, frame_fields, result_fields
from shared.keys import GROUP, WAKE_CHANNEL, CameraKeys
from shared.scripts import source

PUBLISHED = "published"

LARGEST_ID = 10**15 - 1
"""Of a track: Lua has no exact numbers from 2**53 on, and the scripts read none of more than 15 digits."""

Args = Sequence[str | bytes | int]


@dataclass(frozen=True, slots=True)
class Limits:
    """How much the streams keep, and for how long.

    Attributes:
        entries: in `frames` and in `results`.
        lifetime_ms: after the last write, the pictures are gone.
        pending_ms: a frame that its worker holds for longer is taken away from it.
        waiting_ms: a frame that nobody comes for is given up; less than `lifetime_ms`, so that it is counted.
        silent_ms: a consumer that is silent for longer, and holds nothing, is forgotten.
        tracks_ms: after the last write, nobody is followed any longer.
    """

    entries: int = 16
    lifetime_ms: int = 10_000
    pending_ms: int = 1_000
    waiting_ms: int = 5_000
    silent_ms: int = 30_000
    tracks_ms: int = 5_000


@dataclass(frozen=True, slots=True)
class History:
    """How much of the history is kept; nothing where `ms` is 0.

    Attributes:
        ms: its age at most.
    """

    ms: int = 3_600_000

    @property
    def entries(self) -> int:
        """Raw entries at most: ten for each second.

        One with two faces takes 0.5 kB, so an hour takes 19 MB; faster cameras keep less of the raw history
        and all of the sums by the second.
        """
        return max(1_000, self.ms // 100)


@dataclass(frozen=True, slots=True)
class Entry:
    """A stream entry as it came, not yet decoded."""

    id: str
    fields: Fields = field(repr=False)


@dataclass(frozen=True, slots=True)
class StoredTracks:
    """The faces being followed, as they lie in the broker.

    Attributes:
        version: changes with every write; 0 where nobody is followed.
        data: what the last worker wrote, not yet decoded; empty where nobody is followed.
        next_id: of the next new face; it goes on rising when the tracks expire, up to `LARGEST_ID`.
    """

    version: int = 0
    data: bytes = b""
    next_id: int = 1


@dataclass(frozen=True, slots=True)
class Taken(Entry):
    """A frame's entry, and what came with it.

    Attributes:
        stored: the faces being followed.
        commands: what viewers asked for and nobody has done yet.
    """

    stored: StoredTracks = StoredTracks()
    commands: Fields = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class NewTracks:
    """The faces being followed, to be written.

    Attributes:
        data: for the next worker.
        ids: of the tracks.
        next_id: of the next new face.
    """

    data: bytes
    ids: Sequence[int]
    next_id: int


@dataclass(frozen=True, slots=True)
class Swept:
    """What a sweep gave up."""

    abandoned: int
    stale: int


class Scripts:
    """The scripts, loaded into the broker when first used (and again when it forgot them)."""

    def __init__(self, broker: Broker) -> None:
        register = broker.redis.register_script
        self.publish = register(source("publish"))
        self.take = register(source("take"))
        self.follow = register(source("follow"))
        self.finish = register(source("finish"))
        self.sweep = register(source("sweep"))


class CameraStreams:
    """One camera's streams.

    Every method raises a `BrokerError` where the broker is away or refuses.
    """

    def __init__(
        self,
        broker: Broker,
        camera: str,
        *,
        scripts: Scripts | None = None,
        limits: Limits | None = None,
        history: History | None = None,
    ) -> None:
        self.camera = camera
        self.keys = CameraKeys(camera)
        self._account = (self.keys.frames, self.keys.counters, self.keys.ledger)
        self._names = (*self._account, self.keys.tracks, self.keys.commands)
        self._broker = broker
        self._scripts = scripts or Scripts(broker)
        self._limits = limits or Limits()
        self._history = history or History()

    def publish(self, frame: Frame, *, run: str) -> str:
        """Add a frame; return its entry's id. A repeat of the same `run` and `seq` changes nothing.

        With another `run`, which may have another source, nobody is followed any longer.
        """
        limits = self._limits
        args: Args = [GROUP, limits.entries, limits.lifetime_ms, WAKE_CHANNEL, self.camera, run, frame.seq]
        args = [*args, *_flat(frame_fields(frame))]
        return _text(self._run(self._scripts.publish, args, self._names))

    def take(self, worker: str, *, age_budget_ms: int = 0) -> Taken | None:
        """Give `worker` the newest waiting frame, or None; what it passes over is counted."""
        reply = self._run(self._scripts.take, [GROUP, worker, age_budget_ms], self._names)
        return None if reply is None else _taken(*reply)

    def follow(self, version: int, new: NewTracks, done: Fields | None = None) -> StoredTracks | None:
        """Write the tracks if they are still those of `version`, and remove the commands that are done.

        Returns:
            The newest tracks where they are others: nothing was written. None where `new` was.
        """
        ids = " ".join(map(str, new.ids))
        args: Args = [version, new.data, ids, new.next_id, self._limits.tracks_ms, *_flat(done or {})]
        names = [self.keys.tracks, self.keys.ledger, self.keys.commands]
        written, *stored = self._run(self._scripts.follow, args, names)
        return None if written else _stored(*stored)

    def finish(self, frame_id: str, result: Result) -> int:
        """Publish the result of a frame.

        Returns:
            Its number among the camera's results, or 0 if the frame was no longer pending: it was given
            up meanwhile, and nothing was published.
        """
        return self._finish(frame_id, PUBLISHED, _flat(result_fields(result)))

    def drop(self, frame_id: str, cause: Cause) -> bool:
        """Count a frame that was taken under `cause`; return False if it was no longer pending."""
        return self._finish(frame_id, cause.value, []) != 0

    def sweep(self, sweeper: str) -> Swept:
        """Give up frames that are pending or waiting for too long; see `Limits`."""
        limits = self._limits
        args: Args = [GROUP, sweeper, limits.pending_ms, limits.waiting_ms, limits.silent_ms]
        abandoned, stale = self._run(self._scripts.sweep, args)
        return Swept(abandoned, stale)

    def forget(self) -> None:
        """Remove the pictures and the people of a camera that is no more; its numbers stay and age."""
        keys = self.keys
        with self._broker.errors():
            self._broker.redis.delete(keys.frames, keys.results, keys.tracks, keys.commands, keys.watched)

    def expire_numbers(self, after_s: int) -> None:
        """Let the counters of a camera that never comes back go after so many seconds."""
        with self._broker.errors(), self._broker.redis.pipeline(transaction=False) as pipeline:
            pipeline.pexpire(self.keys.counters, after_s * 1000)
            pipeline.pexpire(self.keys.ledger, after_s * 1000)
            pipeline.execute()

    def keep_numbers(self) -> None:
        """Keep the counters of a camera that came back, whatever was to become of them."""
        with self._broker.errors(), self._broker.redis.pipeline(transaction=False) as pipeline:
            pipeline.persist(self.keys.counters)
            pipeline.persist(self.keys.ledger)
            pipeline.execute()

    def waiting(self) -> int:
        """Return how many frames no worker has taken."""
        with self._broker.errors():
            waiting: Any = self._broker.redis.hget(self.keys.ledger, "waiting")
        return int(waiting or 0)

    def newest_result(self) -> Entry | None:
        """Return the newest entry of `results`, or None."""
        with self._broker.errors():
            rows: Any = self._broker.redis.xrevrange(self.keys.results, count=1)
        return Entry(_text(rows[0][0]), rows[0][1]) if rows else None

    def results_after(self, last_id: str, *, block_ms: int) -> list[Entry]:
        """Wait for results behind `last_id` (`$` for those yet to come); return them, oldest first."""
        with self._broker.errors():
            reply: Any = self._broker.redis.xread({self.keys.results: last_id}, block=block_ms)
        return [Entry(_text(entry_id), fields) for _, rows in reply or [] for entry_id, fields in rows]

    def _finish(self, frame_id: str, outcome: str, fields: Sequence[str | bytes]) -> int:
        limits, history = self._limits, self._history
        bounds = [limits.entries, limits.lifetime_ms, history.ms, history.entries]
        keys = self.keys
        names = [keys.frames, keys.counters, keys.ledger, keys.results]
        names += [keys.expressions, keys.expressions_1s, keys.expressions_1m, keys.rollup]
        args: Args = [GROUP, frame_id, outcome, *bounds, *fields]
        return int(self._run(self._scripts.finish, args, names))

    def _run(self, script: Any, args: Args, names: Sequence[str] = ()) -> Any:  # noqa: ANN401  redis-py has no type
        with self._broker.errors():
            return script(keys=names or self._account, args=args)


def _flat(fields: Mapping[str, str | bytes] | Fields) -> list[str | bytes]:
    return [part for pair in fields.items() for part in pair]


def _taken(entry_id: bytes, fields: list[bytes], stored: list[bytes], commands: list[bytes]) -> Taken:
    return Taken(_text(entry_id), _pairs(fields), _stored(*stored), _pairs(commands))


def _stored(version: bytes, data: bytes, next_id: bytes) -> StoredTracks:
    return StoredTracks(int(version), data, int(next_id))


def _pairs(flat: list[bytes]) -> Fields:
    return dict(zip(flat[::2], flat[1::2], strict=True))


def _text(raw: bytes | str) -> str:
    return raw.decode() if isinstance(raw, bytes) else raw
