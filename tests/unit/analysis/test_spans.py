from collections.abc import Sequence

from services.analysis.frames import SECOND, ReadFace, ReadFrame
from services.analysis.spans import Span, Spans
from tests.made import face
from tests.made_people import GOOD
from tests.made_recordings import numbered

FRAME = SECOND // 10


def spans_of(*shown: str | None, gap: int = FRAME) -> list[Span]:
    spans = Spans()
    for index, expression in enumerate(shown):
        faces = [] if expression is None else [ReadFace(numbered(face(expression), 1), GOOD)]
        spans.add(ReadFrame(index, index * gap, tuple(faces)))
    return list(spans.longest())


def span(expression: str, first: int, last: int) -> Span:
    return Span(expression, 1, first * FRAME, last * FRAME)


def test_a_span_reaches_from_the_first_to_the_last_frame_of_an_expression() -> None:
    assert spans_of("happy", "happy", "happy", "sad") == [span("happy", 0, 2), span("sad", 3, 3)]


def test_a_face_that_is_missed_for_a_moment_goes_on_showing_the_same() -> None:
    assert spans_of("happy", None, None, "happy") == [span("happy", 0, 3)]


def test_a_face_that_was_away_for_longer_begins_anew() -> None:
    assert spans_of("happy", *[None] * 6, "happy", "happy") == [span("happy", 7, 8), span("happy", 0, 0)]


def test_between_frames_that_are_seconds_apart_nothing_is_missed() -> None:
    shown = spans_of("sad", "sad", None, "sad", gap=2 * SECOND)
    assert [(one.start, one.end) for one in shown] == [(0, 2 * SECOND), (6 * SECOND, 6 * SECOND)]


def test_being_unsure_ends_a_span_and_is_none() -> None:
    assert spans_of("happy", "unsure", "happy", "happy") == [span("happy", 2, 3), span("happy", 0, 0)]


def test_the_longest_three_of_each_expression_are_kept() -> None:
    shown: Sequence[str] = (
        ["fear"] * 2 + ["sad"] + ["fear"] * 5 + ["sad"] + ["fear"] * 3 + ["sad"] + ["fear"] * 4
    )
    assert spans_of(*shown)[:3] == [span("fear", 3, 7), span("fear", 13, 16), span("fear", 9, 11)]
    assert len(spans_of(*shown)) == 6


def test_faces_have_spans_of_their_own() -> None:
    spans = Spans()
    for index in range(4):
        both = [ReadFace(numbered(face("happy"), 1), GOOD), ReadFace(numbered(face("sad"), 2), GOOD)]
        spans.add(ReadFrame(index, index * FRAME, tuple(both if index > 1 else both[:1])))
    assert [(one.expression, one.track, one.start) for one in spans.longest()] == [
        ("happy", 1, 0),
        ("sad", 2, 2 * FRAME),
    ]


def test_a_frame_that_failed_ends_nothing() -> None:
    spans = Spans()
    for index in range(9):
        is_read = index in (0, 8)
        faces = (ReadFace(numbered(face("happy"), 1), GOOD),) if is_read else ()
        spans.add(ReadFrame(index, index * FRAME, faces, "" if is_read else "failed"))
    assert [(one.start, one.end) for one in spans.longest()] == [(0, 8 * FRAME)]
