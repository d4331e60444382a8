"""Who is there: cameras and workers make themselves known by heartbeats."""

import json
import logging
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from shared.broker import Broker
from shared.clock import BrokerClock
from shared.delivery import RecordingLimits
from shared.entities import CameraState, CameraStatus, Privacy
from shared.entries import Fields, decode_status, status_fields
from shared.errors import BrokerErrorReply, EntryError
from shared.keys import CAMERAS, RECORDINGS, WORKERS, CameraKeys, worker_key
from shared.logs import Seldom

seldom = Seldom(logging.getLogger(__name__))

HEARTBEAT_EVERY_S = 1.0
FORGOTTEN_AFTER_S = 30.0
"""A camera or worker that was silent for so long is taken off the lists."""

STATUS_LIFETIME_S = 10

RECORDING = CameraStatus(CameraState.LIVE, "recording", delivery="every")
"""What is said of a recording in work."""


@dataclass(frozen=True, slots=True)
class Worker:
    """A worker as it described itself.

    Attributes:
        id: its consumer's name, too.
        host: where it runs.
        fps: results published a second, over the last heartbeat.
        heartbeat_age_ms: how long ago that was.
        privacy: what of a frame leaves it; None where it does not say.
        depends_on: what its results depend on besides the picture, by name: its model, whose labels.
    """

    id: str
    host: str
    fps: float
    heartbeat_age_ms: int
    privacy: Privacy | None = None
    depends_on: Mapping[str, str] = field(default_factory=dict)


