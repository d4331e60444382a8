"""A face that shows one expression clearly is read ten times a second, and nobody can tell."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from services.inference.crop import Crops
from services.inference.policy import EVERY_FRAME, MS, Policy
from services.inference.processor import FrameProcessor, Scores
from services.inference.stopwatch import Stopwatch
from services.inference.tracks import Seven, Tracks
from shared.entities import Box, Face
from tests.fakes import FakeDetector

T = 1_700_000_000_000_000_000
FACE = Box(60, 40, 80, 80)
GRAIN = np.random.default_rng(1).integers(80, 256, (200, 240, 3), dtype=np.uint8)
HAPPY: Seven = (0.02, 0.02, 0.02, 0.85, 0.02, 0.02, 0.05)
SURPRISED: Seven = (0.02, 0.02, 0.1, 0.02, 0.02, 0.8, 0.02)
CLOSE: Seven = (0.02, 0.02, 0.02, 0.02, 0.5, 0.02, 0.4)


class Person:
    """Reads whatever expression a person shows now, with noise; counts the crops that it read."""

    def __init__(self, scores: Seven, noise: float = 0.0) -> None:
        self.scores = scores
        self.read = 0
        self._noise = noise
        self._random = np.random.default_rng(5)

    def classify(self, crops: Crops) -> Scores:
        self.read += len(crops)
        rows = np.clip(self.scores + self._random.normal(0, self._noise, (len(crops), 7)), 0.001, 1)
        return np.asarray(rows / rows.sum(axis=1, keepdims=True), np.float32)


class Camera:
    """Shows a person to a processor."""

    def __init__(self, person: Person, policy: Policy | None = None, fps: int = 30) -> None:
        self.detector = FakeDetector(FACE)
        self.processor = FrameProcessor(self.detector, person, policy=policy or Policy())
        self.tracks = Tracks()
        self.commands: dict[int, int] = {}
        self.t = T
        self._step = 1_000_000_000 // fps

    def watch(self, seconds: float) -> Iterator[Face]:
        """Yield the face in each frame of the next seconds."""
        for _ in range(round(seconds * 1_000_000_000 / self._step)):
            self.t += self._step
            faces, self.tracks = self.processor.process(
                GRAIN, self.t, self.tracks, Stopwatch(), self.commands
            )
            yield from faces


def read_in(camera: Camera, person: Person, seconds: float = 1.0) -> int:
    """Return how many of the frames of the next seconds were read."""
    before = person.read
    assert len(list(camera.watch(seconds))) > 0
    return person.read - before


def settled(person: Person, policy: Policy | None = None, fps: int = 30) -> Camera:
    camera = Camera(person, policy, fps)
    list(camera.watch(1))
    return camera


@pytest.mark.parametrize(("fps", "reads"), [(30, 10), (60, 10), (15, 8), (8, 8)])
def test_a_steady_face_is_read_ten_times_a_second_at_most(fps: int, reads: int) -> None:
    person = Person(HAPPY)
    assert read_in(settled(person, fps=fps), person) == pytest.approx(reads, abs=1)


def test_it_is_shown_in_each_frame_with_its_label_and_its_scores() -> None:
    faces = list(settled(Person(HAPPY)).watch(1))
    assert len(faces) == 30
    assert {face.expression for face in faces} == {"happy"}
    assert [face.scores["happy"] for face in faces] == pytest.approx([0.85] * 30, abs=0.001)


def test_a_new_face_is_read_in_each_frame() -> None:
    person = Person(HAPPY)
    assert read_in(Camera(person), person, 10 / 30) == 10


def test_a_face_between_two_expressions_is_read_in_each_frame() -> None:
    person = Person(CLOSE)
    assert read_in(settled(person), person) == 30


def test_a_face_that_moves_fast_is_read_in_each_frame() -> None:
    person = Person(HAPPY)
    camera = settled(person)
    track = camera.tracks.tracks[0]
    fast = replace(track, velocity=(2.0 * track.box[2], 0.0))
    assert Policy().read(fast, track.read + 33 * MS)
    assert not Policy().read(track, track.read + 33 * MS)


def test_a_face_that_changes_is_read_in_each_frame_until_it_is_clear_again() -> None:
    person = Person(HAPPY)
    camera = settled(person)
    person.scores = SURPRISED
    assert read_in(camera, person, 0.5) >= 10


def test_a_resting_face_that_is_learned_is_read_in_each_frame() -> None:
    person = Person(HAPPY)
    camera = settled(person)
    camera.commands = {1: camera.t + 2_000 * MS}
    list(camera.watch(0.1))
    assert read_in(camera, person) == 30


def test_where_each_frame_is_searched_whole_each_face_is_read() -> None:
    person = Person(HAPPY)
    assert read_in(settled(person, EVERY_FRAME), person) == 30


@pytest.mark.parametrize("fps", [15, 30, 60])
def test_a_change_shows_within_400_ms_and_nothing_else_between(fps: int) -> None:
    person = Person(HAPPY, noise=0.03)
    camera = settled(person, fps=fps)
    person.scores = SURPRISED
    said = [face.expression for face in camera.watch(2)]
    assert said.index("surprise") <= 0.4 * fps
    assert [b for a, b in pairwise(["happy", *said]) if a != b] == ["surprise"]


@pytest.mark.parametrize("scores", [HAPPY, CLOSE, (0.02, 0.02, 0.02, 0.6, 0.02, 0.02, 0.3)])
def test_a_still_face_with_camera_noise_changes_its_label_at_most_once_in_a_minute(scores: Seven) -> None:
    said = [face.expression for face in Camera(Person(scores, noise=0.05)).watch(60)]
    assert sum(a != b for a, b in pairwise(said)) <= 1


def test_a_face_that_is_not_read_has_its_place_in_the_observation() -> None:
    person = Person(HAPPY)
    camera = settled(person)
    soon = camera.tracks.tracks[0].read + 33 * MS
    observation = camera.processor.observe(GRAIN, soon, camera.tracks, Stopwatch())
    assert (observation.seen, observation.unread) == ((), (FACE,))
    assert observation.boxes == [FACE]
