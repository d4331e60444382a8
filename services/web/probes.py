"""Whether the service is alive and ready: for machines that ask without a token, so nothing is told."""

from flask import Blueprint, Response

from services.web.directory import Directory
from shared.errors import BrokerError
from shared.health import Health


def blueprint(directory: Directory, health: Health) -> Blueprint:
    """Return the two probes."""
    bp = Blueprint("probes", __name__)

    @bp.get("/healthz")
    def healthz() -> Response:
        return _text("ok", 200) if health.alive() else _text("stuck", 503)

    @bp.get("/readyz")
    def readyz() -> Response:
        try:
            ready = directory.ready()
        except BrokerError:
            ready = False
        return _text("ready", 200) if ready else _text("not ready", 503)

    return bp


def _text(words: str, status: int) -> Response:
    return Response(words + "\n", status, content_type="text/plain; charset=utf-8")