class Registry:
    """The lists of cameras and workers, by heartbeat.

    Every method raises a `BrokerError` where the broker is away or refuses, and an `EntryError` where a
    camera's status cannot be decoded.
    """

    def __init__(self, broker: Broker, clock: BrokerClock) -> None:
        self._broker = broker
        self._clock = clock

    def camera_is_here(self, camera: str, status: CameraStatus) -> None:
        """Write a camera's status, and that it is there."""
        keys = CameraKeys(camera)
        now = self._now()
        fields: Any = status_fields(status)  # redis-py's mappings are invariant
        with self._broker.errors(), self._broker.redis.pipeline(transaction=False) as pipeline:
            pipeline.hset(keys.status, mapping=fields)
            pipeline.expire(keys.status, STATUS_LIFETIME_S)
            pipeline.zadd(CAMERAS, {camera: now})
            pipeline.zremrangebyscore(CAMERAS, "-inf", now - FORGOTTEN_AFTER_S)
            pipeline.execute()

    def camera_left(self, camera: str) -> None:
        """Take a camera whose capture stops off the list, and its status away."""
        with self._broker.errors(), self._broker.redis.pipeline(transaction=False) as pipeline:
            pipeline.zrem(CAMERAS, camera)
            pipeline.delete(CameraKeys(camera).status)
            pipeline.execute()

    def cameras(self) -> list[str]:
        """Return the ids of the cameras that are there, sorted."""
        return self._names(CAMERAS)

    def recording_is_here(self, recording: str, *, lifetime_ms: int = RecordingLimits().lifetime_ms) -> None:
        """Write that a recording is in work, so that workers come for it; its streams live on meanwhile.

        Its publisher and whoever collects its results say so every `HEARTBEAT_EVERY_S`.
        """
        keys = CameraKeys(recording)
        now = self._now()
        fields: Any = status_fields(RECORDING)
        with self._broker.errors(), self._broker.redis.pipeline(transaction=False) as pipeline:
            pipeline.hset(keys.status, mapping=fields)
            pipeline.expire(keys.status, STATUS_LIFETIME_S)
            for key in (keys.frames, keys.counters, keys.ledger, keys.results):
                pipeline.pexpire(key, lifetime_ms)
            pipeline.zadd(RECORDINGS, {recording: now})
            pipeline.zremrangebyscore(RECORDINGS, "-inf", now - FORGOTTEN_AFTER_S)
            pipeline.execute()

    def recording_left(self, recording: str) -> None:
        """Take a recording that is finished or given up off the list, and its status away."""
        with self._broker.errors(), self._broker.redis.pipeline(transaction=False) as pipeline:
            pipeline.zrem(RECORDINGS, recording)
            pipeline.delete(CameraKeys(recording).status)
            pipeline.execute()

    def recordings(self) -> list[str]:
        """Return the ids of the recordings in work, sorted."""
        return self._names(RECORDINGS)

    def camera_status(self, camera: str) -> CameraStatus | None:
        """Return a camera's status; None where its capture has fallen silent."""
        with self._broker.errors():
            fields: Any = self._broker.redis.hgetall(CameraKeys(camera).status)
        return decode_status(fields) if fields else None

    def camera_statuses(self, cameras: Sequence[str]) -> list[CameraStatus | EntryError | None]:
        """Return the same of several cameras, asked for at once; the error where one cannot be decoded."""
        with self._broker.errors(), self._broker.redis.pipeline(transaction=False) as pipeline:
            for camera in cameras:
                pipeline.hgetall(CameraKeys(camera).status)
            replies: Any = pipeline.execute()
        return [_decoded_status(fields) for fields in replies]

    def worker_is_here(
        self,
        worker: str,
        *,
        host: str,
        fps: float,
        privacy: Privacy,
        depends_on: Mapping[str, str] | None = None,
    ) -> None:
        """Write that a worker is there and what it does."""
        now = self._now()
        words = {"host": host, "fps": round(fps, 2), "privacy": privacy.value}
        about = json.dumps({**words, "depends_on": dict(depends_on or {})})
        with self._broker.errors(), self._broker.redis.pipeline(transaction=False) as pipeline:
            pipeline.set(worker_key(worker), about, ex=int(FORGOTTEN_AFTER_S))
            pipeline.zadd(WORKERS, {worker: now})
            pipeline.zremrangebyscore(WORKERS, "-inf", now - FORGOTTEN_AFTER_S)
            pipeline.execute()

    def worker_left(self, worker: str) -> None:
        """Take a worker that stops off the list."""
        with self._broker.errors(), self._broker.redis.pipeline(transaction=False) as pipeline:
            pipeline.zrem(WORKERS, worker)
            pipeline.delete(worker_key(worker))
            pipeline.execute()

    def workers(self) -> list[Worker]:
        """Return the workers that are there, by id; one whose words cannot be read is left out, and named."""
        now = self._now()
        with self._broker.errors():
            rows: Any = self._broker.redis.zrangebyscore(
                WORKERS, now - FORGOTTEN_AFTER_S, "+inf", withscores=True
            )
        found = (self._worker(name, round(1000 * max(0.0, now - seen))) for name, seen in _named(rows))
        return sorted((worker for worker in found if worker is not None), key=lambda worker: worker.id)

    def _names(self, key: str) -> list[str]:
        with self._broker.errors():
            names: Any = self._broker.redis.zrangebyscore(key, self._now() - FORGOTTEN_AFTER_S, "+inf")
        return sorted(name.decode(errors="replace") for name in names)

    def _worker(self, name: str, heartbeat_age_ms: int) -> Worker | None:
        try:
            with self._broker.errors():
                raw: Any = self._broker.redis.get(worker_key(name))
            return None if raw is None else _decode_worker(name, raw, heartbeat_age_ms)
        except (EntryError, BrokerErrorReply) as error:
            seldom.warning("worker %s is not listed: %s", repr(name[:40]), error)
            return None

    def _now(self) -> float:
        # Where this machine was suspended, its own clock stood still, and heartbeats would be of long ago.
        self._clock.refresh()
        return self._clock.now() / 1e9


def _decoded_status(fields: Fields) -> CameraStatus | EntryError | None:
    try:
        return decode_status(fields) if fields else None
    except EntryError as error:
        return error


def _named(rows: list[tuple[bytes, float]]) -> list[tuple[str, float]]:
    return [(name.decode(errors="replace"), seen) for name, seen in rows]


def _decode_worker(name: str, raw: bytes, heartbeat_age_ms: int) -> Worker:
    try:
        about = json.loads(raw)
        privacy = about.get("privacy")
        return Worker(
            name,
            str(about["host"]),
            _finite(about["fps"]),
            heartbeat_age_ms,
            None if privacy is None else Privacy(privacy),
            {str(key): str(value) for key, value in about.get("depends_on", {}).items()},
        )
    except (ValueError, TypeError, AttributeError, KeyError, OverflowError, RecursionError) as error:
        raise EntryError(f"it describes itself wrongly: {raw[:40]!r}") from error


def _finite(value: object) -> float:
    # JSON has no NaN and no Infinity, and the programs' interface is JSON.
    number = float(cast(Any, value))
    if not math.isfinite(number):
        raise ValueError("not finite")
    return number
