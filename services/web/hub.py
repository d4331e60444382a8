"""All cameras that somebody looks at through this process: one reader of the broker each, for all viewers."""

import logging
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from threading import Event, Lock, Thread
from typing import Protocol

from services.web.channel import Channel
from services.web.live.vitals import Vitals
from services.web.ordering import Account, Ordering
from services.web.placeholder import Placeholders
from services.web.reading import Reader, Source
from shared.entities import CameraStatus
from shared.errors import BrokerError, EntryError
from shared.health import Health
from shared.registry import Worker

log = logging.getLogger(__name__)

SAY_EVERY_S = 1.0
"""How often the broker is told who looks; it forgets after five seconds."""

HANGS_AFTER_S = 2.0
"""A broker that keeps a round waiting for longer is as good as away, long before a command's time is over."""

BROKER_IS_AWAY = "The broker cannot be reached. Mien goes on as soon as it is back."


class Says(Protocol):
    """Tells capture who is looking."""

    def look(self, camera: str, web: str, viewers: int) -> None:
        """Say that a web process has so many viewers on a camera; 0 takes it off."""


class Hub:
    """The channels of this process.

    Attributes:
        workers: those that were there in the last round.

    Args:
        web: this process's id.
        watching: tells capture who is looking.
        status: returns capture's words about a camera.
        source: returns where a camera's results are read.
        vitals: returns a camera's numbers.
        refresh: reaches the broker, keeps its clock right, and returns the workers.
        health: is told of each round.
        clock: this process's, in seconds.
    """

    def __init__(
        self,
        web: str,
        *,
        watching: Says,
        status: Callable[[str], CameraStatus | None],
        source: Callable[[str], Source],
        vitals: Callable[[str], Vitals],
        refresh: Callable[[], Sequence[Worker]],
        health: Health,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._web = web
        self._watching = watching
        self._status = status
        self._source = source
        self._vitals = vitals
        self._refresh = refresh
        self._health = health
        self._clock = clock
        self._lock = Lock()
        self._channels: dict[str, Channel] = {}
        self._accounts: dict[str, Account] = {}
        self._placeholders = Placeholders()
        self._wake = Event()
        self._stop = Event()
        self._away = False
        self._asking_since: float | None = None
        self.workers: Sequence[Worker] = ()

    def start(self) -> None:
        """Begin to tell the broker who looks."""
        Thread(target=self._rounds, name="hub", daemon=True).start()

    def close(self) -> None:
        """End every feed and reader, and tell the broker that nobody looks."""
        self.stop()
        with suppress(BrokerError):
            for channel in self._open_channels():
                if channel.said:
                    self._watching.look(channel.camera, self._web, 0)

    def stop(self) -> None:
        """End every feed and reader."""
        self._stop.set()
        self._wake.set()
        for channel in self._open_channels():
            channel.end()

    @contextmanager
    def viewer(self, camera: str) -> Iterator[Channel]:
        """Count a viewer of a camera while the block runs."""
        with self._lock:
            channel = self._channel(camera)
            channel.viewers += 1
        try:
            yield channel
        finally:
            with self._lock:
                channel.leave()

    @contextmanager
    def reader(self, camera: str) -> Iterator[Channel]:
        """Count a reader of a camera's events while the block runs."""
        with self._lock:
            channel = self._channel(camera)
            channel.readers += 1
            if channel.readers == 1:
                # Nobody asked for the camera's numbers until now.
                self._wake.set()
        try:
            yield channel
        finally:
            with self._lock:
                channel.read_no_more()

    def touch(self, camera: str) -> Channel:
        """Return a camera's channel and count somebody as looking at it for a while."""
        with self._lock:
            channel = self._channel(camera)
            channel.touch()
            return channel

    def placeholder(self, channel: Channel) -> bytes:
        """Return the part that stands for a picture of a camera that gives none."""
        return self._placeholders.part(channel.notice(self.reason(channel)))

    def placeholder_jpeg(self, channel: Channel) -> bytes:
        """Return the same as a picture by itself."""
        return self._placeholders.jpeg(channel.notice(self.reason(channel)))

    def reason(self, channel: Channel) -> str:
        """Return why a camera gives no picture, in a sentence."""
        return BROKER_IS_AWAY if self._away else channel.reason()

    def hears_the_broker(self) -> bool:
        """Return whether the broker answers."""
        since = self._asking_since
        return not self._away and (since is None or self._clock() - since < HANGS_AFTER_S)

    def newest(self, camera: str) -> int | None:
        """Return the capture time, Unix ns, of the newest result that is shown live; None where none is."""
        with self._lock:
            channel = self._channels.get(camera)
        _, picture = channel.feed.latest() if channel else (0, None)
        return picture.result.t if channel and picture and channel.is_fresh(picture) else None

    def viewers(self) -> Mapping[str, int]:
        """Return the open feed connections of each camera that has had any."""
        with self._lock:
            now = {camera: channel.viewers for camera, channel in self._channels.items()}
            return {camera: now.get(camera, 0) for camera in self._accounts}

    def accounts(self) -> Mapping[str, Account]:
        """Return the account of each camera that was read."""
        with self._lock:
            return dict(self._accounts)

    def forget(self, camera: str) -> bool:
        """Forget a camera that never comes back; return False while somebody looks at it."""
        with self._lock:
            if camera in self._channels:
                return False
            self._accounts.pop(camera, None)
        self._placeholders.forget(camera)
        return True

    def round(self) -> None:
        """Close what nobody looks at; say who looks; learn how the cameras are.

        Raises:
            BrokerError: the broker is away or refuses.
        """
        self._close_deserted()
        self.workers = self._refresh()
        for channel in self._open_channels():
            looking = channel.looking()
            if looking or channel.said:
                self._watching.look(channel.camera, self._web, looking)
                channel.said = looking
            channel.status = self._status_of(channel.camera)
            if channel.readers:
                channel.vitals = self._vitals(channel.camera)

    def _channel(self, camera: str) -> Channel:
        channel = self._channels.get(camera)
        if channel is None or channel.feed.closed:
            account = self._accounts.setdefault(camera, Account())
            channel = self._channels[camera] = Channel(camera, account, self._clock)
            self._start_reader(channel)
        if channel.said == 0:
            # An on-demand camera opens when it hears of somebody: not a second later.
            self._wake.set()
        return channel

    def _start_reader(self, channel: Channel) -> None:
        reader = Reader(self._source(channel.camera), Ordering(channel.account), channel.show, self._clock)
        name = f"reader-{channel.camera}"
        Thread(target=reader.run, args=(channel.stop,), name=name, daemon=True).start()

    def _open_channels(self) -> list[Channel]:
        with self._lock:
            return list(self._channels.values())

    def _close_deserted(self) -> None:
        with self._lock:
            for camera, channel in list(self._channels.items()):
                if channel.deserted() and not channel.said:
                    channel.end()
                    del self._channels[camera]

    def _status_of(self, camera: str) -> CameraStatus | None:
        try:
            return self._status(camera)
        except EntryError:
            return None

    def _rounds(self) -> None:
        while not self._stop.is_set():
            self._one_round()
            self._wake.wait(SAY_EVERY_S)
            self._wake.clear()

    def _one_round(self) -> None:
        self._asking_since = self._clock()
        try:
            self.round()
        except BrokerError as error:
            if not self._away:
                log.warning("%s; trying again until it answers", error)
            self._away = True
        except Exception:
            # The rounds must not end: without them, nobody is said to look and no reader is ever closed.
            log.exception("a round failed; the next one follows")
            self._health.beat(ready=False)
            return
        else:
            if self._away:
                log.info("the broker is back")
            self._away = False
        finally:
            self._asking_since = None
        self._health.beat(ready=not self._away)
