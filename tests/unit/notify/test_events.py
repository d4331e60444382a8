import json

from services.notify.events import Event, Kind, body
from shared.entities import Box


def test_an_event_of_a_face_says_what_changed_and_where() -> None:
    event = Event(
        Kind.EXPRESSION_CHANGED,
        "door",
        1_700_000_000_123_456_789,
        track=7,
        expression="happy",
        previous="neutral",
        confidence=0.93217,
        box=Box(1, 2, 3, 4),
        faces=2,
        id="ab",
    )
    assert json.loads(body(event)) == {
        "id": "ab",
        "event": "expression_changed",
        "camera": "door",
        "at": 1_700_000_000.123,
        "track": 7,
        "expression": "happy",
        "previous": "neutral",
        "confidence": 0.9322,
        "box": [1, 2, 3, 4],
        "faces": 2,
    }


def test_an_event_of_a_camera_says_why_and_nothing_of_faces() -> None:
    event = Event(Kind.CAMERA_LOST, "door", 10**18, reason="nobody listens", id="ab")
    said = json.loads(body(event))
    assert said.keys() == {"id", "event", "camera", "at", "reason"}
    assert said["reason"] == "nobody listens"


def test_no_two_events_have_one_id() -> None:
    assert len({Event(Kind.CAMERA_BACK, "door", 1).id for _ in range(100)}) == 100
