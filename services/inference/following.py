"""From what one frame shows to faces that keep their ids: pure functions over the records."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from services.inference.association import match
from services.inference.continuity import continued, fits
from services.inference.honesty import CLOSE, TURNED, first_reading, next_reading
from services.inference.motion import SECOND, moved, predicted, surroundings, within
from services.inference.neutral import asked, corrected, learned, state
from services.inference.observation import Observation, Seen
from services.inference.quality import faults, is_turned
from services.inference.tracks import FloatBox, Reading, Rest, Track, Tracks
from shared.entities import EXPRESSIONS, Box, Face
from shared.streams import LARGEST_ID

KEEP_S = 3.0
"""A face that is not seen keeps its id for so long, and its place stays blurred where faces are."""

KEEP_ONCE_S = 0.4
"""The same for one that was detected once and never again: it may be none."""

KEEP_SLOW_S = 10.0
"""The same for one that was seen in the frame before: a camera may have seconds between its frames. It is
longer than the broker keeps the tracks."""

KEEP_TURNED_S = 0.5
"""A head that turned away is still shown where it is expected, so long after it was detected: detectors find
such a head in one frame and miss it in the next."""

CONFIRMED = 2
"""In so many frames a face must be detected before it is shown."""

NOBODY: Mapping[int, int] = {}


def follow(
    tracks: Tracks,
    observation: Observation,
    commands: Mapping[int, int] = NOBODY,
    *,
    keep_once_s: float = KEEP_ONCE_S,
    shown_from: int = CONFIRMED,
) -> tuple[Tracks, tuple[Face, ...]]:
    """Return the tracks after a frame, and its faces, the largest first.

    A face detected for the first time is followed, and shown once it is seen again: a detector errs now and
    then, and hardly ever twice at one place. Those of the very first frame are shown at once.

    Args:
        tracks: the newest, which may be newer than those with which the frame was observed. An observation
            older than they are has faces with their ids and labels, and the faces followed stay as they were.
        observation: what the frame shows.
        commands: until when, in Unix ns, to learn the resting face of which track.
        keep_once_s: how long one is followed that was detected once and never again; longer where the places
            of faces that were missed must not be shown.
        shown_from: in so many frames a face must have been detected; 1 where the frames that follow can be
            asked, as in a recording.
    """
    if tracks.t and observation.t <= tracks.t:
        return _overtaken(tracks, observation)
    tracks = continued(tracks, observation.t, observation.size)
    kept = tuple(track for track in tracks.tracks if _is_kept(track, tracks.t, observation.t, keep_once_s))
    owners = match(kept, observation.boxes, observation.t)
    followed = tuple(_followed(kept, observation, owners, commands, tracks.t))
    strangers = _strangers(tracks.next_id, observation, owners)
    after = Tracks(
        t=observation.t,
        searched=observation.t if observation.searched else tracks.searched,
        next_id=_id(tracks.next_id, len(strangers)),
        tracks=followed + strangers,
        size=observation.size,
    )
    # After so long a gap hardly anybody is where they were.
    is_first = not tracks.t or observation.t - tracks.t > KEEP_S * SECOND
    least = 1 if is_first else shown_from
    shown = (track for track in after.tracks if _shows(track, observation.t) and track.sightings >= least)
    crops = _crops(kept, strangers, observation, owners)
    faces = (
        _face(replace(track, box=predicted(track, observation.t)), observation, crops.get(track.id))
        for track in shown
    )
    return after, tuple(sorted((face for face in faces if face), key=lambda face: -face.box.w))


def lost_places(tracks: Tracks, t: int) -> tuple[FloatBox, ...]:
    """Return where, in a frame of time `t`, Unix ns, faces may be that are not among its faces.

    These are the surroundings of all that are followed and were not seen in it, or are not shown yet.
    """
    unshown = (track for track in tracks.tracks if track.seen != t or track.sightings < CONFIRMED)
    return tuple(surroundings(track, t) for track in unshown)


def _overtaken(tracks: Tracks, observation: Observation) -> tuple[Tracks, tuple[Face, ...]]:
    kept = tracks.tracks if fits(tracks, observation.size) else ()
    owners = match(kept, observation.boxes, observation.t)
    # Whom it found for the first time it doesn't follow: the next frame has to find them again.
    if observation.searched and None not in owners:
        tracks = replace(tracks, searched=max(tracks.searched, observation.t))
    return tracks, tuple(_old_faces(kept, observation, owners))


def _followed(
    tracks: Sequence[Track],
    observation: Observation,
    owners: Sequence[int | None],
    commands: Mapping[int, int],
    before: int,
) -> Iterator[Track]:
    found: list[Seen | Box] = [*observation.seen, *observation.unread]
    found_by = {owner: one for owner, one in zip(owners, found, strict=True) if owner is not None}
    for index, old in enumerate(tracks):
        track = replace(old, rest=asked(old.rest, commands.get(old.id), observation.t))
        one = found_by.get(index)
        if isinstance(one, Seen):
            track = _seen_again(track, one, observation, before)
        elif one is not None:
            track = _found_again(track, one, observation.t, before)
        yield track


def _is_kept(track: Track, before: int, t: int, keep_once_s: float) -> bool:
    if track.seen == before:
        return t - track.seen <= KEEP_SLOW_S * SECOND
    return t - track.seen <= (KEEP_S if track.sightings >= CONFIRMED else keep_once_s) * SECOND


def _shows(track: Track, t: int) -> bool:
    # How a turned head is called must be out of doubt before it is shown where it was not found.
    away = track.reading.unsure == TURNED and (t - track.seen) <= KEEP_TURNED_S * SECOND
    return track.seen == t or away


def _seen_again(track: Track, seen: Seen, observation: Observation, before: int) -> Track:
    t = observation.t
    rest = track.rest if any(faults(seen.quality)) else learned(track.rest, seen.scores, t)
    scores = corrected(rest, seen.scores, t)
    reading = next_reading(track.reading, scores, seen.quality, t, t - track.read, sure=observation.sure)
    turned = (track.turned or t) if is_turned(seen.quality) else 0
    found = _found_again(track, seen.box, t, before)
    return replace(found, reading=reading, rest=rest, turned=turned, unread=0)


def _found_again(track: Track, place: Box, t: int, before: int) -> Track:
    """Return a track after one more detection, from which nothing was read."""
    box, velocity = moved(track, place, t)
    # Twice within seconds, but not soon, a detector may well err at one place.
    errs = track.sightings < CONFIRMED and track.seen != before and t - track.seen > KEEP_ONCE_S * SECOND
    sightings = track.sightings if errs else track.sightings + 1
    return replace(track, box=box, velocity=velocity, seen=t, sightings=sightings, unread=track.read)


def _strangers(next_id: int, observation: Observation, owners: Sequence[int | None]) -> tuple[Track, ...]:
    # One that was not read, and is nobody's now, is read when it is found again.
    new = [seen for owner, seen in zip(owners, observation.seen, strict=False) if owner is None]
    return tuple(_stranger(_id(next_id, n), seen, observation) for n, seen in enumerate(new))


def _crops(
    kept: Sequence[Track], strangers: Sequence[Track], observation: Observation, owners: Sequence[int | None]
) -> dict[int, bytes | None]:
    """Return what the model saw of each track in this frame, by the track's id."""
    read = list(zip(owners, observation.crops, strict=True))[: len(observation.seen)]
    known = {kept[owner].id: crop for owner, crop in read if owner is not None}
    new = [crop for owner, crop in read if owner is None]
    return known | {track.id: crop for track, crop in zip(strangers, new, strict=True)}


