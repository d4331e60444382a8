"""When a frame is searched whole: by time, so that newcomers are found as soon at any frame rate."""

import math
from dataclasses import dataclass, replace

from services.inference.neutral import state
from services.inference.tracks import Track, Tracks

MS = 1_000_000

KNOWN = 10
"""In so many frames a face must have been detected before it can be steady: its scores are smooth then."""

CLEAR = 0.5
"""By so much the highest score must lead. The first reading of another expression takes half of a lead away:
from then on each frame is read, until the new one leads as clearly."""

FEW = 3
"""So many cameras at once are looked at as often as one: in so many empty rooms, whole searches take less
than half of a core. Of more, each waits its turn, so that pictures need not."""

SLOW = 1.0
"""Sides of its box that a face may move in a second. One that moves faster is blurred now and then."""


@dataclass(frozen=True, slots=True)
class Policy:
    """How often to look where; times are ns between the capture times of frames.

    Attributes:
        whole_every: while all faces are found near their places: for newcomers that no glance finds. A whole
            search costs as much as 60 near ones; a glance as five.
        glance_every: while faces are followed: so soon a newcomer is found whose face is large.
        alone_every: a whole search while nobody is there. It is most of what an empty room costs.
        glance_alone_every: a glance meanwhile.
        missed_every: while a face is not found near its place.
        missed_after: in so many frames a face must have been detected before it can be missed: what was found
            once and never again was none, and each search for it would find more of its kind.
        missed_for: so long after it was seen from the front; whoever stays away then has left, or is hidden,
            and is looked for near the place and with every other whole search.
        turned_after: in so many frames a face must have been detected before a turned head is looked for
            where it was: what was none is not kept alive.
        turned_for: so long it is looked for, while it is not seen from the front.
        read_every: a face that shows one expression clearly, and hardly moves, is read so often; every other
            one in each frame. At 30 frames a second, that is every third frame.
        search_always: search each frame whole, and read each face: for recordings, and where no face may be
            missed.
    """

    whole_every: int = 3000 * MS
    glance_every: int = 250 * MS
    alone_every: int = 600 * MS
    glance_alone_every: int = 100 * MS
    missed_every: int = 100 * MS
    missed_after: int = 2
    missed_for: int = 500 * MS
    turned_after: int = 5
    turned_for: int = 2500 * MS
    read_every: int = 90 * MS
    search_always: bool = False

    def among(self, cameras: int) -> "Policy":
        """Return the policy for each of so many cameras at once: newcomers are found later."""
        if cameras <= FEW:
            return self
        return replace(
            self,
            glance_every=self.glance_every * cameras // FEW,
            alone_every=self.alone_every * cameras // FEW,
            glance_alone_every=self.glance_alone_every * cameras // FEW,
        )

    def search_first(self, tracks: Tracks, t: int) -> bool:
        """Return whether a frame of time `t`, Unix ns, is searched whole from the start."""
        every = self.whole_every if tracks.tracks else self.alone_every
        return self.search_always or not tracks.searched or t - tracks.searched >= every

    def glance(self, tracks: Tracks, t: int) -> bool:
        """Return whether a frame of time `t`, Unix ns, that is not searched whole is glanced at.

        It is the first frame in its part of the time: nobody has to remember when the last one was.
        """
        every = self.glance_every if tracks.tracks else self.glance_alone_every
        return t // every != tracks.t // every

    def search_turned(self, track: Track, t: int) -> bool:
        """Return whether a face that is missed may be a head turned away, in a frame of time `t`, Unix ns."""
        known = track.sightings >= self.turned_after
        return known and t - (track.turned or track.seen) <= self.turned_for

    def search_after_all(self, tracks: Tracks, missed: list[Track], t: int) -> bool:
        """Return whether it is searched whole because faces were missed near their places."""
        known = (track for track in missed if track.sightings >= self.missed_after)
        lost = any(t - (track.turned or track.seen) <= self.missed_for for track in known)
        return lost and t - tracks.searched >= self.missed_every

    def read(self, track: Track, t: int) -> bool:
        """Return whether a face that was found in a frame of time `t`, Unix ns, is read in it."""
        due = not 0 <= t - track.read < self.read_every
        return self.search_always or due or not _is_steady(track, t)


def _is_steady(track: Track, t: int) -> bool:
    """Return whether nothing changes about a face that what was read of it a moment ago does not tell."""
    first, second = sorted(track.scores)[-2:][::-1]
    clear = not track.reading.unsure and not track.reading.doubt and first - second >= CLEAR
    slow = math.hypot(*track.velocity) <= SLOW * math.sqrt(track.box[2] * track.box[3])
    asked = state(track.rest, t) == "learning"
    return clear and slow and not asked and track.sightings >= KNOWN


BY_TIME = Policy()
EVERY_FRAME = Policy(search_always=True)
