"""The records that answers are made of."""

from services.web.openapi.words import Part, listed, number, or_null, record, ref, text, whole
from shared.entities import EXPRESSIONS, NEUTRAL_STATES, REASONS, UNSURE, CameraState, Cause, Privacy

CAMERA_STATES = [*(state.value for state in CameraState), "unknown"]

PRIVACY = text(
    "What was done before the picture left its worker: nothing, blurred faces, or no picture at all.",
    enum=[privacy.value for privacy in Privacy],
)

BOX = listed(
    {"type": "integer"}, "Left, top, width and height, in pixels of the frame.", minItems=4, maxItems=4
)

SCORES: Part = {
    "type": "object",
    "description": "The probability of each expression; the seven sum to 1.",
    "properties": {name: {"type": "number", "minimum": 0, "maximum": 1} for name in EXPRESSIONS},
    "required": list(EXPRESSIONS),
}

EXPRESSION = text("What the face shows.", enum=[*EXPRESSIONS, UNSURE])

PROBLEM = record(
    "What went wrong (RFC 9457).",
    {
        "type": text("Always `about:blank`: the status says of what kind it is."),
        "title": text("The status in words."),
        "status": whole("The status."),
        "detail": text("What is wrong, in a sentence."),
    },
)

FACE = record(
    "A face and its expression.",
    {
        "track": or_null(
            whole("The number that it keeps from frame to frame; null while it is not followed.", minimum=1)
        ),
        "box": BOX,
        "expression": EXPRESSION,
        "confidence": number(
            "The score of that expression; of an unsure face, the highest.", minimum=0, maximum=1
        ),
        "scores": SCORES,
        "reason": or_null(text("Why it is unsure.", enum=list(REASONS))),
        "candidates": listed(
            {"type": "string", "enum": list(EXPRESSIONS)},
            "The two likeliest expressions of a face that is unsure, the likelier first.",
            maxItems=2,
        ),
        "neutral": or_null(
            text("How far its resting face is learned; null where nobody asked.", enum=list(NEUTRAL_STATES))
        ),
    },
)

RESULT_FIELDS: Part = {
    "camera": text("The camera's id."),
    "seq": whole("The frame's number, by its camera.", minimum=0),
    "captured_at": number("When it was captured, in Unix seconds."),
    "latency_ms": number("From its capture until web had its result, in milliseconds."),
    "privacy": PRIVACY,
    "faces": listed(ref("Face"), "In no order."),
}

CAMERA = record(
    "A camera.",
    {
        "id": text("Its id.", pattern="^[a-z0-9][a-z0-9_-]{0,31}$"),
        "state": text("What it is doing; `idle` is closed, as nobody looks.", enum=CAMERA_STATES),
        "width": whole("Of its frames, in pixels; 0 before the first.", minimum=0),
        "height": whole("Of its frames, in pixels; 0 before the first.", minimum=0),
        "fps": number("Frames captured a second.", minimum=0),
        "frame_age_ms": or_null(
            number("The newest result's age, in milliseconds; null where there is none.")
        ),
        "viewers": whole("How many look at it.", minimum=0),
        "granted": text("What a webcam grants beside what it was asked for; else empty."),
        "error": text("Why it is lost; empty when all is well."),
    },
)

WORKER = record(
    "A worker.",
    {
        "id": text("Its id."),
        "host": text("Where it runs."),
        "fps": number("Results published a second, over the last heartbeat.", minimum=0),
        "heartbeat_age_ms": whole("How long ago that was, in milliseconds.", minimum=0),
        "privacy": or_null(
            PRIVACY | {"description": "What it does to every picture; null where it is silent."}
        ),
    },
)

STATUS = record(
    "How a camera is: the data of an event `status`.",
    {
        "camera": ref("Camera"),
        "results_fps": number("Results a second.", minimum=0),
        "age_ms": record(
            "How old what is shown is, in milliseconds; null where nothing is.",
            {
                "now": or_null(number("The newest result's age.")),
                "p95": or_null(number("95 in 100 of the last half minute's were no older as they came.")),
            },
        ),
        "dropped": or_null(
            record(
                "Frames that were never shown, by cause, over the camera's life; null until the broker has "
                "said it.",
                {cause.value: whole("Frames.", minimum=0) for cause in Cause},
            )
        ),
        "captured": or_null(
            whole("Frames captured, over the camera's life; null until the broker has said it.", minimum=0)
        ),
        "published": or_null(
            whole("Results, over the camera's life; null until the broker has said it.", minimum=0)
        ),
        "workers": listed(ref("Worker")),
        "privacy": or_null(PRIVACY | {"description": "Of what is shown; null before the first result."}),
        "broker": {"type": "boolean", "description": "Whether the broker answers."},
        "since": or_null(
            number("Since when nothing comes, in Unix seconds of web's clock; null while all is well.")
        ),
        "quiet_s": or_null(
            number("For how many seconds nothing has come; null while all is well.", minimum=0)
        ),
    },
)

GAP = record(
    "Results between two moments cannot be had any longer: the data of an event `gap`.",
    {"from": number("In Unix seconds."), "until": number("In Unix seconds.")},
)

SCHEMAS: Part = {
    "Problem": PROBLEM,
    "Camera": CAMERA,
    "Cameras": record("The cameras.", {"cameras": listed(ref("Camera"), "By id.")}),
    "Face": FACE,
    "Faces": record("A camera's newest result.", RESULT_FIELDS),
    "Learning": record(
        "A resting face is being learned.",
        {"track": whole("The face's number."), "until": number("Until when, in Unix seconds.")},
    ),
    "Worker": WORKER,
    "Workers": record("The workers.", {"workers": listed(ref("Worker"), "By id.")}),
    "Status": STATUS,
    "Gap": GAP,
}
"""By name. Events `result` are described with the events."""
