import pytest

from services.web.appetite import HOLD_AT_MOST_S, REMEMBERED_S, Appetite

PART = 20_000
WINDOW = 100_000


class Viewer:
    """A viewer that reads at a steady rate, and the window that its kernel announces."""

    def __init__(self, rate: float) -> None:
        self.rate = rate
        self.now = 100.0
        self.unread = 0.0

    def read_for(self, seconds: float) -> None:
        self.now += seconds
        self.unread = max(0.0, self.unread - self.rate * seconds)

    @property
    def window(self) -> int:
        return round(WINDOW - self.unread)


def watch(viewer: Viewer, parts: int, every_s: float) -> tuple[list[float], list[float]]:
    """Offer a part `every_s`, or as fast as the appetite allows.

    The window is seen before any of the part is read, as where no later acknowledgement comes.

    Returns:
        What was unread before each part, and how long was waited behind it.
    """
    appetite = Appetite()
    appetite.seen(viewer.now, 0, viewer.window)
    backlog, waits = [], []
    for _ in range(parts):
        backlog.append(viewer.unread)
        viewer.unread += PART
        appetite.sent(PART)
        appetite.seen(viewer.now, 0, viewer.window)
        waits.append(appetite.wait_s(viewer.now))
        viewer.read_for(max(every_s, waits[-1]))
    return backlog, waits


def test_a_viewer_that_reads_as_fast_as_the_feed_never_waits_although_its_window_lags() -> None:
    _, waits = watch(Viewer(rate=PART * 31), parts=300, every_s=1 / 30)
    assert waits == [0.0] * 300


@pytest.mark.parametrize("slower", [2, 3, 6])
def test_a_viewer_that_is_slower_has_hardly_more_than_a_part_unread(slower: int) -> None:
    backlog, _ = watch(Viewer(rate=PART * 30 / slower), parts=100, every_s=1 / 30)
    assert max(backlog[30:]) < 1.5 * PART


def test_nobody_waits_long_in_one_go() -> None:
    _, waits = watch(Viewer(rate=PART / 2), parts=5, every_s=1 / 30)
    assert max(waits) == HOLD_AT_MOST_S


def test_nobody_waits_before_anything_is_known_of_how_fast_it_reads() -> None:
    appetite = Appetite()
    appetite.seen(100.0, 0, WINDOW)
    for n in range(1, 4):
        appetite.sent(PART)
        appetite.seen(100.0 + n, 0, WINDOW - n * PART)
        assert appetite.wait_s(100.0 + n) == 0.0
    assert appetite.read == 0


def test_what_is_still_on_its_way_is_not_read() -> None:
    appetite = Appetite()
    appetite.seen(100.0, 0, WINDOW)
    appetite.sent(PART)
    appetite.seen(100.1, PART // 2, WINDOW)
    assert appetite.read == PART // 2


def test_a_viewer_that_reads_nothing_has_read_nothing_however_much_arrives_and_for_however_long() -> None:
    appetite = Appetite()
    appetite.seen(100.0, 0, WINDOW)
    for n in range(4):
        appetite.sent(PART)
        # Each time, the window is announced a little too wide.
        window = WINDOW - (n + 1) * (PART - 1_000)
        assert not appetite.seen(100.0 + REMEMBERED_S * (n + 1) / 4, 0, window)


def test_a_window_that_became_smaller_for_good_does_not_hold_a_viewer_back_for_ever() -> None:
    appetite = Appetite()
    waits = []
    for second in range(60):
        now = 100.0 + second
        appetite.sent(PART)
        appetite.seen(now, 0, WINDOW if second < 20 else WINDOW - 3 * PART)
        waits.append(appetite.wait_s(now))
    assert waits[:20] == [0.0] * 20
    assert max(waits[20:30]) == HOLD_AT_MOST_S
    assert waits[-20:] == [0.0] * 20


def test_a_stopped_reader_whose_kernel_finds_room_for_half_of_each_small_part_has_read_nothing() -> None:
    appetite = Appetite()
    appetite.seen(100.0, 0, WINDOW)
    appetite.sent(PART)
    appetite.seen(100.1, 0, WINDOW - PART // 2)
    for n in range(2, 8):
        appetite.sent(PART)
        assert not appetite.seen(100.0 + n / 10, 0, WINDOW - n * PART // 2)


def test_a_reader_that_takes_half_of_what_comes_reads_where_its_window_opens_meanwhile() -> None:
    appetite = Appetite()
    appetite.seen(100.0, 0, WINDOW)
    for n, window in enumerate((WINDOW - PART, WINDOW - 2 * PART)):
        appetite.sent(PART)
        assert not appetite.seen(100.1 + n, 0, window)
    appetite.sent(PART)
    assert appetite.seen(102.0, 0, WINDOW - 3 * PART // 2)


def test_who_has_read_more_than_its_window_has_room_for_reads_although_nothing_was_seen_of_it() -> None:
    appetite = Appetite()
    appetite.seen(100.0, 0, WINDOW)
    appetite.sent(2 * WINDOW + PART)
    assert appetite.seen(101.0, 0, 0)
