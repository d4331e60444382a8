"""What machines ask: the probes, and this document."""

from services.web.openapi.words import TEXT_TYPE, Part, answer, answers

NO_TOKEN: Part = {"security": []}
"""Nothing is told, so whoever asks may know."""

ALIVE: Part = NO_TOKEN | {
    "operationId": "alive",
    "tags": ["Service"],
    "summary": "Whether web is alive",
    "responses": {
        "200": answer("It is.", TEXT_TYPE, {"type": "string"}, "ok\n"),
        "503": answer("It is stuck.", TEXT_TYPE, {"type": "string"}, "stuck\n"),
    },
}

READY: Part = NO_TOKEN | {
    "operationId": "ready",
    "tags": ["Service"],
    "summary": "Whether web is ready",
    "description": "The broker can be reached, and each camera that is open gives fresh results.",
    "responses": {
        "200": answer("It is.", TEXT_TYPE, {"type": "string"}, "ready\n"),
        "503": answer("It is not.", TEXT_TYPE, {"type": "string"}, "not ready\n"),
    },
}

DOCUMENT: Part = {
    "operationId": "document",
    "tags": ["Service"],
    "summary": "This document",
    "responses": answers(
        ok=answer("It, in JSON.", "application/json", {"type": "object"}),
        s401="NoToken",
        s429="TooManyTokens",
    ),
}

PATHS: Part = {
    "/healthz": {"get": ALIVE},
    "/readyz": {"get": READY},
    "/api/v1/openapi.json": {"get": DOCUMENT},
}
