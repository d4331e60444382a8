"""The application factory."""

import logging
from dataclasses import dataclass
from http import HTTPStatus

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from services.web import api, feeds, guard, pages, probes
from services.web.access import Access
from services.web.attempts import Attempts
from services.web.browser import routes as browser
from services.web.browser.cameras import BrowserCameras
from services.web.directory import Directory
from services.web.history import routes as history
from services.web.hub import Hub
from services.web.live import routes as live
from services.web.metrics import Metrics
from services.web.openapi import routes as openapi
from services.web.problems import problem, wants_problem
from shared.errors import BrokerError, BrokerErrorReply
from shared.health import Health
from shared.logs import Seldom

seldom = Seldom(logging.getLogger(__name__))

LARGEST_BODY_BYTES = 16 * 1024
"""Of a request: the only one with a body carries a token."""

HEADERS = {
    # Scripts and styles come from files of ours; nothing is loaded from elsewhere, and nobody may frame us.
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Permissions-Policy": "camera=(self), microphone=(), geolocation=()",
    # Nobody else is told. With "no-referrer", our own forms would come with `Origin: null`, as others' can.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}

BROKER_AWAY = "The broker cannot be reached."
BROKER_ERROR = "The broker answers with an error; the service's log says which."


@dataclass(frozen=True, slots=True)
class Dependencies:
    """What the application stands on.

    Attributes:
        access: who may enter.
        attempts: slows down who guesses.
        directory: the cameras and workers.
        hub: the feeds.
        asks: hands workers what viewers ask for.
        metrics: counts what is sent.
        health: whether the service is alive.
        browsers: those that are cameras.
        archive: the history of the cameras.
    """

    access: Access
    attempts: Attempts
    directory: Directory
    hub: Hub
    asks: api.Asks
    metrics: Metrics
    health: Health
    browsers: BrowserCameras
    archive: history.Archive


def create_app(needs: Dependencies) -> Flask:
    """Return the application."""
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY_BYTES
    app.json.sort_keys = False  # type: ignore[attr-defined]  # the provider that Flask makes has it
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    app.register_blueprint(guard.blueprint(needs.access, needs.attempts))
    app.register_blueprint(pages.blueprint(needs.directory))
    app.register_blueprint(feeds.blueprint(needs.directory, needs.hub, needs.metrics))
    app.register_blueprint(api.blueprint(needs.directory, needs.hub, needs.asks))
    app.register_blueprint(live.blueprint(needs.directory, needs.hub, needs.metrics))
    senders = browser.blueprint(needs.browsers, needs.metrics.cut_off, secure=needs.access.secure)
    app.register_blueprint(senders)
    app.register_blueprint(history.blueprint(needs.directory, needs.archive))
    app.register_blueprint(openapi.blueprint(needs.access.cookie_name))
    app.register_blueprint(probes.blueprint(needs.directory, needs.health))
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(BrokerError, _broker_error)
    app.after_request(_with_headers)
    return app


def _http_error(error: HTTPException) -> AnyResponse:
    status, detail = error.code or 500, error.description or ""
    if status < HTTPStatus.BAD_REQUEST:
        # A redirect, to the path with or without its last slash.
        return error.get_response()
    answer = _answer(status, detail)
    for name, value in error.get_headers():
        if name.lower() == "allow":
            answer.headers[name] = value
    return answer


def _broker_error(error: BrokerError) -> Response:
    if isinstance(error, BrokerErrorReply):
        # It is there: a key of another type, or no memory left.
        seldom.warning("%s", error)
        return _answer(503, BROKER_ERROR)
    if wants_problem(request):
        return problem(503, BROKER_AWAY)
    return pages.error_page(503, f"{BROKER_AWAY} Mien goes on as soon as it is back.")


def _answer(status: int, detail: str) -> Response:
    return problem(status, detail) if wants_problem(request) else pages.error_page(status, detail)


def _with_headers(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if request.endpoint != "static":
        response.headers.setdefault("Cache-Control", "no-store")
    return response
