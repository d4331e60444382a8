"""Watches one camera: reads its results and its status, keeps what was told, and tells what has changed."""

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Event as Flag
from typing import Protocol

from services.notify.events import Event
from services.notify.memory import decode_scene, encode_scene
from services.notify.scene import (
    NS,
    SILENT_AFTER_S,
    Scene,
    Step,
    after_result,
    after_status,
    after_time,
    begun_again,
)
from shared.entities import CameraStatus
from shared.entries import decode_result, entry_order
from shared.errors import BrokerRefused, EntryError
from shared.logs import Seldom
from shared.streams import Entry
from shared.telling import Told

log = logging.getLogger(__name__)

BLOCK_MS = 100
"""How long one read of the results waits: there is the status to ask for, and who has left."""

STATUS_EVERY_S = 0.2
LOOK_EVERY_S = 1.0
CHECK_EVERY_S = 1.0

KEEP_EVERY_S = 10.0
"""How often what was told is kept although nothing has changed: the broker forgets it after a minute."""

REST_S = 0.2
"""How often a replica that does not lead looks whether it does."""

REFUSED_WAIT_S = 1.0

NEVER = float("-inf")

FIRST_ID = "0-0"


class Results(Protocol):
    """A camera's results stream."""

    def newest_result(self) -> Entry | None:
        """Return the newest entry, or None."""

    def results_after(self, last_id: str, *, block_ms: int) -> list[Entry]:
        """Wait for entries behind `last_id`; return them, oldest first."""


class Keeps(Protocol):
    """Keeps what was told, for whoever leads next."""

    def claim(self, term: int) -> Told | None:
        """Return what was told; None where a later leader has been here."""

    def write(self, term: int, told: Told) -> bool:
        """Keep what is told now; return False where it is another's to tell."""


@dataclass(frozen=True, slots=True)
class Place:
    """What a watcher needs of the broker.

    Attributes:
        results: the camera's results.
        status: returns capture's words about the camera.
        look: says that somebody looks at the camera.
        telling: keeps what was told.
        now: the broker's time, in Unix ns.
        repeat: calls a step until a flag is set, and waits for the broker where it is away.
    """

    results: Results
    status: Callable[[], CameraStatus | None]
    look: Callable[[], None]
    telling: Keeps
    now: Callable[[], int]
    repeat: Callable[[Callable[[], object], Flag], None]


class Watcher:
    """One camera.

    Args:
        camera: its id.
        place: where it is watched.
        term: returns the term in which this replica leads; None while another does.
        tell: takes events that are this replica's to tell.
        show: takes the scene after each step that may have changed it.
        monotonic: this process's clock, in seconds.
    """

    def __init__(
        self,
        camera: str,
        place: Place,
        *,
        term: Callable[[], int | None],
        tell: Callable[[Sequence[Event]], None],
        show: Callable[[Scene], None],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._camera = camera
        self._place = place
        self._leads = term
        self._tell = tell
        self._show = show
        self._monotonic = monotonic
        self._seldom = Seldom(log)
        self._scene = Scene()
        self._term: int | None = None
        self._version = 0
        self._last_id = FIRST_ID
        self._status_at = self._looked_at = self._kept_at = self._checked_at = NEVER

    def run(self, stop: Flag) -> None:
        """Watch until `stop` is set; a broker that is away is waited for, one that refuses is asked again."""
        while not stop.is_set():
            try:
                self._place.repeat(lambda: self.step(stop), stop)
            except BrokerRefused as error:
                self._seldom.warning("%s", error)
                stop.wait(REFUSED_WAIT_S)

    def step(self, stop: Flag) -> None:
        """Read once, for a moment; rest where another replica leads.

        Raises:
            BrokerError: the broker is away or refuses.
        """
        term = self._leads()
        if term is None:
            self._term = None
            stop.wait(REST_S)
            return
        if term != self._term and not self._take_over(term):
            stop.wait(REST_S)
            return
        self._look()
        scene, events = self._after_status(self._scene)
        for entry in self._entries():
            scene, changes = self._after_entry(scene, entry)
            events += changes
        scene, left = after_time(scene, self._camera, self._place.now())
        self._commit(scene, events + left)
        if self._due("_checked_at", CHECK_EVERY_S):
            self._check_the_stream()

    def _take_over(self, term: int) -> bool:
        told = self._place.telling.claim(term)
        if told is None:
            return False
        if told.data and told.version != self._version:
            # Another replica has told more than this one, which may have led before.
            self._scene = self._decoded(told.data)
        self._version, self._term = told.version, term
        self._last_id = self._resumed()
        self._kept_at = NEVER
        return True

    def _resumed(self) -> str:
        """Return behind which result to go on: at the oldest, where frames of it are still to be told."""
        newest = self._place.results.newest_result()
        if newest is None or self._scene.newest:
            return FIRST_ID
        # Nothing was told of it before: what it showed before now is no news.
        order = entry_order(newest.id)
        return f"{order[0]}-{max(order[1] - 1, 0)}" if order[1] else f"{order[0] - 1}-0"

    def _look(self) -> None:
        if self._due("_looked_at", LOOK_EVERY_S):
            self._place.look()

    def _after_status(self, scene: Scene) -> Step:
        if not self._due("_status_at", STATUS_EVERY_S):
            return scene, []
        try:
            return after_status(scene, self._camera, self._place.status(), self._place.now())
        except EntryError as error:
            self._seldom.warning("camera %s: %s", self._camera, error)
            return scene, []

    def _entries(self) -> list[Entry]:
        entries = self._place.results.results_after(self._last_id, block_ms=BLOCK_MS)
        if entries:
            self._last_id = entries[-1].id
        return entries

    def _check_the_stream(self) -> None:
        """Begin again if the stream did: after its expiry, a clock set back gives ids before the last one."""
        if self._place.now() - self._scene.newest < SILENT_AFTER_S * NS:
            return
        newest = self._place.results.newest_result()
        if newest and entry_order(newest.id) < entry_order(self._last_id):
            self._last_id = FIRST_ID
            self._scene = begun_again(self._scene)

    def _after_entry(self, scene: Scene, entry: Entry) -> Step:
        try:
            return after_result(scene, self._camera, decode_result(entry.fields))
        except EntryError as error:
            self._seldom.warning("camera %s: result %s is passed over: %s", self._camera, entry.id, error)
            return scene, []

    def _commit(self, scene: Scene, events: list[Event]) -> None:
        """Keep what is told now; only if that is kept, it is told."""
        if events or self._due("_kept_at", KEEP_EVERY_S):
            told = Told(self._version + 1, encode_scene(scene))
            if self._term is None or not self._place.telling.write(self._term, told):
                self._term = None
                return
            self._version = told.version
        self._scene = scene
        if events:
            self._tell(events)
        self._show(scene)

    def _decoded(self, data: bytes) -> Scene:
        try:
            return decode_scene(data)
        except EntryError as error:
            log.warning("camera %s: %s; it begins again", self._camera, error)
            return Scene()

    def _due(self, name: str, every_s: float) -> bool:
        now = self._monotonic()
        due = now - getattr(self, name) >= every_s
        if due:
            setattr(self, name, now)
        return bool(due)
