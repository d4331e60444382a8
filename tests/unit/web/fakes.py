"""Fakes of what the web service stands on."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from io import BytesIO
from threading import Event

from flask import Flask
from PIL import Image
from prometheus_client import CollectorRegistry

from services.web.access import Access
from services.web.app import Dependencies, create_app
from services.web.attempts import Attempts
from services.web.browser.camera import BrowserCamera
from services.web.browser.cameras import BrowserCameras, CameraStreams
from services.web.directory import Directory
from services.web.floor import Floor
from services.web.history.routes import Archive
from services.web.hub import Hub
from services.web.live.vitals import Vitals
from services.web.metrics import Metrics
from services.web.reading import Source
from shared.entities import EXPRESSIONS, Box, CameraState, CameraStatus, Face, Privacy, Result
from shared.entries import entry_order, result_fields
from shared.errors import BrokerErrorReply, BrokerUnreachable, EntryError
from shared.health import Health
from shared.keys import CameraKeys
from shared.registry import Worker
from shared.streams import Entry
from tests.unit.web.history.past import FakePast

TOKEN = "a-token-that-nobody-guesses"

BEARER = {"Authorization": f"Bearer {TOKEN}"}

NOW_NS = 1_700_000_000_000_000_000


def jpeg(size: tuple[int, int] = (64, 48)) -> bytes:
    out = BytesIO()
    Image.new("RGB", size, (90, 120, 150)).save(out, "JPEG")
    return out.getvalue()


def face() -> Face:
    scores = dict.fromkeys(EXPRESSIONS, 0.05) | {"happy": 0.7}
    return Face(Box(1, 2, 30, 40), "happy", 0.7, scores, 7)


def result(frame: int, n: int | None = None, *, t: int = NOW_NS, picture: bytes = b"jpeg") -> Result:
    """Return the result of frame `frame`, the `n`th published (by default, in the frames' order)."""
    number = frame if n is None else n
    return Result(frame, t, f"{frame}-0", "w1", {"detect": 1.0}, (face(),), picture, number)


def numbers(frame: int, *, t: int = NOW_NS) -> Result:
    """Return the result of a frame whose picture did not leave the worker."""
    return replace(result(frame, t=t), jpeg=b"", privacy=Privacy.NUMBERS)


def entry(of: Result, entry_id: str | None = None) -> Entry:
    fields = result_fields(of) | {"n": str(of.n)}
    raw = {
        key.encode(): value if isinstance(value, bytes) else value.encode() for key, value in fields.items()
    }
    return Entry(entry_id or f"{of.n}-0", raw)


class Clock:
    """A clock that is set by hand: the broker's by `now`, a process's own when called."""

    def __init__(self) -> None:
        self.seconds = 1000.0
        self.broker_ns = NOW_NS

    def __call__(self) -> float:
        return self.seconds

    def now(self) -> int:
        return self.broker_ns

    def move(self, seconds: float) -> None:
        self.seconds += seconds
        self.broker_ns += round(seconds * 1e9)


class Results:
    """A results stream in memory. Its reads do not wait."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.away = False

    def add(self, *results: Result) -> None:
        self.entries += [entry(one) for one in results]

    def newest_result(self) -> Entry | None:
        self._answer()
        return self.entries[-1] if self.entries else None

    def results_after(self, last_id: str, *, block_ms: int) -> list[Entry]:
        self._answer()
        return [one for one in self.entries if entry_order(one.id) > entry_order(last_id)]

    def _answer(self) -> None:
        if self.away:
            raise BrokerUnreachable("broker is away")


@dataclass
class World:
    """Everything behind the web service, in memory."""

    clock: Clock = field(default_factory=Clock)
    streams: dict[str, Results] = field(default_factory=dict)
    statuses: dict[str, CameraStatus | Exception | None] = field(default_factory=dict)
    at_work: list[Worker] = field(default_factory=lambda: [Worker("w1", "host", 14.5, 120, Privacy.OFF)])
    looks: list[tuple[str, str, int]] = field(default_factory=list)
    readers_started: list[str] = field(default_factory=list)
    live: dict[str, int] = field(default_factory=dict)
    vitals: dict[str, Vitals] = field(default_factory=dict)
    pasts: dict[str, FakePast] = field(default_factory=dict)
    followed: set[int] = field(default_factory=set)
    asked: list[tuple[str, int]] = field(default_factory=list)
    asks_error: Exception | None = None
    life: str = "first"
    away: bool = False
    least_privacy: Privacy = Privacy.OFF
    withheld: list[str] = field(default_factory=list)

    def add_camera(self, camera: str, state: CameraState = CameraState.LIVE, error: str = "") -> Results:
        self.statuses[camera] = CameraStatus(state, "test", 640, 480, 15.0, error=error)
        return self.streams.setdefault(camera, Results())

    def cameras(self) -> list[str]:
        self.answer()
        return sorted(self.statuses)

    def camera_status(self, camera: str) -> CameraStatus | None:
        self.answer()
        status = self.statuses.get(camera)
        if isinstance(status, Exception):
            raise status
        return status

    def camera_statuses(self, cameras: Sequence[str]) -> list[CameraStatus | EntryError | None]:
        self.answer()
        return [self._status_or_error(camera) for camera in cameras]

    def _status_or_error(self, camera: str) -> CameraStatus | EntryError | None:
        try:
            return self.camera_status(camera)
        except EntryError as error:
            return error

    def newest(self, camera: str) -> int | None:
        return self.live.get(camera)

    def workers(self) -> list[Worker]:
        self.answer()
        return self.at_work

    def look(self, camera: str, web: str, viewers: int) -> None:
        self.answer()
        self.looks.append((camera, web, viewers))

    def viewers(self, camera: str) -> int:
        self.answer()
        last = [viewers for seen, _, viewers in self.looks if seen == camera]
        return last[-1] if last else 0

    def viewers_of(self, cameras: Sequence[str]) -> list[int | BrokerErrorReply]:
        return [self.viewers(camera) for camera in cameras]

    def learn_neutral(self, camera: str, track: int) -> int | None:
        self.answer()
        if self.asks_error is not None:
            raise self.asks_error
        self.asked.append((camera, track))
        return self.clock.now() + 5_000_000_000 if track in self.followed else None

    def results(self, camera: str) -> Results:
        return self.streams.setdefault(camera, Results())

    def run_id(self) -> str:
        self.answer()
        return self.life

    def source(self, camera: str) -> Source:
        self.readers_started.append(camera)
        floor = Floor(self.least_privacy, self.withheld.append)
        return Source(
            self.results(camera), self.run_id, self.clock, self.repeat, partial(floor.applied, camera)
        )

    def repeat(self, step: Callable[[], object], stop: Event) -> None:
        while not stop.is_set():
            with suppress(BrokerUnreachable):
                step()
            stop.wait(0.01)

    def answer(self) -> None:
        if self.away:
            raise BrokerUnreachable("broker is away")

    def refresh(self) -> list[Worker]:
        return self.workers()

    def vitals_of(self, camera: str) -> Vitals:
        self.answer()
        return self.vitals.get(camera, Vitals())

    def past_of(self, camera: str) -> FakePast:
        CameraKeys(camera)
        return self.pasts.setdefault(camera, FakePast(self.answer))

    def hub(self, health: Health | None = None) -> Hub:
        return Hub(
            "web-1",
            watching=self,
            status=self.camera_status,
            source=self.source,
            vitals=self.vitals_of,
            refresh=self.refresh,
            health=health or Health(),
            clock=self.clock,
        )

    def directory(self) -> Directory:
        lists = self, self, self.clock, self.results, self.newest
        return Directory(*lists, monotonic=self.clock, sleep=self.clock.move)


@dataclass
class Site:
    """An application over a world."""

    world: World
    hub: Hub
    app: Flask


def browsers(world: World) -> BrowserCameras:
    def no_streams(_camera: str) -> CameraStreams:
        raise AssertionError("no browser sends in this test")

    def make(camera: str, streams: CameraStreams) -> BrowserCamera:
        return BrowserCamera(camera, streams, world.clock)

    return BrowserCameras(0, Unlisted(), no_streams, make, "web-1")


class Unlisted:
    """A list of cameras that nothing is written to."""

    def camera_is_here(self, camera: str, status: CameraStatus) -> None:
        raise AssertionError(camera)

    def camera_left(self, camera: str) -> None:
        raise AssertionError(camera)


def make_site(world: World) -> Site:
    hub = world.hub()
    registry = CollectorRegistry()
    needs = Dependencies(
        Access(TOKEN),
        Attempts(world.clock),
        world.directory(),
        hub,
        world,
        Metrics(registry, world.clock),
        Health(world.clock),
        browsers(world),
        Archive(world.past_of, world.clock.now),
    )
    app = create_app(needs)
    app.testing = True
    return Site(world, hub, app)
