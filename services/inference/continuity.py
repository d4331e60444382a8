"""Whether the tracks tell about a frame, or everything begins anew."""

from services.inference.motion import SECOND
from services.inference.tracks import Tracks

LATEST_S = 2.0
"""A frame that is so much older than the tracks that come with it is none that others overtook: such a one is
given up before. The clock was set back."""


def continued(tracks: Tracks, t: int, size: tuple[int, int]) -> Tracks:
    """Return the tracks that a frame of time `t`, Unix ns, of a size in pixels goes on from.

    Nobody is followed on where the clock was set back, or where the frames had another size: their places
    mean nothing in this one. The ids go on.
    """
    if tracks.t - t <= LATEST_S * SECOND and fits(tracks, size):
        return tracks
    return Tracks(next_id=tracks.next_id)


def fits(tracks: Tracks, size: tuple[int, int]) -> bool:
    """Return whether the places of the tracks are places in a frame of this size."""
    return tracks.size in (size, (0, 0))
