"""The parts of a body, as cameras write them."""

import io
from itertools import count

import pytest

from services.capture.sources import multipart
from services.capture.sources.multipart import Parts

ONE, TWO = b"\xff\xd8 one\r\n--\r\n\xff\xd9", b"\xff\xd8 two \n\n\xff\xd9"


def parts_of(body: bytes, boundary: str = "b", buffer: int = 1 << 20) -> list[bytes]:
    """Return all parts of a body that arrives in pieces of so many bytes."""
    parts = Parts(Slow(body, buffer), boundary, 60.0)
    return list(iter(parts.next, None))


class Slow(io.BytesIO):
    """A body that arrives in pieces."""

    def __init__(self, body: bytes, piece: int) -> None:
        super().__init__(body)
        self._piece = piece

    def read1(self, size: int | None = -1, /) -> bytes:
        return super().read1(min(self._piece, size or 0))


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

    assert parts_of(body, buffer=piece) == [ONE, TWO]


@pytest.mark.parametrize(
    ("boundary", "dashes"), [("b", "--b"), ("--b", "--b"), ("--b", "----b"), ("", "--b")]
)
def test_a_boundary_may_have_dashes_that_are_not_written(boundary: str, dashes: str) -> None:
    assert parts_of(part(ONE, dashes=dashes) + part(TWO, dashes=dashes), boundary) == [ONE, TWO]


def test_lines_ahead_of_the_first_part_and_between_two_are_passed_over() -> None:
    assert parts_of(b"\r\n\r\n" + part(ONE) + b"\r\n" + part(TWO)) == [ONE, TWO]


def test_a_part_that_ends_early_is_none() -> None:
    assert parts_of(part(ONE)[:-6]) == []


@pytest.mark.parametrize("head", ["Content-Length: 999999999999\r\n", ""])
def test_a_part_without_end_is_given_up_before_memory_is(monkeypatch: pytest.MonkeyPatch, head: str) -> None:
    monkeypatch.setattr(multipart, "MOST_BYTES", 1_000)
    body = Slow(part(bytes(1 << 21), head), 1_000)

    assert Parts(body, "b", 60.0).next() is None
    assert body.tell() < 10_000


def test_a_head_without_end_is_given_up() -> None:
    body = Slow(b"--b\r\nX: " + b"x" * (1 << 21), 1_000)

    assert Parts(body, "b", 60.0).next() is None
    assert body.tell() < 100_000


def test_a_part_of_which_a_byte_comes_now_and_then_is_given_up_in_time() -> None:
    seconds = count()
    parts = Parts(Slow(part(ONE), 1), "b", 10.0, monotonic=lambda: float(next(seconds)))

    with pytest.raises(TimeoutError):
        parts.next()
