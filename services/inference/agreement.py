"""Workers agree on whose faces a frame shows: each against the newest tracks of all."""

import logging
from dataclasses import replace

from services.inference import metrics
from services.inference.continuity import continued
from services.inference.following import KEEP_ONCE_S, follow
from services.inference.observation import Observation
from services.inference.tracks import Tracks, decode_tracks, encode_tracks
from shared.commands import decode_commands, known_commands
from shared.entities import Face
from shared.entries import Fields
from shared.errors import EntryError
from shared.logs import Seldom
from shared.streams import CameraStreams, NewTracks, StoredTracks, Taken

seldom = Seldom(logging.getLogger(__name__))

MOST_TRIES = 16
"""Whenever one worker fails another one has written, so more tries than workers are hardly ever needed."""


def stored_tracks(camera: str, stored: StoredTracks) -> Tracks:
    """Return the tracks that lie in the broker; none where there are none, or none that can be decoded."""
    tracks = Tracks()
    if stored.data:
        try:
            tracks = _decoded(stored)
        except EntryError as error:
            seldom.warning("camera %s: %s; everybody gets a new id", camera, error, about=camera)
    # The tracks expire, the ledger's next id doesn't: no id is given to a second face.
    return replace(tracks, next_id=stored.next_id)


def _decoded(stored: StoredTracks) -> Tracks:
    tracks = decode_tracks(stored.data.decode(errors="replace"))
    strange = [track.id for track in tracks.tracks if track.id >= stored.next_id]
    if strange:
        # A new face would get it as well.
        raise EntryError(f"the tracks cannot be decoded: id {strange[0]} was never given")
    return tracks


def associate(
    streams: CameraStreams,
    taken: Taken,
    tracks: Tracks,
    observation: Observation,
    *,
    keep_once_s: float = KEEP_ONCE_S,
) -> tuple[Tracks, tuple[Face, ...]]:
    """Return the tracks after a frame, and its faces; write the tracks for the next worker.

    Args:
        streams: the camera's.
        taken: the frame's entry, with what came with it.
        tracks: those that came with it, decoded.
        observation: what the frame shows.
        keep_once_s: see `follow`.

    Raises:
        BrokerError: the broker is away or refuses.
    """
    stored, commands = taken.stored, decode_commands(taken.commands)
    before = tracks
    # Only those that came with it: one who froze for a while finds newer ones, and no clock was set back.
    tracks = continued(tracks, observation.t, observation.size)
    for _ in range(MOST_TRIES):
        after, faces = follow(tracks, observation, commands, keep_once_s=keep_once_s)
        if not _worth_writing(before, after):
            return after, faces
        newest = streams.follow(stored.version, _new(after), _done(taken, after, observation))
        if newest is None:
            return after, faces
        metrics.CONFLICTS.labels(streams.camera).inc()
        if stored.version and not newest.version:
            # They ended with the run of capture that this frame is from; its faces are not those of the next.
            return _unwritten(Tracks(), after, faces)
        stored, before = newest, stored_tracks(streams.camera, newest)
        tracks = before
    seldom.warning("camera %s: the tracks changed at each try", streams.camera, about=streams.camera)
    return _unwritten(tracks, *follow(tracks, observation, commands, keep_once_s=keep_once_s))


def _worth_writing(before: Tracks, after: Tracks) -> bool:
    # After a frame older than the tracks they are mostly the same; that still nobody is there is no news.
    return after.tracks != before.tracks or after.searched != before.searched


def _done(taken: Taken, after: Tracks, observation: Observation) -> Fields:
    # A frame older than the tracks does what it was asked to no more than it follows anybody.
    return known_commands(taken.commands) if after.t == observation.t else {}


def _new(tracks: Tracks) -> NewTracks:
    return NewTracks(encode_tracks(tracks).encode(), [track.id for track in tracks.tracks], tracks.next_id)


def _unwritten(before: Tracks, after: Tracks, faces: tuple[Face, ...]) -> tuple[Tracks, tuple[Face, ...]]:
    # An id that is not written may be given to another face.
    known = {track.id for track in before.tracks}
    return after, tuple(face if face.track in known else replace(face, track=None) for face in faces)
