"""Answers that say what went wrong: RFC 9457 problem JSON for programs."""

import json
from http import HTTPStatus

from flask import Request, Response

API = "/api/"


def problem(status: int, detail: str) -> Response:
    """Return a problem in the words of RFC 9457; `type` is its `about:blank`, so `title` is the status's."""
    body = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail}
    return Response(json.dumps(body) + "\n", status, content_type="application/problem+json")


def wants_problem(request: Request) -> bool:
    """Return whether a request is a program's, which reads problem JSON, and not a person's."""
    return request.path.startswith(API)
