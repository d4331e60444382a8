"""The pictures: a camera's feed and its newest annotated frame."""

import time
from collections.abc import Iterator

from flask import Blueprint, Response, abort, request

from services.web import mjpeg
from services.web.directory import Directory
from services.web.hub import Hub
from services.web.line import Line, line_of
from services.web.metrics import Metrics
from services.web.multipart import CONTENT_TYPE
from services.web.picture import Picture, unix_seconds
from services.web.placeholder import MARK_HEADER

WAIT_FOR_PICTURE_S = 2.5
"""A camera that is opened on demand needs some time for its first picture."""

NO_SUCH_CAMERA = "There is no such camera."


def look_once(hub: Hub, camera: str) -> Picture:
    """Return a camera's live picture, for one who looks for a moment; abort with 503 where there is none."""
    channel = hub.touch(camera)
    picture = channel.fresh_picture(WAIT_FOR_PICTURE_S)
    if picture is None:
        abort(503, f"No picture from {camera}. {hub.reason(channel)}")
    return picture


def blueprint(directory: Directory, hub: Hub, metrics: Metrics) -> Blueprint:
    """Return the routes of the pictures."""
    bp = Blueprint("feeds", __name__)

    def stream_to(line: Line, camera: str) -> Iterator[bytes]:
        # A generator that was never started holds no viewer: nothing is left behind by one who has gone.
        with hub.viewer(camera) as channel:
            yield from mjpeg.parts(
                channel.feed,
                line,
                is_fresh=channel.is_fresh,
                placeholder=lambda: hub.placeholder(channel),
                sent=metrics.sent_to(camera),
            )

    @bp.get("/cameras/<camera>/stream.mjpg")
    def stream(camera: str) -> Response:
        if not directory.appears(camera):
            abort(404, NO_SUCH_CAMERA)
        answer = Response(stream_to(line_of(request.environ), camera), content_type=CONTENT_TYPE)
        # Proxies must not collect the pictures.
        answer.headers["X-Accel-Buffering"] = "no"
        return answer

    @bp.get("/cameras/<camera>/snapshot.jpg")
    def snapshot(camera: str) -> Response:
        if not directory.has(camera):
            abort(404, NO_SUCH_CAMERA)
        picture = look_once(hub, camera)
        if not picture.part:
            instead = hub.placeholder_jpeg(hub.touch(camera))
            return Response(instead, content_type="image/jpeg", headers=MARK_HEADER)
        answer = Response(picture.result.jpeg, content_type="image/jpeg")
        answer.headers["X-Frame-Seq"] = str(picture.result.seq)
        answer.headers["X-Captured-At"] = unix_seconds(picture.result.t)
        name = f"{camera}-{time.strftime('%Y%m%d-%H%M%S', time.localtime(picture.result.t / 1e9))}.jpg"
        answer.headers["Content-Disposition"] = f'inline; filename="{name}"'
        return answer

    return bp
