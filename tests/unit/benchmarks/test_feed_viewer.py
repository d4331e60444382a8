import pytest

from benchmarks.feed_viewer import Viewer, parse_head

ANSWER = b"HTTP/1.0 200 OK\r\nContent-Type: multipart/x-mixed-replace; boundary=mien-frame\r\n\r\n"
BOUNDARY = b"--mien-frame\r\n"


def part(size: int, captured: str | None) -> bytes:
    stamp = "" if captured is None else f"X-Frame-Seq: 1\r\nX-Captured-At: {captured}\r\n"
    head = f"Content-Type: image/jpeg\r\nContent-Length: {size}\r\n{stamp}\r\n"
    return head.encode() + b"\r\n\r\n" * (size // 4) + b"\r\n" + BOUNDARY


FEED = ANSWER + BOUNDARY + part(4000, "100.00") + part(8, None) + part(600, "100.25")


@pytest.mark.parametrize("step", [1, 7, 100, 1000, len(FEED)])
def test_frames_are_counted_however_the_feed_is_cut_into_pieces(step: int) -> None:
    viewer = Viewer()
    for at in range(0, len(FEED), step):
        viewer.feed(FEED[at : at + step], now_s=100.5)
    assert viewer.frames == 2
    assert viewer.ages_ms == pytest.approx([500, 250])


def test_what_was_seen_before_the_time_is_forgotten() -> None:
    viewer = Viewer()
    viewer.feed(FEED, now_s=101.0)
    viewer.reset()
    viewer.feed(part(4, "101.5"), now_s=102.0)
    assert (viewer.frames, viewer.ages_ms) == (1, [500.0])


def test_a_refusal_is_said() -> None:
    with pytest.raises(ValueError, match=r"^no feed: HTTP/1\.1 401 Unauthorized$"):
        parse_head(b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 2")