def _id(first: int, n: int) -> int:
    """Return the n-th id from one on; behind the largest that can be written comes 1."""
    return (first - 1 + n) % LARGEST_ID + 1


def _stranger(number: int, seen: Seen, observation: Observation) -> Track:
    t = observation.t
    x, y, w, h = map(float, seen.box)
    reading = first_reading(seen.scores, seen.quality, observation.sure)
    return Track(number, (x, y, w, h), (0.0, 0.0), t, t, 1, reading, Rest())


def _old_faces(
    tracks: Sequence[Track], observation: Observation, owners: Sequence[int | None]
) -> Iterator[Face]:
    """Yield the faces of a frame that others have overtaken: what is said of them is what was said since."""
    for place, crop, owner in zip(observation.boxes, observation.crops, owners, strict=True):
        if owner is not None and tracks[owner].sightings >= CONFIRMED:
            x, y, w, h = map(float, place)
            face = _face(replace(tracks[owner], box=(x, y, w, h)), observation, crop)
            if face is not None:
                yield face


def _face(track: Track, observation: Observation, crop: bytes | None) -> Face | None:
    box = within(track.box, observation.size)
    if box is None:
        return None
    reading = track.reading
    scores = dict(zip(EXPRESSIONS, reading.scores, strict=True))
    return Face(
        box=box,
        expression=track.label,
        confidence=_confidence(reading, scores),
        scores=scores,
        track=track.id,
        reason=reading.unsure or None,
        candidates=reading.candidates if reading.unsure == CLOSE else (),
        neutral=state(track.rest, observation.t),
        crop=crop,
    )


def _confidence(reading: Reading, scores: Mapping[str, float]) -> float:
    return max(scores.values()) if reading.unsure else scores[reading.candidates[0]]
