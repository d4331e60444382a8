"""The parts of a body, as cameras write them."""

import pytest

from services.capture.sources import multipart
from services.capture.sources.multipart import Parts

ONE, TWO = b"\xff\xd8 one\r\n--\r\n\xff\xd9", b"\xff\xd8 two \n\n\xff\xd9"


def parts_of(body: bytes, boundary: str = "b", piece: int = 1 << 20) -> list[bytes]:
    """Return all parts of a body that arrives in pieces of so many bytes."""
    parts = Parts(boundary)
    found: list[bytes] = []
    for begin in range(0, len(body), piece):
        parts.feed(body[begin : begin + piece])
        found += iter(parts.next, None)
    return found


def part(
    data: bytes, head: str = "Content-Type: image/jpeg\r\nContent-Length: {}\r\n", dashes: str = "--b"
) -> bytes:
    return f"{dashes}\r\n{head.format(len(data))}\r\n".encode() + data + b"\r\n"


@pytest.mark.parametrize("piece", [1, 3, 1 << 20])
@pytest.mark.parametrize(
    "head", ["Content-Length: {}\r\n", "content-length:{}\r\n", "Content-Type: image/jpeg\r\n", ""]
)
def test_parts_are_given_byte_for_byte_with_and_without_their_length(head: str, piece: int) -> None:
    body = part(ONE, head) + part(TWO, head) + b"--b--\r\n"

    assert parts_of(body, piece=piece) == [ONE, TWO]


@pytest.mark.parametrize(
    ("boundary", "dashes"), [("b", "--b"), ("--b", "--b"), ("--b", "----b"), ("", "--b")]
)
def test_a_boundary_may_have_dashes_that_are_not_written(boundary: str, dashes: str) -> None:
    assert parts_of(part(ONE, dashes=dashes) + part(TWO, dashes=dashes), boundary) == [ONE, TWO]


def test_lines_ahead_of_the_first_part_and_between_two_are_passed_over() -> None:
    assert parts_of(b"\r\n\r\n" + part(ONE) + b"\r\n" + part(TWO)) == [ONE, TWO]


def test_a_part_that_ends_early_is_none() -> None:
    assert parts_of(part(ONE)[:-6]) == []


def test_what_has_not_arrived_as_a_whole_is_asked_for_again() -> None:
    parts = Parts("b")
    parts.feed(part(ONE)[:-6])
    assert parts.next() is None
    assert parts.next() is None

    parts.feed(part(ONE)[-6:])

    assert parts.next() == ONE
    assert parts.next() is None


@pytest.mark.parametrize("head", ["Content-Length: 999999999999\r\n", ""])
def test_a_part_without_end_is_given_up_before_memory_is(monkeypatch: pytest.MonkeyPatch, head: str) -> None:
    monkeypatch.setattr(multipart, "MOST_BYTES", 1_000)

    assert taken_of(part(bytes(1 << 21), head)) < 10_000


@pytest.mark.parametrize(("digits", "fits"), [("0" * 500 + "3", True), ("9" * 5_000, False)])
def test_a_length_may_have_any_number_of_digits(digits: str, fits: bool) -> None:
    body = part(b"abc", f"Content-Length: {digits}\r\n")
    if fits:
        assert parts_of(body) == [b"abc"]
    else:
        with pytest.raises(ValueError, match="a part of more than"):
            parts_of(body)


@pytest.mark.timeout(20)  # A pattern that begins anew at each zero takes most of a minute.
def test_a_length_that_is_none_takes_no_longer_for_being_long() -> None:
    zeros = part(b"abc", f"Content-Length: {'0' * 60_000}x\r\n")

    assert parts_of(zeros + part(ONE)) == [b"abc", ONE]


def test_a_part_has_begun_from_its_boundary_to_its_end() -> None:
    parts = Parts("b")
    begun: list[bool] = []
    for byte in part(ONE, "Content-Length: {}\r\n"):
        parts.feed(bytes([byte]))
        parts.next()
        begun.append(parts.has_begun)

    head = len(b"--b\r\n")
    assert begun == [False] * (head - 1) + [True] * (len(begun) - head - 2) + [False] * 3


def test_a_head_without_end_is_given_up() -> None:
    assert taken_of(b"--b\r\nX: " + b"x" * (1 << 21)) < 100_000


def taken_of(body: bytes) -> int:
    """Return how much of a body is taken until it is given up."""
    parts = Parts("b")
    for begin in range(0, len(body), 1_000):
        parts.feed(body[begin : begin + 1_000])
        try:
            assert parts.next() is None
        except ValueError:
            return begin
    return len(body)
