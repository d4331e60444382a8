"""What the feed holds: a result, ready to be sent to every viewer."""

from dataclasses import dataclass, field

from services.web.multipart import part
from shared.entities import Result


@dataclass(frozen=True, slots=True)
class Picture:
    """A result and its part of the multipart answer, formatted once for all viewers.

    Attributes:
        result: what the worker published.
        arrived: when this process got it, in seconds of its monotonic clock.
        latency_ns: from the capture of the frame to `arrived`.
        part: its bytes in the answer; empty where there is no picture to show.
        withheld: whether there was one, which was less private than it must be.
    """

    result: Result
    arrived: float
    latency_ns: int
    part: bytes = field(repr=False)
    withheld: bool = False

    def age_s(self, now: float) -> float:
        """Return how old the frame is at `now`, in seconds since its capture."""
        return self.latency_ns / 1e9 + now - self.arrived


def picture_of(result: Result, *, arrived: float, latency_ns: int, withheld: bool = False) -> Picture:
    """Return a result as the feed holds it."""
    headers = {"X-Frame-Seq": str(result.seq), "X-Captured-At": unix_seconds(result.t)}
    bytes_of_it = part(result.jpeg, headers) if result.jpeg else b""
    return Picture(result, arrived, latency_ns, bytes_of_it, withheld)


def unix_seconds(t: int) -> str:
    """Return Unix nanoseconds as seconds with nine decimals, exactly."""
    return f"{t // 10**9}.{t % 10**9:09d}"
