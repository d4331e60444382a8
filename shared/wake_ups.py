"""Hearing of new frames instead of asking for them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from shared.broker import Broker
from shared.keys import WAKE_CHANNEL


class WakeUps:
    """Waits for the message that a camera has a new frame, instead of asking again and again."""

    def __init__(self, broker: Broker) -> None:
        self._broker = broker
        self._pubsub: Any = broker.redis.pubsub(ignore_subscribe_messages=True)  # type: ignore[no-untyped-call]  # redis-py has none
        self._subscribed = False

    def wait(self, timeout_s: float) -> set[str]:
        """Return the cameras that have new frames; empty if there was none for `timeout_s` seconds.

        Raises:
            BrokerError: the broker is away; the next call subscribes again.
        """
        with self._resubscribing():
            if not self._subscribed:
                self._pubsub.subscribe(WAKE_CHANNEL)
                self._subscribed = True
            cameras = set()
            message = self._pubsub.get_message(timeout=timeout_s)
            while message is not None:
                cameras.add(message["data"].decode(errors="replace"))
                message = self._pubsub.get_message(timeout=0)
            return cameras

    def close(self) -> None:
        """Close the connection."""
        self._pubsub.close()

    @contextmanager
    def _resubscribing(self) -> Iterator[None]:
        try:
            with self._broker.errors():
                yield
        except BaseException:
            self._subscribed = False
            self._pubsub.close()
            raise
