import json
from dataclasses import replace
from typing import Any

import pytest

from shared.entities import EXPRESSIONS, NEUTRAL_STATES, UNSURE, Box, CameraState, CameraStatus, Face, Privacy
from shared.entries import (
    LARGEST,
    decode_faces,
    decode_frame,
    decode_result,
    decode_status,
    entry_order,
    faces_json,
    frame_fields,
    result_fields,
    status_fields,
)
from shared.errors import EntryError
from tests import made

FACE = Face(Box(10, 12, 20, 20), "happy", 0.7, dict.fromkeys(EXPRESSIONS, 0.05) | {"happy": 0.7})
FRAME = made.frame(7, 1_700_000_000_000_000_001)
RESULT = replace(made.result("1700-3", 7, 1_700_000_000_000_000_001, FACE), n=12)
STATUS = CameraStatus(
    CameraState.LOST, "network", 640, 480, 29.97, error="no route", replaced=4, granted="MJPG"
)
CROP = bytes(range(256)) * 9

HUGE = b"9" * 100_000


def shown(value: object) -> str:
    return repr(value)[:40]


def as_read(fields: dict[str, str] | dict[str, str | bytes]) -> dict[bytes, bytes]:
    return {name.encode(): v if isinstance(v, bytes) else v.encode() for name, v in fields.items()}


def frame_entry(**changed: bytes) -> dict[bytes, bytes]:
    return as_read(frame_fields(FRAME)) | {name.encode(): value for name, value in changed.items()}


def result_entry(**changed: bytes) -> dict[bytes, bytes]:
    entry = as_read(result_fields(RESULT)) | {b"n": b"12"}
    return entry | {name.encode(): value for name, value in changed.items()}


def status_entry(**changed: bytes) -> dict[bytes, bytes]:
    return as_read(status_fields(STATUS)) | {name.encode(): value for name, value in changed.items()}


def row(**changed: object) -> dict[str, Any]:
    good: dict[str, Any] = json.loads(faces_json((FACE,)))[0]
    return good | changed


def without(name: str) -> dict[str, Any]:
    return {key: value for key, value in row().items() if key != name}


def one_short_line(error: EntryError, field: str) -> str:
    line = str(error)
    assert repr(field) in line
    assert "\n" not in line
    assert len(line) < 350
    return line


def test_a_frame_comes_back_as_it_went() -> None:
    assert decode_frame(as_read(frame_fields(FRAME))) == FRAME


def test_a_mirrored_frame_comes_back_mirrored() -> None:
    mirrored = replace(FRAME, mirror=True)
    assert decode_frame(as_read(frame_fields(mirrored))) == mirrored


def test_a_frame_says_what_may_leave_a_worker_and_by_whose_labels_it_is_read() -> None:
    asking = replace(FRAME, privacy=Privacy.BLUR, labels="ferplus")
    assert decode_frame(as_read(frame_fields(asking))) == asking


@pytest.mark.parametrize(("field", "value"), [("privacy", b""), ("privacy", b"none"), ("labels", b"own")])
def test_a_frame_that_asks_for_what_is_not_known_is_refused(field: str, value: bytes) -> None:
    with pytest.raises(EntryError) as caught:
        decode_frame(frame_entry() | {field.encode(): value})
    one_short_line(caught.value, field)


def test_a_frame_of_before_privacy_was_asked_for_is_refused_and_not_taken_for_one_without() -> None:
    entry = frame_entry() | {b"v": b"2"}
    del entry[b"privacy"]
    with pytest.raises(EntryError) as caught:
        decode_frame(entry)
    one_short_line(caught.value, "v")


def test_a_result_comes_back_as_it_went() -> None:
    assert decode_result(result_entry()) == RESULT


def test_a_face_that_is_followed_keeps_its_track() -> None:
    followed = replace(FACE, track=3)
    assert decode_faces(faces_json((followed,)).encode()) == (followed,)


def test_a_face_that_is_unsure_keeps_its_reason_and_its_candidates() -> None:
    unsure = replace(FACE, expression=UNSURE, reason="close", candidates=("happy", "sad"))
    assert decode_faces(faces_json((unsure,)).encode()) == (unsure,)


@pytest.mark.parametrize("state", NEUTRAL_STATES)
def test_a_face_whose_resting_face_is_learned_says_so(state: str) -> None:
    learned = replace(FACE, track=3, neutral=state)
    assert decode_faces(faces_json((learned,)).encode()) == (learned,)


def test_a_result_of_numbers_only_has_no_field_for_a_picture() -> None:
    numbers = replace(RESULT, jpeg=b"", privacy=Privacy.NUMBERS)
    fields = result_fields(numbers)
    assert "jpeg" not in fields
    assert decode_result(as_read(fields) | {b"n": b"12"}) == numbers


def test_a_picture_in_a_result_of_numbers_only_is_an_error() -> None:
    with pytest.raises(EntryError) as caught:
        decode_result(result_entry(privacy=b"numbers"))
    one_short_line(caught.value, "jpeg")


def test_a_result_says_that_its_faces_were_blurred() -> None:
    assert decode_result(result_entry(privacy=b"blur")) == replace(RESULT, privacy=Privacy.BLUR)


