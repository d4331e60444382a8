"""The whole document."""

from services.web.openapi import events, history, lists, machines, pictures, schemas
from services.web.openapi.refusals import REFUSALS
from services.web.openapi.words import Part

DESCRIPTION = (
    "Mien reads the expressions on the faces in front of cameras, live. Every address but the probes needs "
    "the access token: as `Authorization: Bearer TOKEN`, or as the cookie that signing in sets. Any such GET "
    "with `token=TOKEN` in its address signs in: it is answered with 303 and the cookie, and leads to the "
    "same address without it. Errors are problems of RFC 9457. Names and fields are only added within "
    "version 1."
)

TAGS: list[Part] = [
    {"name": "Cameras", "description": "Which there are, and what they show now."},
    {"name": "Events", "description": "Results as they come."},
    {"name": "History", "description": "What was seen before: numbers only."},
    {"name": "Pictures", "description": "Annotated frames."},
    {"name": "Workers", "description": "Who reads the expressions."},
    {"name": "Service", "description": "For machines."},
]

PATHS: Part = lists.PATHS | events.PATHS | history.PATHS | pictures.PATHS | machines.PATHS

SCHEMAS: Part = schemas.SCHEMAS | events.SCHEMAS | history.SCHEMAS


def document(cookie_name: str) -> Part:
    """Return the document of a service whose cookie has this name."""
    return {
        "openapi": "3.1.1",
        "info": {
            "title": "Mien",
            "version": "1",
            "description": DESCRIPTION,
            "license": {"name": "Apache 2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/", "description": "Where this document was found."}],
        "security": [{"token": []}, {"cookie": []}],
        "tags": TAGS,
        "paths": PATHS,
        "components": {
            "schemas": SCHEMAS,
            "responses": REFUSALS,
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer", "description": "The access token."},
                "cookie": {
                    "type": "apiKey",
                    "in": "cookie",
                    "name": cookie_name,
                    "description": "Set by signing in, for browsers.",
                },
            },
        },
    }
