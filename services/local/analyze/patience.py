"""A broker that is away for a moment: in the same life, it still has what it had."""

from collections.abc import Callable

from services.local.analyze.deployment import Deployment, Say
from shared.errors import BrokerUnreachable, RecordingGone

TRIES = 3
"""So often a broker may be away, or lose a recording, without anything having been stored meanwhile."""


class Patience:
    """Does steps again that the broker's absence has cut short.

    Raises:
        BrokerError: the broker is away already, or refuses.
    """

    def __init__(self, deployment: Deployment, say: Say) -> None:
        """Begin with a broker's life as it is now; `say` takes a line for a person."""
        self._deployment = deployment
        self._say = say
        self._life = deployment.life()
        self._done = 0
        self._in_vain = 0

    def through(self, step: Callable[[], bool], done: int) -> bool:
        """Return what a step returns; False where it is to be done again, when the broker answers.

        Args:
            step: may be done again wherever it was cut short.
            done: how much is done so far.

        Raises:
            RecordingGone: the broker was started again, or another one took its place.
            BrokerError: it does not answer, answers no step, or refuses.
            SettingsError: as `Deployment.look`.
        """
        try:
            return step()
        except BrokerUnreachable as error:
            self._wait(error, done)
            return False

    def _wait(self, error: BrokerUnreachable, done: int) -> None:
        self._in_vain = 0 if done > self._done else self._in_vain + 1
        self._done = done
        if self._in_vain >= TRIES:
            raise error
        self._deployment.await_broker()
        if self._deployment.life() != self._life:
            raise RecordingGone(str(error)) from error
        self._say(f"{error}; it is back")
