"""The routes of the history: an answer for programs, a page for people."""

import errno
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from flask import Blueprint, Response, abort, render_template, request, url_for

from services.web.directory import APPEARS_WITHIN_S, Directory
from services.web.feeds import NO_SUCH_CAMERA
from services.web.history.bodies import csv_body, json_body
from services.web.history.query import RAW, Query, QueryError, parse_query
from services.web.history.reading import Past, ResultRows, SummedRows
from services.web.problems import problem
from shared.errors import BrokerError, SettingsError
from shared.history_entries import COUNTED
from shared.logs import Seldom

seldom = Seldom(logging.getLogger(__name__))


@dataclass(frozen=True, slots=True)
class Archive:
    """Where the past is kept.

    Attributes:
        of: returns what is kept of a camera; raises a `SettingsError` for what is no camera's id.
        now: returns the broker's time, Unix ns.
    """

    of: Callable[[str], Past]
    now: Callable[[], int]


def blueprint(directory: Directory, archive: Archive) -> Blueprint:
    """Return the routes of the history. To read the past opens no camera."""
    bp = Blueprint("history", __name__)

    @bp.get("/api/v1/cameras/<camera>/expressions")
    def expressions(camera: str) -> Response:
        past, now = known_past(directory, archive, camera), archive.now()
        try:
            query = parse_query(request.args, now)
        except QueryError as error:
            return problem(400, str(error))
        rows = ResultRows(past, query) if query.every == RAW else SummedRows(past, query)
        if query.format == "csv":
            answer = Response(whole_or_cut(csv_body(rows)), content_type="text/csv; charset=utf-8")
            answer.headers["Content-Disposition"] = f'attachment; filename="{file_name(camera, query)}"'
            return answer
        body = json_body(camera, request.path, query, rows, now)
        return Response(whole_or_cut(body), content_type="application/json")

    @bp.get("/cameras/<camera>/history")
    def page(camera: str) -> str:
        known_past(directory, archive, camera, APPEARS_WITHIN_S)
        path = url_for("history.expressions", camera=camera)
        return render_template("history.html", camera=camera, path=path, shown=COUNTED)

    return bp


def known_past(directory: Directory, archive: Archive, camera: str, within_s: float = 0.0) -> Past:
    """Return what is kept of a camera, also of one that is gone.

    Where there is neither, and none appears within `within_s` seconds, abort with 404.
    """
    try:
        past = archive.of(camera)
    except SettingsError:
        abort(404, NO_SUCH_CAMERA)
    gone = not directory.has(camera) and past.kept_sums("1m") is None
    if gone and not directory.appears(camera, within_s):
        abort(404, NO_SUCH_CAMERA)
    return past


def file_name(camera: str, query: Query) -> str:
    """Return what to call a table: the camera, what the rows are, and the time that they are about."""
    kind = "faces" if query.every == RAW else f"every-{query.every}s"
    since, until = (
        datetime.fromtimestamp(ns // 10**9, UTC).strftime("%Y%m%dT%H%M%SZ")
        for ns in (query.span.since, query.span.until)
    )
    return f"{camera}-{kind}-{since}-{until}.csv"


def whole_or_cut(body: Iterator[str]) -> Iterator[str]:
    """Yield a body; where the broker goes away meanwhile, cut the connection.

    An orderly end would make half a table look like a whole one.
    """
    try:
        yield from body
    except BrokerError as error:
        seldom.warning("an answer about the history was cut off: %s", error)
        raise ConnectionResetError(errno.ECONNRESET, "cut off") from error
