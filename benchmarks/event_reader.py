"""A reader of a camera's events: notes the age of each result."""

import json
from dataclasses import dataclass, field

END_OF_MESSAGE = b"\n\n"
END_OF_HEAD = b"\r\n\r\n"
RESULT = b"event: result\n"
DATA = b"\ndata: "


@dataclass(slots=True)
class EventReader:
    """One reader of events.

    Attributes:
        ages_ms: of each result that has arrived since it was last reset, in milliseconds since its capture.
        ended: whether the answer has.
    """

    ages_ms: list[float] = field(default_factory=list)
    ended: bool = False
    _begun: bool = False
    _rest: bytes = b""

    def reset(self) -> None:
        """Forget what has arrived."""
        self.ages_ms = []

    def feed(self, data: bytes, now_s: float) -> None:
        """Take what has arrived at Unix time `now_s`.

        Raises:
            ValueError: these are no events.
        """
        self._rest += data
        if not self._begun and END_OF_HEAD in self._rest:
            head, self._rest = self._rest.split(END_OF_HEAD, 1)
            self._check(head)
        if self._begun:
            *messages, self._rest = self._rest.split(END_OF_MESSAGE)
            for message in messages:
                self._take(message, now_s)

    def _check(self, head: bytes) -> None:
        status = head.split(b"\r\n")[0].decode("latin-1")
        if status.split()[1:2] != ["200"]:
            raise ValueError(f"no events: {status}")
        self._begun = True

    def _take(self, message: bytes, now_s: float) -> None:
        if message.startswith(RESULT):
            captured_s = float(json.loads(message.split(DATA, 1)[1])["captured_at"])
            self.ages_ms.append(1000 * (now_s - captured_s))