def test_face_crops_come_back_as_they_went() -> None:
    seen = replace(RESULT, faces=(replace(FACE, crop=CROP), FACE))
    assert decode_result(as_read(result_fields(seen)) | {b"n": b"12"}) == seen


def test_a_result_without_face_crops_has_no_field_for_them() -> None:
    assert "crops" not in result_fields(RESULT)


@pytest.mark.parametrize("privacy", [Privacy.BLUR, Privacy.NUMBERS])
def test_no_face_crop_is_written_where_pictures_may_not_leave_the_worker(privacy: Privacy) -> None:
    seen = replace(RESULT, privacy=privacy, faces=(replace(FACE, crop=CROP),))
    assert "crops" not in result_fields(seen)
    assert CROP[:100] not in b"".join(as_read(result_fields(seen)).values())


def test_a_face_crop_where_pictures_may_not_leave_the_worker_is_an_error() -> None:
    with pytest.raises(EntryError) as caught:
        decode_result(result_entry(privacy=b"blur", crops=b"\x01" + CROP))
    one_short_line(caught.value, "crops")


def test_face_crops_that_do_not_fit_the_faces_are_an_error() -> None:
    with pytest.raises(EntryError) as caught:
        decode_result(result_entry(crops=b"\x01" + CROP[1:]))
    one_short_line(caught.value, "crops")


def test_a_result_of_before_privacy_was_told_is_refused_and_not_taken_for_one_without() -> None:
    entry = result_entry(v=b"1")
    del entry[b"privacy"]
    with pytest.raises(EntryError) as caught:
        decode_result(entry)
    assert "version 1; this service reads version 3" in one_short_line(caught.value, "v")


def test_scores_are_written_with_four_digits() -> None:
    written = json.loads(faces_json((made.face("sad", 0.123456),)))
    assert written[0]["confidence"] == 0.1235


def test_a_score_that_is_no_number_is_never_written() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        faces_json((made.face("sad", float("nan")),))


def test_a_status_comes_back_as_it_went() -> None:
    assert decode_status(as_read(status_fields(STATUS))) == STATUS


def test_fields_that_are_unknown_are_passed_over() -> None:
    assert decode_frame(frame_entry(colour=b"blue")) == FRAME


@pytest.mark.parametrize("field", ["v", "seq", "t", "w", "h", "mirror", "jpeg", "privacy", "labels"])
def test_a_frame_without_a_field_is_an_error_that_names_it(field: str) -> None:
    entry = frame_entry()
    del entry[field.encode()]
    with pytest.raises(EntryError) as caught:
        decode_frame(entry)
    one_short_line(caught.value, field)


@pytest.mark.parametrize(
    "field", ["v", "seq", "t", "frame", "worker", "timings", "faces", "jpeg", "n", "privacy"]
)
def test_a_result_without_a_field_is_an_error_that_names_it(field: str) -> None:
    entry = result_entry()
    del entry[field.encode()]
    with pytest.raises(EntryError) as caught:
        decode_result(entry)
    one_short_line(caught.value, field)


@pytest.mark.parametrize("field", sorted(status_fields(STATUS)))
def test_a_status_without_a_field_is_an_error_that_names_it(field: str) -> None:
    entry = status_entry()
    del entry[field.encode()]
    with pytest.raises(EntryError) as caught:
        decode_status(entry)
    one_short_line(caught.value, field)


@pytest.mark.parametrize("field", ["v", "seq", "t", "w", "h"])
@pytest.mark.parametrize(
    "value",
    [
        b"",
        b"-1",
        b"1.5",
        b"0x10",
        b"1_000",
        b" 1",
        b"one",
        b"\xff\xfe",
        "٣".encode(),
        b"%d" % (LARGEST + 1),
        HUGE,
    ],
    ids=shown,
)
def test_a_number_that_is_not_natural_is_an_error_that_names_its_field(field: str, value: bytes) -> None:
    with pytest.raises(EntryError) as caught:
        decode_frame(frame_entry(**{field: value}))
    one_short_line(caught.value, field)


def test_the_largest_number_of_63_bits_is_read() -> None:
    assert decode_frame(frame_entry(t=b"%d" % LARGEST)).t == LARGEST


@pytest.mark.parametrize(
    ("field", "value"), [("mirror", b"yes"), ("mirror", b""), ("mirror", b"2"), ("jpeg", b"")]
)
def test_a_wrong_value_in_a_frame_is_an_error_that_names_its_field(field: str, value: bytes) -> None:
    with pytest.raises(EntryError) as caught:
        decode_frame(frame_entry(**{field: value}))
    one_short_line(caught.value, field)


