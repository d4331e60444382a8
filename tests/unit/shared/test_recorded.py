import pytest

from shared.errors import EntryError
from shared.recorded import (
    RecordedFrame,
    RecordedResult,
    RecordingEnd,
    decode_recorded,
    decode_recorded_result,
    recorded_fields,
)

FRAME = RecordedFrame(index=30, t=1_001_000_000, width=1080, height=1920, jpeg=b"\xff\xd8 picture")
ABOUT = {b"v": b"1", b"index": b"30", b"t": b"1001000000", b"w": b"1080", b"h": b"1920"}
RESULT = {**ABOUT, b"observation": b"{}", b"failure": b"", b"tries": b"1", b"worker": b"w1"}
END = {b"v": b"1", b"frames": b"120", b"ended_early": b""}


def fields(**changed: bytes | None) -> dict[bytes, bytes]:
    found = {n.encode(): v if isinstance(v, bytes) else v.encode() for n, v in recorded_fields(FRAME).items()}
    changes = {name.encode(): value for name, value in changed.items()}
    return {name: value for name, value in {**found, **changes}.items() if value is not None}


def test_a_frame_comes_back_as_it_was() -> None:
    assert decode_recorded(fields()) == FRAME


WRONG = [(name, value) for name in ("v", "index", "t", "w", "h") for value in (b"-1", b"1.5", b"9" * 20)]
LACKING = [(name, value) for name in ("v", "index", "t", "w", "h", "jpeg") for value in (None, b"")]


@pytest.mark.parametrize(("name", "value"), [*WRONG, *LACKING])
def test_a_frame_with_a_wrong_field_is_an_error_that_names_it(name: str, value: bytes | None) -> None:
    with pytest.raises(EntryError, match=f"'{name}'"):
        decode_recorded(fields(**{name: value}))


def test_an_entry_of_another_version_is_refused() -> None:
    with pytest.raises(EntryError, match=r"schema version 2; this program reads version 1"):
        decode_recorded(fields(v=b"2"))


def test_a_result_is_read() -> None:
    expected = RecordedResult(30, 1_001_000_000, 1080, 1920, b"{}", "", 1, "w1")
    assert decode_recorded_result(RESULT) == expected


@pytest.mark.parametrize("failure", ["failed", "undecodable"])
def test_a_frame_that_failed_has_no_observation(failure: str) -> None:
    result = decode_recorded_result({**RESULT, b"observation": b"", b"failure": failure.encode()})
    assert isinstance(result, RecordedResult)
    assert (result.failure, result.observation) == (failure, b"")


@pytest.mark.parametrize(
    ("name", "value"), [("failure", b"stale"), ("observation", b""), ("tries", b"many"), ("index", b"")]
)
def test_a_result_with_a_wrong_field_is_an_error_that_names_it(name: str, value: bytes) -> None:
    with pytest.raises(EntryError, match=f"'{name}'"):
        decode_recorded_result({**RESULT, name.encode(): value})


def test_the_publishers_last_word_is_read() -> None:
    assert decode_recorded_result(END) == RecordingEnd(120)
    early = {**END, b"ended_early": b"the file is truncated"}
    assert decode_recorded_result(early) == RecordingEnd(120, "the file is truncated")


def test_a_picture_is_not_in_the_text_of_a_frame() -> None:
    assert "picture" not in repr(FRAME)
