"""Tracks and steady expressions out of what workers saw, by the code that live cameras are followed by.

One thing differs. Live, a face is shown once it was detected twice (`following.CONFIRMED`): a detector errs
now and then, and hardly ever twice at one place, and nobody knows what comes. In a recording what comes is
known. So a face's first frame waits for the frames after it: where they show the face again it is kept, so
that no face begins a frame late; and where the frames beside it, no farther than `KEEP_ONCE_S`, do not show
it, it is left out and counted as refused. Looking ahead by a single frame would not do, since detectors miss
a face in one frame and find it in the next. Where no frame is so near, as with every hundredth frame or in a
video of a single one, nothing speaks against a face, and it is kept.
"""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from services.analysis.frames import SECOND, ReadFace, ReadFrame
from services.inference.following import CONFIRMED, KEEP_ONCE_S, KEEP_SLOW_S, follow
from services.inference.motion import moved
from services.inference.observation import Observation, Seen
from services.inference.observed import decode
from services.inference.tracks import Track, Tracks
from shared.entities import Cause, Face
from shared.errors import EntryError
from shared.recorded import RecordedResult

BEGIN = SECOND
"""The first frame's time for `follow`, to which 0 means never."""


def read_frames(results: Iterable[RecordedResult]) -> Iterator[ReadFrame]:
    """Yield what is said of each frame, in their order.

    A frame is yielded as soon as it is known whether its new faces are kept: `KEEP_SLOW_S` of video later at
    most.

    Args:
        results: one for each frame, in the order of the frames.
    """
    following = _Following()
    for result in results:
        yield from following.add(result)
    yield from following.finish()


@dataclass(slots=True)
class _Doubt:
    """A track that was detected once.

    Attributes:
        t: when.
        contradicted: whether a frame near it does not show the face.
    """

    t: int
    contradicted: bool


@dataclass(slots=True)
class _Following:
    """The tracks, and the frames whose faces are in doubt, with those behind them."""

    tracks: Tracks = field(default_factory=Tracks)
    waiting: deque[ReadFrame] = field(default_factory=deque)
    doubts: dict[int, _Doubt] = field(default_factory=dict)
    refused: set[int] = field(default_factory=set)
    numbers: dict[int | None, int] = field(default_factory=dict)

    def add(self, result: RecordedResult) -> Iterator[ReadFrame]:
        """Take a frame; yield those that are settled by it."""
        frame = _decoded(result)
        if frame.observation is not None:
            frame = self._followed(frame, frame.observation)
        self.waiting.append(frame)
        self._settle({number for number, doubt in self.doubts.items() if _is_old(doubt, frame.t)})
        yield from self._settled()

    def finish(self) -> Iterator[ReadFrame]:
        """Yield all frames that are left."""
        self._settle(set(self.doubts))
        yield from self._settled()

    def _followed(self, frame: ReadFrame, observation: Observation) -> ReadFrame:
        # Two frames of one time, as damaged files have them, are still two, one after the other.
        t = max(frame.t + BEGIN, self.tracks.t + 1)
        observation = replace(observation, t=t)
        before, (self.tracks, faces) = self.tracks, follow(self.tracks, observation, shown_from=1)
        self._doubt(before, frame.t)
        seen = _seen_by(before, self.tracks, observation)
        found = [ReadFace(face, seen[face.track].quality) for face in faces if face.track in seen]
        return replace(frame, faces=tuple(found))

    def _doubt(self, before: Tracks, t: int) -> None:
        """Doubt who is new, and settle who was."""
        now = {track.id: track for track in self.tracks.tracks}
        for doubt in self.doubts.values():
            doubt.contradicted |= _is_near(doubt.t, t)
        again = {number for number in self.doubts if number in now and now[number].sightings >= CONFIRMED}
        for number in again:
            del self.doubts[number]
        self._settle(self.doubts.keys() - now.keys())
        follows = bool(before.t) and _is_near(before.t, self.tracks.t)
        for track in now.values():
            if track.since == self.tracks.t:
                self.doubts[track.id] = _Doubt(t, contradicted=follows)

    def _settle(self, numbers: Iterable[int]) -> None:
        """Give up waiting for another sighting of tracks."""
        for number in list(numbers):
            if self.doubts.pop(number).contradicted:
                self.refused.add(number)

    def _settled(self) -> Iterator[ReadFrame]:
        while self.waiting and not any(one.face.track in self.doubts for one in self.waiting[0].faces):
            yield self._final(self.waiting.popleft())

    def _final(self, frame: ReadFrame) -> ReadFrame:
        kept = [one for one in frame.faces if one.face.track not in self.refused]
        refused = len(frame.faces) - len(kept)
        self.refused.difference_update(one.face.track for one in frame.faces if one.face.track)
        faces = tuple(replace(one, face=self._numbered(one.face)) for one in kept)
        return replace(frame, faces=faces, refused=refused)

    def _numbered(self, face: Face) -> Face:
        # Whom nobody sees in the end has no number: they count 1, 2, 3.
        return replace(face, track=self.numbers.setdefault(face.track, len(self.numbers) + 1))


def _decoded(result: RecordedResult) -> ReadFrame:
    frame = ReadFrame(result.index, result.t, failure=result.failure, tries=result.tries)
    if result.failure:
        return frame
    try:
        return replace(frame, observation=decode(result.observation))
    except EntryError:
        return replace(frame, failure=Cause.UNDECODABLE.value)


def _is_near(t: int, other: int) -> bool:
    return other - t <= KEEP_ONCE_S * SECOND


def _is_old(doubt: _Doubt, t: int) -> bool:
    """Whether nothing can confirm it any more, even if all frames since have failed."""
    return t - doubt.t > KEEP_SLOW_S * SECOND


def _seen_by(before: Tracks, after: Tracks, observation: Observation) -> dict[int | None, Seen]:
    """Return what was detected of each track in the frame; a head that is only expected is not there.

    `follow` does not say which detection became whose; the box that it made of it does.
    """
    old = {track.id: track for track in before.tracks}
    now = [track for track in after.tracks if track.seen == observation.t]
    return {
        track.id: seen
        for track in now
        for seen in observation.seen
        if _box_after(old.get(track.id), seen, observation.t) == track.box
    }


def _box_after(track: Track | None, seen: Seen, t: int) -> tuple[float, ...]:
    return tuple(map(float, seen.box)) if track is None else moved(track, seen.box, t)[0]
