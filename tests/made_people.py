"""People who walk in front of a camera, as a detector that errs sees them, and workers who follow them."""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np

from services.inference.following import follow
from services.inference.motion import centre
from services.inference.observation import Observation, Seen
from services.inference.quality import Quality
from services.inference.tracks import Seven, Tracks, decode_tracks, encode_tracks
from shared.entities import Box, Face

Observe: TypeAlias = Callable[[float, Tracks], Observation]
"""What the frame of a time, in seconds, shows to a worker who has these tracks."""

BEGIN = 1_700_000_000_000_000_000
SIZE = (640, 480)
GOOD = Quality(side=80.0, light=200.0, sharpness=1.0, turn=0.0)
HAPPY: Seven = (0.02, 0.02, 0.02, 0.88, 0.02, 0.02, 0.02)
HIDDEN_FROM = 0.35
"""A face of which another one, nearer to the camera, covers so much of the width is not detected."""


@dataclass(frozen=True)
class Person:
    """A person with a face of `side` pixels; `at` tells where its middle is after so many seconds."""

    side: float
    at: Callable[[float], tuple[float, float]]


def walking(side: float, start: tuple[float, float], speed: tuple[float, float]) -> Person:
    return Person(side, lambda s: (start[0] + speed[0] * s, start[1] + speed[1] * s))


@dataclass
class Sight:
    """A detector that is off by `jitter` of a face's side, one deviation, and misses a part of the faces."""

    people: Sequence[Person]
    jitter: float = 0.03
    missed: float = 0.05
    rng: np.random.Generator = field(default_factory=lambda: np.random.default_rng(1))

    def observe(self, seconds: float, _: Tracks) -> Observation:
        seen = tuple(
            Seen(self._box(person, seconds), HAPPY, GOOD)
            for person in self.people
            if not hidden(person, self.people, seconds) and self.rng.random() >= self.missed
        )
        return Observation(ns(seconds), seen, True, SIZE)

    def _box(self, person: Person, seconds: float) -> Box:
        noise = self.rng.normal(0, self.jitter * person.side, 3)
        x, y = person.at(seconds)
        side = person.side + noise[2]
        return Box(round(x + noise[0] - side / 2), round(y + noise[1] - side / 2), round(side), round(side))


def ns(seconds: float) -> int:
    return BEGIN + round(seconds * 1e9)


def hidden(person: Person, people: Sequence[Person], seconds: float) -> bool:
    """Whether one who is larger, and so nearer, stands before a person."""
    x, y = person.at(seconds)
    for other in people:
        there = other.at(seconds)
        covered = (person.side + other.side) / 2 - max(abs(there[0] - x), abs(there[1] - y))
        if other.side > person.side and covered > HIDDEN_FROM * person.side:
            return True
    return False


@dataclass
class Store:
    """The tracks in a broker: a version, and a write that only succeeds against it."""

    text: str | None = None
    version: int = 0

    def write(self, version: int, tracks: Tracks) -> bool:
        if version != self.version:
            return False
        self.text, self.version = encode_tracks(tracks), version + 1
        return True


def followed(
    observe: Observe, *, seconds: float, fps: float, work_s: Sequence[float]
) -> Iterator[tuple[float, tuple[Face, ...]]]:
    """Yield the capture time and the faces of each frame done by workers who take `work_s` for a frame.

    An idle worker takes the newest frame and reads the tracks; when it is done it associates against those,
    and again whenever others have written meanwhile.
    """
    store, last_taken = Store(), -1
    free_at = [0.0] * len(work_s)
    running: list[tuple[float, int, float, tuple[int, Tracks]]] = []
    while True:
        worker = min(range(len(work_s)), key=free_at.__getitem__)
        frame = max(last_taken + 1, int(free_at[worker] * fps))
        begin = max(free_at[worker], frame / fps)
        for done in sorted(job for job in running if job[0] <= begin or frame / fps > seconds):
            running.remove(done)
            yield done[2], _associated(store, observe(done[2], done[3][1]), done[3])
        if frame / fps > seconds:
            return
        last_taken, free_at[worker] = frame, begin + work_s[worker]
        running.append((free_at[worker], worker, frame / fps, (store.version, decode_tracks(store.text))))


def _associated(store: Store, observation: Observation, read: tuple[int, Tracks]) -> tuple[Face, ...]:
    version, tracks = read
    while True:
        after, faces = follow(tracks, observation)
        if after == tracks or store.write(version, after):
            return faces
        version, tracks = store.version, decode_tracks(store.text)


def ids_of(
    people: Sequence[Person], results: Sequence[tuple[float, tuple[Face, ...]]]
) -> list[set[int | None]]:
    """Return, for each person, every id that the face at their place was given."""
    ids: list[set[int | None]] = [set() for _ in people]
    for seconds, faces in results:
        standing = [i for i, person in enumerate(people) if not hidden(person, people, seconds)]
        for face in faces:
            x, y = centre(face.box)
            far = {i: math.dist((x, y), people[i].at(seconds)) for i in standing}
            nearest = min(far, key=far.__getitem__, default=None)
            if nearest is not None and far[nearest] < 0.4 * people[nearest].side:
                ids[nearest].add(face.track)
    return ids
