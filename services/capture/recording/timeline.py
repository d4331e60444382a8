"""Presentation times: nanoseconds from the video's first frame, always rising."""

from collections import Counter
from fractions import Fraction

SECOND = 1_000_000_000
MILLISECOND = 1_000_000

ANEW_S = 1
"""A step back by more than that, in seconds, is a clock that began anew, as where recordings were joined."""

GLITCH_S = Fraction(1, 1000)
"""After the frame before it comes one whose time is not above that one's, but not much below it."""

STEADY_NS = 2_000_000
"""Gaps that differ by no more are of a steady rate: some containers round to milliseconds."""

STEADY_SHARE = 0.9
"""Of all gaps: a rate of which so many are alike is steady, and what is longer is a gap in it."""


class Stamps:
    """Chooses between the two times that a container gives a frame, as FFmpeg does.

    Source: `guess_correct_pts` in FFmpeg's libavcodec/decode.c.

    Args:
        decoding: whether the container has no presentation times, but times of decoding only.
    """

    def __init__(self, *, decoding: bool = False) -> None:
        self._decoding = decoding
        self._faulty_pts = self._faulty_dts = 0
        self._last_pts: int | None = None
        self._last_dts: int | None = None

    def choose(self, pts: int | None, dts: int | None) -> int | None:
        """Return the time of the next frame, in presentation order; None where it has none."""
        self._faulty_dts += _not_above(dts, self._last_dts)
        self._faulty_pts += _not_above(pts, self._last_pts)
        self._last_dts = self._last_dts if dts is None else dts
        self._last_pts = self._last_pts if pts is None else pts
        if self._decoding:
            return dts
        if pts is not None and (dts is None or self._faulty_pts <= self._faulty_dts):
            return pts
        return dts


def _not_above(stamp: int | None, last: int | None) -> bool:
    return stamp is not None and last is not None and stamp <= last


class Timeline:
    """Places frames in time, in presentation order.

    Args:
        frame_s: how long a frame usually lasts; for those without a time, until two had one.
    """

    def __init__(self, frame_s: Fraction) -> None:
        self.retimed = 0
        """Frames whose own time was missing or not above the one before."""
        self._usual_s = frame_s
        self._origin: Fraction | None = None
        self._shift = Fraction(0)
        self._last: Fraction | None = None
        self._gaps: Counter[int] = Counter()
        self._shortest: int | None = None
        self._longest = 0

    def place(self, seconds: Fraction | None) -> int:
        """Return the time of the next frame in nanoseconds; `seconds` is what its container says."""
        last, self._last = self._last, self._after(self._last, seconds)
        if last is not None:
            gap = _ns(self._last) - _ns(last)
            self._shortest = gap if self._shortest is None else min(self._shortest, gap)
            self._longest = max(self._longest, gap)
            self._gaps[gap // MILLISECOND] += 1
        return _ns(self._last)

    @property
    def origin(self) -> Fraction:
        """The first frame's time in its container, in seconds; reckoned from later ones where it has none."""
        return self._origin or Fraction(0)

    @property
    def duration_ns(self) -> int:
        """From the first frame to the end of the last one, which lasts as long as the one before."""
        return 0 if self._last is None else _ns(self._last + self._usual_s)

    @property
    def longest_gap_ns(self) -> int:
        """Between two neighbouring frames."""
        return self._longest

    @property
    def variable(self) -> bool:
        """Whether the gaps between frames differ."""
        return self._shortest is not None and self._longest - self._shortest > STEADY_NS

    @property
    def missing(self) -> int:
        """How many frames a rate that is steady but for some gaps lacks in these; 0 for another rate."""
        if not self._gaps:
            return 0
        [(commonest, _)] = self._gaps.most_common(1)
        usual = {gap: n for gap, n in self._gaps.items() if abs(gap - commonest) * MILLISECOND <= STEADY_NS}
        alike = sum(usual.values())
        mean = sum(gap * n for gap, n in usual.items()) / alike
        if alike < STEADY_SHARE * self._gaps.total() or not mean:
            return 0
        return sum(n * max(0, round(gap / mean) - 1) for gap, n in self._gaps.items() if gap not in usual)

    def _after(self, last: Fraction | None, seconds: Fraction | None) -> Fraction:
        if last is None:
            self.retimed += seconds is None
            self._origin = seconds
            return Fraction(0)
        if seconds is None:
            self.retimed += 1
            return last + self._usual_s
        if self._origin is None:
            # The first one with a time of its own follows on those without: they lasted as long as is usual.
            self._origin = seconds - last - self._usual_s
        return self._timed(last, seconds - self._origin + self._shift)

    def _timed(self, last: Fraction, seconds: Fraction) -> Fraction:
        if seconds > last:
            self._usual_s = seconds - last
            return seconds
        self.retimed += 1
        if seconds > last - ANEW_S:
            return last + GLITCH_S
        self._shift += last + self._usual_s - seconds
        return last + self._usual_s


def _ns(seconds: Fraction) -> int:
    return round(seconds * SECOND)
