"""The page "Use this device's camera", and the WebSocket behind it."""

import logging
import socket
from collections.abc import Callable, Iterable
from typing import Any

from flask import Blueprint, Response, abort, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from services.web.browser.cameras import BrowserCameras, TooMany
from services.web.browser.session import MOST_MESSAGE_BYTES, Session
from services.web.browser.websocket import Code, End, Refused, WebSocket, WebSocketClosed, upgrade
from services.web.pages import error_page
from shared.logs import Seldom

log = logging.getLogger(__name__)
seldom = Seldom(log)

NO_SOCKET = "This server has no WebSockets."
TURNED_OFF = "Browsers may not be cameras here (MIEN_BROWSER_CAMERAS=0)."


class Done(Response):
    """The answer to a request whose connection was taken over: there is nothing left to say."""

    def __call__(self, environ: Any, start_response: Any) -> Iterable[bytes]:  # noqa: ANN401, ARG002  Werkzeug's
        """End the connection, as gunicorn understands it."""
        raise StopIteration


def blueprint(cameras: BrowserCameras, cut_off: Callable[[int], None], *, secure: bool) -> Blueprint:
    """Return the routes of browser cameras.

    Args:
        cameras: those who send.
        cut_off: is told the code of each sender that was cut off.
        secure: whether this very service speaks HTTPS, so that no page of HTTP is of it.
    """
    bp = Blueprint("device", __name__)

    @bp.get("/device")
    def page() -> str:
        return render_template("device.html", turned_off=TURNED_OFF if cameras.most == 0 else "")

    @bp.get("/device/frames", websocket=True)
    def frames() -> AnyResponse:
        connection = request.environ.get("gunicorn.socket")
        if not isinstance(connection, socket.socket):
            abort(501, NO_SOCKET)
        origins = _origins(request.host, secure=secure)
        try:
            opened = upgrade(connection, request.path, dict(request.headers), origins, MOST_MESSAGE_BYTES)
        except Refused as refused:
            return error_page(refused.status, f"{refused}.")
        except WebSocketClosed:
            return Done()
        _talk(opened)
        return Done()

    def _talk(opened: WebSocket) -> None:
        try:
            with cameras.camera() as camera:
                end = Session(opened, camera, cameras.stop).run()
                name = camera.id
        except TooMany as many:
            opened.close(Code.TRY_LATER, str(many))
            seldom.warning("a browser was sent away: %s", many)
            return
        _tell(name, end)
        # Last, because to tell the browser may take a while.
        opened.close(end.code or Code.NORMAL, end.reason)

    def _tell(camera: str, end: End) -> None:
        if end.by_us and end.code != Code.GOING_AWAY:
            cut_off(end.code)
            seldom.warning("camera %s was cut off (%d): %s", camera, end.code, end.reason, about=camera)
        else:
            # As Python writes it: the browser's own words could look like another line of the log.
            log.info("camera %s has left%s", camera, f": {end.reason!r}" if end.reason else "")

    return bp


def _origins(host: str, *, secure: bool) -> list[str]:
    """Return whose pages may send; where we speak HTTP, a proxy may have taken TLS off."""
    return [f"{scheme}://{host}" for scheme in (("https",) if secure else ("http", "https"))]
