"""The pages for people."""

from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, abort, render_template

from services.web.directory import Directory
from services.web.feeds import NO_SUCH_CAMERA
from services.web.workers import LONGEST_LABEL, SILENT_AFTER_MS, row
from shared.entities import EXPRESSIONS
from shared.errors import BrokerError

AGAIN_AFTER_S = 3
"""A page for which the broker or a picture is missing is asked for again then."""


def blueprint(directory: Directory) -> Blueprint:
    """Return the home page and the live page."""
    bp = Blueprint("pages", __name__)

    @bp.get("/")
    def home() -> str:
        limits = {"silent_after_ms": SILENT_AFTER_MS, "longest_label": LONGEST_LABEL}
        return render_template("home.html", **_seen(directory), **limits, expressions=EXPRESSIONS)

    @bp.get("/cameras/<camera>")
    def live(camera: str) -> str:
        # Where the broker has just come back, too, capture has to name its cameras first.
        if not directory.appears(camera):
            abort(404, NO_SUCH_CAMERA)
        return render_template("live.html", camera=camera, expressions=EXPRESSIONS)

    return bp


def error_page(status: int, detail: str) -> Response:
    """Return a plain page that says what went wrong; what may be over soon, the browser asks for again."""
    passing = status == HTTPStatus.SERVICE_UNAVAILABLE
    words = {"title": HTTPStatus(status).phrase, "detail": detail, "passing": passing}
    answer = Response(
        render_template("error.html", status=status, **words), status, content_type="text/html; charset=utf-8"
    )
    if passing:
        answer.headers["Refresh"] = str(AGAIN_AFTER_S)
    return answer


def _seen(directory: Directory) -> dict[str, Any]:
    try:
        workers = [row(worker) for worker in directory.workers()]
        return {"cameras": directory.cameras(), "workers": workers}
    except BrokerError:
        return {"cameras": [], "workers": [], "broker_away": True}
