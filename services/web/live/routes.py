"""The routes of what goes on as it happens."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial

from flask import Blueprint, Response, abort, request

from services.web.directory import Directory
from services.web.feeds import NO_SUCH_CAMERA
from services.web.hub import Hub
from services.web.line import Line, line_of
from services.web.live.asked import EventsAsked, QueryError, events_asked, tiles_asked
from services.web.live.board import Boards
from services.web.live.events import Events
from services.web.live.tiles import CONTENT_TYPE, Tiles
from services.web.metrics import Metrics
from services.web.picture import Picture
from shared.errors import BrokerError

EVENT_STREAM = "text/event-stream"


def blueprint(directory: Directory, hub: Hub, metrics: Metrics) -> Blueprint:
    """Return the routes of events and tiles."""
    bp = Blueprint("live", __name__, url_prefix="/api/v1")
    boards = Boards(hub)

    def events_to(line: Line, camera: str, asked: EventsAsked) -> Iterator[bytes]:
        # A generator that was never started holds no reader: nothing is left behind by one who has gone.
        with hub.reader(camera) as channel:
            told = metrics.events_to(camera)
            yield from Events(channel, boards.of(channel), asked, told).to(line)

    @bp.get("/cameras/<camera>/events")
    def events(camera: str) -> Response:
        try:
            asked = events_asked(request.args, request.headers.get("Last-Event-ID"))
        except QueryError as error:
            abort(400, str(error))
        if not directory.appears(camera):
            abort(404, NO_SUCH_CAMERA)
        return _streamed(events_to(line_of(request.environ), camera, asked), EVENT_STREAM)

    @bp.get("/cameras/stream")
    def tiles() -> Response:
        try:
            asked = tiles_asked(request.args)
        except QueryError as error:
            abort(400, str(error))
        for camera in asked.cameras or ():
            if not directory.appears(camera):
                abort(404, f"{NO_SUCH_CAMERA[:-1]}: {camera}.")
        cameras = Listed(directory.names) if asked.cameras is None else partial(_named, asked.cameras)
        parts = Tiles(hub, asked.fps, cameras, _told(metrics))
        return _streamed(parts.to(line_of(request.environ)), CONTENT_TYPE)

    return bp


class Listed:
    """The cameras of the directory; while the broker is away, those that it told of last."""

    def __init__(self, names: Callable[[], Sequence[str]]) -> None:
        self._names = names
        self._last: Sequence[str] = ()

    def __call__(self) -> Sequence[str]:
        """Return their ids."""
        try:
            self._last = self._names()
        except BrokerError:
            return self._last
        return self._last


def _named(cameras: Sequence[str]) -> Sequence[str]:
    return cameras


def _told(metrics: Metrics) -> Callable[[str, Picture], None]:
    return lambda camera, picture: metrics.sent_to(camera)(picture)


def _streamed(pieces: Iterator[bytes], content_type: str) -> Response:
    answer = Response(pieces, content_type=content_type)
    # Proxies must not collect the pieces.
    answer.headers["X-Accel-Buffering"] = "no"
    return answer
