"""What viewers ask of workers: web writes it beside the tracks, the worker that does it takes it away."""

from shared.broker import Broker
from shared.clock import BrokerClock
from shared.entries import LARGEST, Fields
from shared.keys import CameraKeys
from shared.streams import LARGEST_ID, Limits

LEARN_FOR_S = 5.0
"""How long a resting face is looked at before its scores are corrected by it."""

NEUTRAL = "neutral:"
"""A command is named by this and the track; its value is until when, Unix ns of the broker's clock."""


class Commands:
    """The commands of cameras. Methods raise a `BrokerError` where the broker is away or refuses."""

    def __init__(self, broker: Broker, clock: BrokerClock) -> None:
        self._broker = broker
        self._clock = clock

    def learn_neutral(self, camera: str, track: int) -> int | None:
        """Ask to learn a track's resting face from now on.

        Returns:
            Until when, in Unix nanoseconds of the broker's clock; None where no such track is followed.
        """
        keys = CameraKeys(camera)
        until = self._clock.now() + round(LEARN_FOR_S * 1e9)
        with self._broker.errors():
            ids = self._broker.redis.hget(keys.tracks, "ids")
            if str(track).encode() not in (ids or b"").split():
                return None
            with self._broker.redis.pipeline(transaction=True) as pipeline:
                pipeline.hset(keys.commands, f"{NEUTRAL}{track}", str(until))
                # One that no worker takes is not done later, when the face has long moved on.
                pipeline.pexpire(keys.commands, Limits().tracks_ms)
                pipeline.execute()
        return until


def decode_commands(fields: Fields) -> dict[int, int]:
    """Return until when to learn the resting face of which track; what is no command is passed over."""
    read = (_command(name, value) for name, value in fields.items())
    return dict(command for command in read if command is not None)


def known_commands(fields: Fields) -> Fields:
    """Return those fields that are commands; the rest is for a worker of another version, or expires."""
    return {name: value for name, value in fields.items() if _command(name, value) is not None}


def _command(name: bytes, value: bytes) -> tuple[int, int] | None:
    prefix, track = name[: len(NEUTRAL)], name[len(NEUTRAL) :]
    if prefix != NEUTRAL.encode() or not _is_natural(track, LARGEST_ID) or not _is_natural(value, LARGEST):
        return None
    return int(track), int(value)


def _is_natural(text: bytes, most: int) -> bool:
    return text.isdigit() and len(text) <= len(str(most)) and int(text) <= most
