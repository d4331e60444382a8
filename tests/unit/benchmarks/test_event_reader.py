import pytest

from benchmarks.event_reader import EventReader

HEAD = b"HTTP/1.0 200 OK\r\nContent-Type: text/event-stream\r\n\r\n"
EVENTS = (
    b"retry: 1000\n\n"
    b'event: result\nid: 1-0\ndata: {"captured_at":100.0}\n\n'
    b'event: status\ndata: {"captured":7}\n\n'
    b'event: result\nid: 2-0\ndata: {"captured_at":100.25}\n\n'
)


@pytest.mark.parametrize("step", [1, 7, 1000])
def test_results_are_counted_however_the_answer_is_cut_into_pieces(step: int) -> None:
    reader, answer = EventReader(), HEAD + EVENTS
    for at in range(0, len(answer), step):
        reader.feed(answer[at : at + step], now_s=100.5)
    assert reader.ages_ms == pytest.approx([500, 250])


def test_what_came_before_the_time_is_forgotten() -> None:
    reader = EventReader()
    reader.feed(HEAD + EVENTS, now_s=101)
    reader.reset()
    reader.feed(b'event: result\nid: 3-0\ndata: {"captured_at":101.5}\n\n', now_s=102)
    assert reader.ages_ms == [500]


def test_a_refusal_is_said() -> None:
    with pytest.raises(ValueError, match=r"^no events: HTTP/1\.1 401 Unauthorized$"):
        EventReader().feed(b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 2\r\n\r\n", now_s=1)
