"""Holding what is answered to the OpenAPI document."""

from collections.abc import Callable, Iterable
from typing import Any

import schemathesis
from requests import PreparedRequest, Response
from requests.adapters import HTTPAdapter
from schemathesis.specs.openapi import checks
from schemathesis.specs.openapi.schemas import OpenApiSchema

from services.web.openapi.document import document

ENDLESS = ("text/event-stream", "multipart/")
"""Of such answers only the beginning is read."""

CHECKS: list[schemathesis.CheckFunction] = [
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
    checks.unsupported_method,
    checks.allow_header_conformance,
]
"""Not that a 503 is none: it is the answer where a camera gives no picture. A 500 is nowhere described."""

App = Callable[..., Iterable[bytes]]


def described(app: "Beginnings | None" = None) -> OpenApiSchema:
    """Return the document for schemathesis, each of its records closed; `app` answers, or else a server."""
    schema = schemathesis.openapi.from_dict(strict(document("mien")))
    schema.app = app
    return schema


def strict(part: Any) -> Any:  # noqa: ANN401  any piece of the document
    """Return a document in which records have no field that is not described.

    The one that is served leaves room for fields to come; what is answered today must all stand in it.
    """
    if isinstance(part, dict):
        closed = {name: strict(value) for name, value in part.items()}
        record = "properties" in part and "object" in part.get("type", ())
        return closed | ({"additionalProperties": False} if record else {})
    return [strict(one) for one in part] if isinstance(part, list) else part


class Beginnings:
    """An application of WSGI whose endless answers end after their first piece.

    Attributes:
        app: the application, which need not be there yet when the tests are collected.
    """

    app: App

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer a request."""
        kinds: list[str] = []

        def noted(status: str, headers: list[tuple[str, str]], *rest: object) -> object:
            kinds.extend(value for name, value in headers if name.lower() == "content-type")
            return start_response(status, headers, *rest)

        pieces = self.app(environ, noted)
        if not kinds or not kinds[0].startswith(ENDLESS):
            return pieces
        first = next(iter(pieces), b"")
        close = getattr(pieces, "close", None)
        if close is not None:
            close()
        return [first]


class BeginningsOverHttp(HTTPAdapter):
    """Asks over HTTP, and reads the first piece of endless answers."""

    def send(self, request: PreparedRequest, *args: Any, **options: Any) -> Response:  # noqa: ANN401  requests'
        """Ask, and return the answer."""
        answer = super().send(request, *args, **(options | {"stream": True}))
        if answer.headers.get("Content-Type", "").startswith(ENDLESS):
            # So that nobody reads on.
            answer._content = next(answer.iter_content(None), b"")
            answer.close()
        return answer
