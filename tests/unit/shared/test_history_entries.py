import json

import pytest

from shared.entities import Box, Face
from shared.entries import faces_json
from shared.errors import EntryError
from shared.history_entries import decode_open_sums, decode_past_result, decode_sums, entry_time
from tests.made import face

T = 1_700_000_000_000_000_000

RAW = {b"v": b"3", b"seq": b"12", b"t": str(T).encode(), b"faces": faces_json((face("sad"),)).encode()}

SUMS = {b"v": b"3", b"t": str(T).encode(), b"frames": b"10", b"faces": b"4"}
SUMS |= {b"counts": b'{"happy":3,"unsure":1}', b"scores": b'{"happy":2.1,"sad":0.4}'}

OPEN = {"start": T // 10**6, "frames": 10, "faces": 1, "counts": {"sad": 1}, "scores": {"sad": 0.5}}


def test_a_row_holds_the_faces_of_one_result() -> None:
    row = decode_past_result("5-0", RAW)
    assert (row.id, row.seq, row.t) == ("5-0", 12, T)
    [shown] = row.faces
    assert isinstance(shown, Face)
    assert (shown.expression, shown.box) == ("sad", Box(10, 12, 20, 20))


def test_a_row_written_under_another_version_is_read_where_it_can_be() -> None:
    assert decode_past_result("5-0", RAW | {b"v": b"2"}).seq == 12


@pytest.mark.parametrize(
    ("field", "value"),
    [
        (b"seq", b"-1"),
        (b"t", b""),
        (b"t", b"9" * 30),
        (b"faces", b"{}"),
        (b"faces", b"["),
        (b"faces", b'[{"track":1}]'),
    ],
)
def test_a_row_that_cannot_be_read_says_which_field_is_wrong(field: bytes, value: bytes) -> None:
    with pytest.raises(EntryError, match=field.decode()):
        decode_past_result("5-0", RAW | {field: value})


def test_sums_hold_faces_by_expression_and_summed_scores() -> None:
    row = decode_sums("5-0", SUMS)
    assert (row.t, row.frames, row.faces) == (T, 10, 4)
    assert row.counts == {"happy": 3, "unsure": 1}
    assert row.scores == {"happy": 2.1, "sad": 0.4}


def test_sums_of_no_face_are_empty_however_lua_writes_that() -> None:
    for empty in (b"{}", b"[]"):
        assert decode_sums("5-0", SUMS | {b"faces": b"0", b"counts": empty, b"scores": empty}).counts == {}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        (b"frames", b"many"),
        (b"counts", b"7"),
        (b"counts", b'{"grumpy":1}'),
        (b"counts", b'{"sad":-1}'),
        (b"counts", b'{"sad":true}'),
        (b"scores", b'{"sad":"1"}'),
        (b"scores", b'{"sad":NaN}'),
        (b"scores", b"[" * 100_000),
    ],
    ids=lambda value: str(value)[:20],
)
def test_sums_that_cannot_be_read_are_an_error(field: bytes, value: bytes) -> None:
    with pytest.raises(EntryError):
        decode_sums("5-0", SUMS | {field: value})


def test_the_sums_of_an_open_period_begin_at_its_start() -> None:
    row = decode_open_sums(json.dumps(OPEN).encode())
    assert (row.t, row.frames, row.faces) == (T, 10, 1)
    assert (row.counts, row.scores) == ({"sad": 1}, {"sad": 0.5})


@pytest.mark.parametrize("wrong", [{"start": None}, {"frames": -1}, {"faces": True}, {"counts": None}])
def test_open_sums_that_cannot_be_read_are_an_error(wrong: dict[str, object]) -> None:
    with pytest.raises(EntryError):
        decode_open_sums(json.dumps(OPEN | wrong).encode())
    with pytest.raises(EntryError):
        decode_open_sums(b"[]")


def test_the_time_of_an_entry_that_does_not_say_it_is_when_it_was_written() -> None:
    assert entry_time(b"1700000000123-7", RAW) == T
    assert entry_time(b"1700000000123-7", {}) == 1_700_000_000_123_000_000
