"""Watches one camera: reads its results and its status, keeps what was told, and tells what has changed."""

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Event as Flag
from typing import Protocol

from services.notify import metrics
from services.notify.events import Event
from services.notify.every import Every
from services.notify.memory import decode_scene, encode_scene
from services.notify.reading import Reading, Results
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
from shared.entries import decode_result
from shared.errors import BrokerError, BrokerErrorReply, EntryError
from shared.logs import Seldom
from shared.streams import Entry
from shared.telling import Told

log = logging.getLogger(__name__)

STATUS_EVERY_S = 0.2
LOOK_EVERY_S = 1.0
CHECK_EVERY_S = 1.0

KEEP_EVERY_S = 10.0
"""How often what was told is kept although nothing has changed: the broker forgets it after a minute."""

REST_S = 0.2
"""How often a replica that does not lead looks whether it does."""

WRONG_WAIT_S = 1.0
"""After the broker did not like a command."""


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
        captures: returns whether capture says anything of any camera.
        look: says that somebody looks at the camera.
        telling: keeps what was told.
        now: the broker's time, in Unix ns.
    """

    results: Results
    status: Callable[[], CameraStatus | None]
    captures: Callable[[], bool]
    look: Callable[[], None]
    telling: Keeps
    now: Callable[[], int]


@dataclass(frozen=True, slots=True)
class Change:
    """What is to be kept, and then told.

    Attributes:
        told: is kept.
        scene: what it says.
        events: are told.
    """

    told: Told
    scene: Scene
    events: Sequence[Event]


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
        self._seldom = Seldom(log)
        self._scene = Scene()
        self._term: int | None = None
        self._version = 0
        self._reading = Reading(place.results)
        self._pending: Change | None = None
        self._status = Every(STATUS_EVERY_S, monotonic)
        self._look = Every(LOOK_EVERY_S, monotonic)
        self._keep = Every(KEEP_EVERY_S, monotonic)
        self._check = Every(CHECK_EVERY_S, monotonic)

    def run(self, stop: Flag) -> None:
        """Watch until `stop` is set, whatever happens."""
        while not stop.is_set():
            try:
                self.step(stop)
            except BrokerErrorReply as error:
                self._seldom.warning("camera %s: %s", self._camera, error)
                stop.wait(WRONG_WAIT_S)
            except BrokerError:
                # The service's own round says so, once for all cameras.
                stop.wait(REST_S)
            except Exception:
                # Without this thread nobody would hear of the camera again.
                log.exception("camera %s: something is wrong; it is watched on", self._camera)
                self._term = None  # So it begins with what was told.
                stop.wait(WRONG_WAIT_S)

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
        if self._look.due():
            self._place.look()
        scene, events = self._after_status(self._scene)
        for entry in self._reading.entries():
            scene, changes = self._after_entry(scene, entry)
            events += changes
        scene, left = after_time(scene, self._camera, self._place.now())
        self._commit(scene, events + left)
        if self._check.due():
            self._check_the_stream()

    def _take_over(self, term: int) -> bool:
        told = self._place.telling.claim(term)
        if told is None:
            return False
        pending, self._pending = self._pending, None
        if pending is not None and pending.told == told:
            # It was kept, and the answer was lost.
            self._done(pending)
        elif told.data and told.version != self._version:
            # Another replica has told more than this one, which may have led before.
            self._scene = self._decoded(told.data)
        self._version = told.version
        # Where nothing was told of the camera before, what it showed before now is no news.
        self._reading.begin(oldest=self._scene.newest > 0)
        self._keep.at_once()
        self._term = term
        return True

    def _after_status(self, scene: Scene) -> Step:
        if not self._status.due():
            return scene, []
        try:
            status = self._place.status()
            absent = status is None and not self._place.captures()
            return after_status(scene, self._camera, status, self._place.now(), absent=absent)
        except EntryError as error:
            self._seldom.warning("camera %s: %s", self._camera, error)
            return scene, []

    def _check_the_stream(self) -> None:
        silent = self._place.now() - self._scene.newest >= SILENT_AFTER_S * NS
        if silent and self._reading.has_begun_again():
            self._reading.begin(oldest=True)
            self._scene = begun_again(self._scene)

    def _after_entry(self, scene: Scene, entry: Entry) -> Step:
        try:
            result = decode_result(entry.fields)
            if scene.n and result.n > scene.n + 1:
                metrics.MISSED.labels(self._camera).inc(result.n - scene.n - 1)
            return after_result(scene, self._camera, result)
        except EntryError as error:
            self._seldom.warning("camera %s: result %s is passed over: %s", self._camera, entry.id, error)
            return scene, []

    def _commit(self, scene: Scene, events: list[Event]) -> None:
        """Keep what is told now; only if that is kept, it is told."""
        if not events and not self._keep.due():
            self._scene = scene
            self._show(scene)
            return
        change = Change(Told(self._version + 1, encode_scene(scene)), scene, events)
        # Where it is not known whether it was kept, that is asked, and the results are read again.
        term, self._term, self._pending = self._term, None, change
        if term is not None and self._place.telling.write(term, change.told):
            self._term, self._pending = term, None
            self._done(change)
        self._pending = None

    def _done(self, change: Change) -> None:
        self._scene, self._version = change.scene, change.told.version
        if change.events:
            self._tell(change.events)
        self._show(change.scene)

    def _decoded(self, data: bytes) -> Scene:
        try:
            return decode_scene(data)
        except EntryError as error:
            log.warning("camera %s: %s; it begins again", self._camera, error)
            return Scene()
