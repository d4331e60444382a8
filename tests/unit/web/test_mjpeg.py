import time
from collections.abc import Callable, Iterator
from itertools import count
from threading import Event, Thread

import pytest

from services.web import mjpeg
from services.web.feed import Feed
from services.web.mjpeg import parts
from services.web.multipart import OPENING
from services.web.picture import Picture, picture_of
from tests.unit.web.fakes import numbers, result


def picture(frame: int) -> Picture:
    return picture_of(result(frame), arrived=0, latency_ns=0)


class Line:
    """Does something while a part is sent, and says whether the viewer goes on."""

    def __init__(self, meanwhile: Callable[[], object] = lambda: None, goes_on: bool = True) -> None:
        self.meanwhile = meanwhile
        self.goes_on = goes_on
        self.sizes: list[int] = []

    def wait_until_taken(self, sent: int) -> bool:
        self.sizes.append(sent)
        self.meanwhile()
        return self.goes_on


def stream(
    feed: Feed[Picture], line: Line, sent: list[Picture] | None = None, *, fresh: bool = True
) -> Iterator[bytes]:
    taken = [] if sent is None else sent
    return parts(feed, line, is_fresh=lambda _: fresh, placeholder=lambda: b"placeholder", sent=taken.append)


def test_a_viewer_gets_the_boundary_and_then_the_newest_picture_at_once() -> None:
    feed: Feed[Picture] = Feed()
    feed.put(picture(1))
    feed.put(picture(2))
    answer = stream(feed, Line())
    assert next(answer) == OPENING
    assert next(answer) == picture(2).part


def test_what_came_while_a_part_was_sent_is_passed_over_for_the_newest() -> None:
    feed: Feed[Picture] = Feed()
    feed.put(picture(1))

    def three_more() -> None:
        for frame in (2, 3, 4):
            feed.put(picture(frame))

    line = Line(meanwhile=three_more)
    answer = stream(feed, line)
    next(answer)
    assert next(answer) == picture(1).part
    assert next(answer) == picture(4).part


def test_every_viewer_is_sent_the_very_same_bytes() -> None:
    feed: Feed[Picture] = Feed()
    feed.put(picture(1))
    answers = [stream(feed, Line()) for _ in range(3)]
    sent = []
    for answer in answers:
        next(answer)
        sent.append(next(answer))
    assert all(part is sent[0] for part in sent)


def test_without_a_picture_a_viewer_gets_the_placeholder_and_then_pictures_again() -> None:
    feed: Feed[Picture] = Feed()
    answer = stream(feed, Line())
    next(answer)
    assert next(answer) == b"placeholder"
    feed.put(picture(1))
    assert next(answer) == picture(1).part
    assert next(answer) == b"placeholder"


def test_a_picture_that_is_no_longer_live_is_not_shown_to_one_who_has_just_come() -> None:
    feed: Feed[Picture] = Feed()
    feed.put(picture(1))
    answer = stream(feed, Line(), fresh=False)
    next(answer)
    assert next(answer) == b"placeholder"


def test_a_viewer_that_takes_nothing_any_longer_is_left() -> None:
    feed: Feed[Picture] = Feed()
    feed.put(picture(1))
    assert list(stream(feed, Line(goes_on=False))) == [OPENING, picture(1).part]


def test_a_feed_that_ends_ends_the_answer() -> None:
    feed: Feed[Picture] = Feed()
    feed.put(picture(1))
    assert list(stream(feed, Line(meanwhile=feed.close))) == [OPENING, picture(1).part]


def test_pictures_that_were_sent_are_told_and_placeholders_are_not() -> None:
    feed: Feed[Picture] = Feed()
    told: list[Picture] = []
    answer = stream(feed, Line(), told)
    next(answer)
    next(answer)
    feed.put(picture(1))
    next(answer)
    answer.__next__()
    assert [one.result.seq for one in told] == [1]


def test_the_line_is_told_the_size_of_what_was_sent() -> None:
    feed: Feed[Picture] = Feed()
    feed.put(picture(1))
    line = Line(goes_on=False)
    list(stream(feed, line))
    assert line.sizes == [len(picture(1).part)]


def without_picture(frame: int) -> Picture:
    return picture_of(numbers(frame), arrived=0, latency_ns=0)


def test_where_no_picture_left_the_worker_a_viewer_gets_the_placeholder() -> None:
    feed: Feed[Picture] = Feed()
    feed.put(without_picture(1))
    answer = stream(feed, Line())
    next(answer)
    assert next(answer) == b"placeholder"


def test_results_without_a_picture_are_passed_over_up_to_the_next_placeholder(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(mjpeg, "PLACEHOLDER_AFTER_S", 0.15)
    feed: Feed[Picture] = Feed()
    told: list[Picture] = []
    stop = Event()

    def fast() -> None:
        for frame in count(1):
            feed.put(without_picture(frame))
            if stop.wait(0.005):
                return

    camera = Thread(target=fast)
    camera.start()
    answer = stream(feed, Line(), told)
    begin = time.monotonic()
    sent = [next(answer) for _ in range(4)]
    took_s = time.monotonic() - begin
    stop.set()
    camera.join()
    assert sent[1:] == [b"placeholder"] * 3
    assert took_s > 0.29
    assert told == []


def test_a_picture_after_results_without_one_is_sent_at_once() -> None:
    feed: Feed[Picture] = Feed()
    feed.put(without_picture(1))
    answer = stream(feed, Line())
    next(answer)
    next(answer)
    feed.put(without_picture(2))
    feed.put(picture(3))
    assert next(answer) == picture(3).part
