"""Who is looking at a camera: web processes say it, capture opens and closes on it."""

from collections.abc import Sequence
from typing import Any

from shared.broker import Broker
from shared.clock import BrokerClock
from shared.errors import BrokerErrorReply
from shared.keys import CameraKeys

LOOKING_FOR_S = 5.0
"""A web process that has not said so again for this long is not looking any longer."""


class Watching:
    """The watchers of cameras. Every method raises a `BrokerError` where the broker is away or refuses.

    A member of the sorted set is `WEB/NUMBER`: the web process and how many viewers it has; its score is the
    time at which it said so, in seconds of the broker's clock.
    """

    def __init__(self, broker: Broker, clock: BrokerClock) -> None:
        self._broker = broker
        self._clock = clock

    def look(self, camera: str, web: str, viewers: int) -> None:
        """Say that a web process has so many viewers on a camera; 0 takes it off."""
        key = CameraKeys(camera).watched
        now = self._now()
        with self._broker.errors():
            mine = [member for member, name, _ in self._members(key, now) if name == web]
            with self._broker.redis.pipeline(transaction=True) as pipeline:
                pipeline.zremrangebyscore(key, "-inf", now - LOOKING_FOR_S)
                if mine:
                    pipeline.zrem(key, *mine)
                if viewers > 0:
                    pipeline.zadd(key, {f"{web}/{viewers}": now})
                    pipeline.expire(key, int(2 * LOOKING_FOR_S))
                pipeline.execute()

    def viewers(self, camera: str) -> int:
        """Return how many viewers a camera has, over all web processes."""
        with self._broker.errors():
            members = self._members(CameraKeys(camera).watched, self._now())
        return sum(viewers for _, _, viewers in members)

    def viewers_of(self, cameras: Sequence[str]) -> list[int | BrokerErrorReply]:
        """Return the same of several cameras, asked for at once; the broker's error where a key is bad."""
        since = self._now() - LOOKING_FOR_S
        with self._broker.errors(), self._broker.redis.pipeline(transaction=False) as pipeline:
            for camera in cameras:
                pipeline.zrangebyscore(CameraKeys(camera).watched, since, "+inf")
            replies: Any = pipeline.execute(raise_on_error=False)
        return [self._viewers(reply) for reply in replies]

    def _viewers(self, reply: Any) -> int | BrokerErrorReply:  # noqa: ANN401  redis-py has no type
        try:
            with self._broker.errors():
                if isinstance(reply, Exception):
                    raise reply
        except BrokerErrorReply as error:
            return error
        return sum(viewers for _, _, viewers in _split(reply))

    def _members(self, key: str, now: float) -> list[tuple[bytes, str, int]]:
        return _split(self._broker.redis.zrangebyscore(key, now - LOOKING_FOR_S, "+inf"))

    def _now(self) -> float:
        return self._clock.now() / 1e9


def _split(raw: Any) -> list[tuple[bytes, str, int]]:  # noqa: ANN401  redis-py has no type
    split = ((member, *member.decode(errors="replace").rpartition("/")) for member in raw)
    return [(member, web, int(number)) for member, web, _, number in split if number.isdecimal()]
