"""The processor on clips of real pixels: the shipped model, the cascade, nothing made easy."""

from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from services.inference.association import overlap
from services.inference.cascade import CascadeDetector
from services.inference.observation import Observation
from services.inference.pictures import BgrImage
from services.inference.policy import EVERY_FRAME
from services.inference.processor import FrameProcessor
from services.inference.session import ExpressionModel
from services.inference.settings import MODEL
from services.inference.stopwatch import Stopwatch
from services.inference.tracks import Tracks
from shared.entities import Face
from tests.made_clips import LEFT, RIGHT, demo, head_of, noisy, scene
from tests.made_people import followed, ids_of, ns, walking

FPS = 10
Clip = list[tuple[float, BgrImage]]
Results = list[tuple[float, tuple[Face, ...]]]


@pytest.fixture(scope="module")
def model() -> ExpressionModel:
    return ExpressionModel(Path(MODEL))


def watched(clip: Iterable[tuple[float, BgrImage]], processor: FrameProcessor) -> Results:
    tracks, results = Tracks(), []
    for seconds, pixels in clip:
        faces, tracks = processor.process(pixels, ns(seconds), tracks, Stopwatch())
        results.append((seconds, faces))
    return results


def found_again(full: Results, quick: Results) -> float:
    """Return the part of the faces found by searching every frame whole that is found by searching near."""
    pairs = [
        any(overlap(face.box, other.box) > 0.3 for other in others)
        for (_, faces), (_, others) in zip(full, quick, strict=True)
        for face in faces
    ]
    return sum(pairs) / len(pairs)


def test_on_the_demo_clip_nothing_that_a_full_search_finds_is_missed(model: ExpressionModel) -> None:
    clip = [(n / 30, pixels) for n, pixels in enumerate(demo(90))][::3]
    full = watched(clip, FrameProcessor(CascadeDetector(), model, policy=EVERY_FRAME))
    quick = watched(clip, FrameProcessor(CascadeDetector(), model))
    assert found_again(full, quick) >= 0.98
    assert {face.track for _, faces in quick for face in faces} == {1, 2}


def test_two_who_cross_keep_their_ids_and_their_faces_are_found(model: ExpressionModel) -> None:
    picture = demo(1)[0]
    near, far = walking(130, (140, 240), (120, 0)), walking(105, (500, 250), (-120, 0))
    clip = list(scene([(head_of(picture, LEFT), near), (head_of(picture, RIGHT), far)], FPS, 3.0))
    full = watched(clip, FrameProcessor(CascadeDetector(), model, policy=EVERY_FRAME))
    quick = watched(clip, FrameProcessor(CascadeDetector(), model))
    assert found_again(full, quick) >= 0.98
    assert ids_of([near, far], quick) in ([{1}, {2}], [{2}, {1}])
    assert len(quick[-1][1]) == 2


def test_three_workers_of_different_speed_keep_the_ids_of_two_who_cross(model: ExpressionModel) -> None:
    picture = demo(1)[0]
    near, far = walking(130, (140, 240), (120, 0)), walking(105, (500, 250), (-120, 0))
    heads = [(head_of(picture, LEFT), near), (head_of(picture, RIGHT), far)]
    clip = {ns(seconds): pixels for seconds, pixels in scene(heads, 15, 3.0)}
    processor = FrameProcessor(CascadeDetector(), model)

    def observe(seconds: float, tracks: Tracks) -> Observation:
        return processor.observe(clip[ns(seconds)], ns(seconds), tracks, Stopwatch())

    results = list(followed(observe, seconds=2.9, fps=15, work_s=[0.05, 0.09, 0.21]))
    assert ids_of([near, far], results) in ([{1}, {2}], [{2}, {1}])


def labels(results: Results) -> dict[int | None, list[str]]:
    """Return what is shown of each track, frame by frame."""
    said: dict[int | None, list[str]] = {}
    for _, faces in results:
        for face in faces:
            said.setdefault(face.track, []).append(face.expression)
    return said


def test_the_label_of_a_still_face_stays_through_a_cameras_noise(model: ExpressionModel) -> None:
    rng = np.random.default_rng(8)
    (picture,) = demo(1)
    clip = ((n / FPS, noisy(picture, rng)) for n in range(60 * FPS))
    said = labels(watched(clip, FrameProcessor(CascadeDetector(), model)))
    assert len(said) == 2
    assert all(sum(a != b for a, b in pairwise(row)) <= 1 for row in said.values())


def test_a_cut_to_another_expression_shows_within_400_ms(model: ExpressionModel) -> None:
    rng = np.random.default_rng(9)
    pictures = demo(121)
    cut_at, shown_by = FPS, FPS + round(0.4 * FPS)
    clip = ((n / FPS, noisy(pictures[75 if n < cut_at else 120], rng)) for n in range(2 * FPS))
    said = labels(watched(clip, FrameProcessor(CascadeDetector(), model)))
    assert all(row[shown_by] == row[-1] for row in said.values())
    assert any(row[cut_at - 1] != row[-1] for row in said.values())
