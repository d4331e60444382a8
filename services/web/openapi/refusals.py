"""Answers that say no: each is the same wherever it is given."""

from services.web.openapi import examples
from services.web.openapi.words import HTML_TYPE, PROBLEM_TYPE, Part, header, ref

WAIT = {"Retry-After": header("After so many seconds the next token is looked at.", {"type": "integer"})}
AGAIN = {"Refresh": header("A browser asks again after so many seconds.", {"type": "integer"})}
CHALLENGE = {"WWW-Authenticate": header("`Bearer`, with its realm.", {"type": "string"})}


def _problem(description: str, status: int, title: str, detail: str, headers: Part | None = None) -> Part:
    content = {PROBLEM_TYPE: {"schema": ref("Problem"), "example": examples.problem(status, title, detail)}}
    return {"description": description, "content": content} | ({"headers": headers} if headers else {})


def _page(description: str, headers: Part | None = None) -> Part:
    told: Part = {"description": description, "content": {HTML_TYPE: {"schema": {"type": "string"}}}}
    return told | ({"headers": headers} if headers else {})


REFUSALS: Part = {
    "Wrong": _problem(
        "A parameter is wrong; `detail` names it.",
        400,
        "Bad Request",
        "rate '99' is not a whole number from 1 to 30",
    ),
    "NoToken": _problem(
        "Without the token, or with a wrong one.",
        401,
        "Unauthorized",
        "A token is needed: Authorization: Bearer TOKEN.",
        CHALLENGE,
    ),
    "Elsewhere": _problem(
        "A browser says that another site sent it.", 403, "Forbidden", "This form was sent by another site."
    ),
    "NoCamera": _problem("There is no such camera.", 404, "Not Found", "There is no such camera."),
    "NoFace": _problem(
        "There is no such camera, or no such face is followed now.",
        404,
        "Not Found",
        "No face of this number is being followed now.",
    ),
    "TooManyTokens": _problem(
        "Too many wrong tokens came from this address.",
        429,
        "Too Many Requests",
        "Too many wrong tokens came from your address. Wait a minute, then try again.",
        WAIT,
    ),
    "Away": _problem(
        "The broker cannot be reached, or answers with an error.",
        503,
        "Service Unavailable",
        "The broker cannot be reached.",
    ),
    "NoPicture": _problem(
        "The broker is away, or the camera gives no picture.",
        503,
        "Service Unavailable",
        "No picture from cam1. The camera is opening.",
    ),
    "SignInPage": _page("Without the token: the page to sign in.", CHALLENGE),
    "NoCameraPage": _page("There is no such camera, on a page."),
    "TooManyTokensPage": _page("Too many wrong tokens came from this address: the page to sign in.", WAIT),
    "AwayPage": _page("The broker is away, or the camera gives no picture, on a page.", AGAIN),
}
"""By name; pages where people look, problems where programs do."""