@pytest.mark.parametrize("version", [b"0", b"1", b"99"])
def test_another_version_is_an_error_that_names_both(version: bytes) -> None:
    with pytest.raises(EntryError) as caught:
        decode_result(result_entry(v=version))
    line = one_short_line(caught.value, "v")
    assert f"version {version.decode()}" in line
    assert "version 3" in line


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("frame", b"17"),
        ("frame", b"1-2-3"),
        ("frame", b"\xff-1"),
        ("frame", HUGE + b"-1"),
        ("worker", b"\xff\xfe"),
        ("timings", b"[1]"),
        ("timings", b'{"detect": "long"}'),
        ("timings", b'{"detect": NaN}'),
        ("timings", b'{"detect": -1}'),
        ("timings", b"{"),
        ("timings", b"\xff"),
        ("faces", b""),
        ("faces", b"\xff\xfe\xfd"),
        ("faces", b"{}"),
        ("faces", b"null"),
        ("faces", b"[" * 100_000),
        ("faces", b"[" + HUGE + b"]"),
        ("faces", b"[[]]"),
        ("faces", b'["face"]'),
        ("faces", b"[null]"),
        ("jpeg", b""),
        ("n", b"-3"),
        ("privacy", b""),
        ("privacy", b"none"),
        ("privacy", b"\xff"),
    ],
    ids=shown,
)
def test_a_wrong_value_in_a_result_is_an_error_that_names_its_field(field: str, value: bytes) -> None:
    with pytest.raises(EntryError) as caught:
        decode_result(result_entry(**{field: value}))
    one_short_line(caught.value, field)


@pytest.mark.parametrize("name", sorted(row()))
def test_a_face_without_one_of_its_parts_is_an_error_that_names_it(name: str) -> None:
    with pytest.raises(EntryError) as caught:
        decode_result(result_entry(faces=json.dumps([without(name)]).encode()))
    assert repr(name) in one_short_line(caught.value, "faces")


@pytest.mark.parametrize(
    "face",
    [
        row(expression="bored"),
        row(expression="x" * 100_000),
        row(expression=["happy"]),
        row(box=[1, 2, 3]),
        row(box=[1, 2, 3, 4, 5]),
        row(box=[-1, 2, 3, 4]),
        row(box=[1, 2, 3, -4]),
        row(box=[1.5, 2, 3, 4]),
        row(box=["1", 2, 3, 4]),
        row(box=[True, 2, 3, 4]),
        row(box=[10**400, 2, 3, 4]),
        row(box=[float("inf"), 2, 3, 4]),
        row(box={"x": 1}),
        row(confidence="high"),
        row(confidence=float("nan")),
        row(confidence=float("inf")),
        row(confidence=1.5),
        row(confidence=-0.1),
        row(confidence=True),
        row(confidence=10**400),
        row(confidence=None),
        row(scores=[0.1] * 7),
        row(scores=dict.fromkeys(EXPRESSIONS[:6], 0.1)),
        row(scores=dict.fromkeys((*EXPRESSIONS, "bored"), 0.1)),
        row(scores=dict.fromkeys(EXPRESSIONS, float("nan"))),
        row(scores=dict.fromkeys(EXPRESSIONS, "much")),
        row(track="seven"),
        row(track=-1),
        row(track=1.5),
        row(reason="late"),
        row(reason=3),
        row(candidates=None),
        row(candidates="sad"),
        row(candidates=["sad", "bored"]),
        row(candidates=["unsure", "sad"]),
        row(candidates=["sad"] * 8),
        row(neutral="soon"),
        row(neutral=True),
    ],
    ids=shown,
)
def test_a_wrong_face_is_an_error_that_names_the_field(face: dict[str, Any]) -> None:
    with pytest.raises(EntryError) as caught:
        decode_result(result_entry(faces=json.dumps([row(), face]).encode()))
    one_short_line(caught.value, "faces")


def test_a_frame_without_faces_is_an_empty_list() -> None:
    assert decode_result(result_entry(faces=b"[]")).faces == ()


def test_a_box_is_read_in_the_order_x_y_w_h() -> None:
    assert decode_faces(json.dumps([row(box=[1, 2, 3, 4])]).encode())[0].box == Box(x=1, y=2, w=3, h=4)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("state", b"asleep"),
        ("state", b"x" * 10_000),
        ("source", b"\xff"),
        ("width", b"wide"),
        ("fps", b"nan"),
        ("fps", b"inf"),
        ("fps", b"-1"),
        ("fps", b"x" * 10_000),
        ("fps", b"1_0"),
        ("error", b"\xff"),
        ("replaced", b""),
    ],
    ids=shown,
)
def test_a_wrong_value_in_a_status_is_an_error_that_names_its_field(field: str, value: bytes) -> None:
    with pytest.raises(EntryError) as caught:
        decode_status(status_entry(**{field: value}))
    one_short_line(caught.value, field)


def test_entry_ids_sort_as_numbers_not_as_text() -> None:
    ids = ["1000-2", "999-10", "1000-10", "999-9"]
    assert sorted(ids, key=entry_order) == ["999-9", "999-10", "1000-2", "1000-10"]


@pytest.mark.parametrize(
    "text", ["", "-", "5", "5-", "-5", "a-b", "1-2-3", "1.5-2", "٣-٤", "1-2\n", "9" * 5_000 + "-1"], ids=shown
)
def test_what_is_no_entry_id_is_an_error_that_shows_its_beginning(text: str) -> None:
    with pytest.raises(EntryError, match="is no entry id") as caught:
        entry_order(text)
    assert len(str(caught.value)) < 80
