"""What was seen of a camera before."""

from services.web.history.query import DEFAULT_LIMIT, MOST_ROWS
from services.web.openapi import examples
from services.web.openapi.lists import CAMERA
from services.web.openapi.schemas import FACE, SCORES
from services.web.openapi.words import (
    Part,
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
from shared.history_entries import COUNTED

BEGIN = number("In Unix seconds.")

FACE_ROW_KEYS = ("track", "expression", "confidence", "scores", "reason", "box")

COUNTS = record("Faces by expression.", {name: whole("Faces.", minimum=0) for name in COUNTED})

SUMS: Part = {
    "frames": whole("Results.", minimum=0),
    "faces": whole("Faces in them; one that stays for ten results counts ten times.", minimum=0),
    "counts": COUNTS,
    "scores": or_null(SCORES | {"description": "Mean scores; null where there was no face."}),
}

KEPT: Part = {"since": BEGIN, "until": BEGIN}

HEAD: Part = {
    "camera": text("The camera's id."),
    "since": BEGIN,
    "until": BEGIN,
    "kept": or_null(record("From when to when such rows are kept; null where none is.", KEPT)),
    "note": or_null(text("Why there is nothing; null where there is.")),
}

TAIL: Part = {
    "unreadable": whole("Entries that could not be read.", minimum=0),
    "next": or_null(text("The address of what follows; null at the end.")),
}

SCHEMAS: Part = {
    "FaceRow": record(
        "A face in a result.",
        {"t": BEGIN, "seq": whole("The frame's number, by its camera.", minimum=0)}
        | {name: FACE["properties"][name] for name in FACE_ROW_KEYS},
    ),
    "SumRow": record("The sums of a period.", {"t": number("When it begins, in Unix seconds.")} | SUMS),
    "Sums": record("Sums.", SUMS),
    "SingleResults": record(
        "A part of a camera's history, a row a face.",
        HEAD | {"every": text("`raw`.", const="raw"), "rows": listed(ref("FaceRow"), "Oldest first.")} | TAIL,
    ),
    "SummedResults": record(
        "A part of a camera's history, a row a period.",
        HEAD
        | {
            "every": whole("Seconds that a row sums up.", minimum=1),
            "kept_results": or_null(
                record("From when to when single results are kept; null where none is.", KEPT)
            ),
            "now": number("The broker's time, in Unix seconds."),
            "rows": listed(ref("SumRow"), "Oldest first; periods without a result have none."),
            "totals": ref("Sums"),
        }
        | TAIL,
    ),
}

EXAMPLE: Part = {
    "camera": "cam1",
    "every": 60,
    "since": 1767225600.0,
    "until": 1767229200.0,
    "kept": {"since": 1767139200.0, "until": 1767229140.0},
    "note": None,
    "kept_results": {"since": 1767225600.0, "until": 1767229140.0},
    "now": 1767229200.0,
    "rows": [
        {
            "t": 1767225600.0,
            "frames": 594,
            "faces": 602,
            "counts": dict.fromkeys(COUNTED, 0) | {"happy": 410, "neutral": 180, "unsure": 12},
            "scores": examples.SCORES,
        }
    ],
    "totals": {
        "frames": 594,
        "faces": 602,
        "counts": dict.fromkeys(COUNTED, 0) | {"happy": 410, "neutral": 180, "unsure": 12},
        "scores": examples.SCORES,
    },
    "unreadable": 0,
    "next": None,
}

EXPRESSIONS: Part = {
    "operationId": "cameraHistory",
    "tags": ["History"],
    "summary": "What was seen of a camera",
    "description": "Numbers only: single results, or their sums by period. Also of a camera that is gone, "
    "as long as its history is kept. Opens no camera. An unknown parameter is refused.",
    "parameters": [
        CAMERA,
        query(
            "since",
            "From when on: Unix seconds or ISO 8601; an hour before `until` without it.",
            {"type": "string"},
            "2026-01-01T00:00:00Z",
        ),
        query("until", "Until when; now without it.", {"type": "string"}, "1767229200"),
        query(
            "every",
            "`raw` for single results, `auto` for periods of which about 600 are in the time asked for, or "
            "a period such as `10`, `1s`, `5m` or `1h`, a day at most.",
            {"type": "string", "default": "raw", "pattern": "^(raw|auto|[0-9]{1,6}[smh]?)$"},
            "1m",
        ),
        query(
            "limit",
            f"Rows at most. In JSON {DEFAULT_LIMIT} without it and {MOST_ROWS} at most; `next` then says "
            "how to go on. As CSV all without it.",
            {"type": "integer", "minimum": 1},
        ),
        query("format", "Of the answer.", {"type": "string", "enum": ["json", "csv"], "default": "json"}),
        query(
            "after",
            "Behind which single result to go on, as `next` has it.",
            {"type": "string", "pattern": "^([0-9]+-[0-9]+)?$"},
        ),
    ],
    "responses": answers(
        ok={
            "description": "The rows; as CSV with a line of names, and cut off where the broker goes away "
            "meanwhile.",
            "content": {
                "application/json": {
                    "schema": {"oneOf": [ref("SingleResults"), ref("SummedResults")]},
                    "example": EXAMPLE,
                },
                "text/csv": {"schema": {"type": "string"}},
            },
        },
        s400="Wrong",
        s401="NoToken",
        s404="NoCamera",
        s429="TooManyTokens",
        s503="Away",
    ),
}

PATHS: Part = {"/api/v1/cameras/{camera}/expressions": {"get": EXPRESSIONS}}
