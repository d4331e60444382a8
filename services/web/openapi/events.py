"""What happens at a camera, as it happens."""

import json

from services.web.live.asked import RATE
from services.web.openapi import examples
from services.web.openapi.lists import CAMERA
from services.web.openapi.schemas import FACE, RESULT_FIELDS
from services.web.openapi.words import (
    Part,
    answer,
    answers,
    listed,
    number,
    or_null,
    query,
    record,
    ref,
    text,
    whole,
)

ENTRY_ID = "1767225600125-0"

CROP = or_null(
    text(
        "The face as the model saw it: 48 rows of 48 grey bytes, in base64; null where there is none. Only "
        "with `crops=1`."
    )
)

SCHEMAS: Part = {
    "FaceOfEvent": record(
        "A face, with its crop where that was asked for.",
        FACE["properties"] | {"crop": CROP},
        optional=("crop",),
    ),
    "Result": record(
        "A result: the data of an event `result`, whose id is that of the frame.",
        RESULT_FIELDS
        | {
            "faces": listed(ref("FaceOfEvent"), "In no order."),
            "age_ms": number("How old the frame is as this is sent, in milliseconds."),
        },
    ),
    "Event": record(
        "A server-sent event. Its data is JSON.",
        {
            "event": text("Its kind.", enum=["result", "status", "gap"]),
            "id": text("Of a result: the entry's id of its frame."),
            "data": text(
                "By its kind.",
                contentMediaType="application/json",
                contentSchema={"oneOf": [ref("Result"), ref("Status"), ref("Gap")]},
            ),
            "retry": whole("In milliseconds, at the beginning: how soon to come back."),
        },
        optional=("id", "retry"),
    ),
}
"""Of the events and their data, besides `Status` and `Gap`."""

EXAMPLE = (
    "retry: 1000\n\n"
    f"event: result\nid: {ENTRY_ID}\n"
    f"data: {json.dumps(examples.FACES | {'age_ms': 52.0}, separators=(',', ':'))}\n\n"
)

EVENTS: Part = {
    "operationId": "cameraEvents",
    "tags": ["Events"],
    "summary": "A camera's results as they come",
    "description": "Server-sent events, without an end. `result`: a result (schema `Result`), at most "
    "`rate` a second, the newest each time. `status`, once a second: how the camera is (schema `Status`), "
    "also while the broker is away. After a reconnect, what was missed of the last half minute comes "
    "first, thinned to `rate`; where that cannot be had, a `gap` (schema `Gap`). Counts as looking.",
    "parameters": [
        CAMERA,
        query(
            "rate",
            "Results a second, at most.",
            {"type": "integer", "minimum": RATE[0], "default": RATE[1], "maximum": RATE[2]},
        ),
        query(
            "crops",
            "1: each face with its crop.",
            {"type": "string", "enum": ["0", "1"], "default": "0"},
        ),
        query(
            "last_event_id",
            "The same as the header, for programs that cannot set it.",
            {"type": "string", "pattern": r"^\d+-\d+$"},
            ENTRY_ID,
        ),
        {
            "name": "Last-Event-ID",
            "in": "header",
            "description": "The last result that came before the connection was lost; browsers send it "
            "themselves.",
            "schema": {"type": "string", "pattern": r"^\d+-\d+$"},
        },
    ],
    "responses": answers(
        ok=answer("The events, one after the other.", "text/event-stream", ref("Event"), EXAMPLE),
        s400="Wrong",
        s401="NoToken",
        s404="NoCamera",
        s429="TooManyTokens",
        s503="Away",
    ),
}

PATHS: Part = {"/api/v1/cameras/{camera}/events": {"get": EVENTS}}
