from services.web.appetite import HOLD_AT_MOST_S, Appetite

PART = 20_000
WINDOW = 100_000


class Viewer:
    """A viewer that reads at a steady rate, and the window that its kernel announces."""

    def __init__(self, rate: float) -> None:
        self.rate = rate
        self.now = 0.0
        self.unread = 0.0

    def read_for(self, seconds: float) -> None:
        self.now += seconds
        self.unread = max(0.0, self.unread - self.rate * seconds)

    @property
    def window(self) -> int:
        return round(WINDOW - self.unread)


def watch(viewer: Viewer, parts: int, every_s: float) -> list[float]:
    """Offer a part `every_s`, or as fast as the appetite allows; return what was unread before each."""
    appetite = Appetite()
    appetite.seen(viewer.now, viewer.window)
    backlog = []
    for _ in range(parts):
        backlog.append(viewer.unread)
        viewer.unread += PART
        appetite.sent(PART)
        viewer.read_for(0.02)
        appetite.seen(viewer.now, viewer.window)
        viewer.read_for(max(every_s - 0.02, appetite.wait_s()))
    return backlog


def test_a_viewer_that_reads_faster_than_the_feed_never_waits() -> None:
    appetite = Appetite()
    for second in range(10):
        appetite.sent(PART)
        appetite.seen(float(second), WINDOW)
        assert appetite.wait_s() == 0.0


def test_a_viewer_that_takes_half_has_no_more_than_a_part_unread() -> None:
    backlog = watch(Viewer(rate=PART * 7.5), parts=60, every_s=1 / 15)
    assert max(backlog[10:]) < PART


def test_a_viewer_that_takes_a_tenth_has_no_more_than_a_part_unread() -> None:
    backlog = watch(Viewer(rate=PART * 1.5), parts=60, every_s=1 / 15)
    assert max(backlog[10:]) < PART


def test_a_viewer_that_reads_nothing_is_waited_for_as_long_as_is_allowed_and_not_longer() -> None:
    appetite = Appetite()
    appetite.seen(0.0, WINDOW)
    for second in range(1, 4):
        appetite.sent(PART)
        appetite.seen(float(second), WINDOW - second * PART)
        assert appetite.wait_s() == HOLD_AT_MOST_S
    assert appetite.read == 0


def test_a_window_that_opens_again_ends_the_wait() -> None:
    appetite = Appetite()
    appetite.seen(0.0, WINDOW)
    appetite.sent(PART)
    assert not appetite.satisfied(WINDOW - PART)
    assert appetite.satisfied(WINDOW)


def test_a_window_that_became_smaller_for_good_does_not_hold_a_viewer_back_for_ever() -> None:
    appetite = Appetite()
    waits = []
    for second in range(40):
        appetite.sent(PART)
        appetite.seen(float(second), WINDOW if second < 20 else WINDOW - 3 * PART)
        waits.append(appetite.wait_s())
    assert waits[:20] == [0.0] * 20
    assert waits[20] == HOLD_AT_MOST_S
    assert waits[-1] == 0.0
