import numpy as np
import pytest

from benchmarks import clip, stages, versus
from benchmarks.original import OriginalLoop
from benchmarks.original_network import build
from benchmarks.pipeline import NoMeasurement
from benchmarks.whole import WholeFrame
from services.inference.cascade import CascadeDetector
from services.inference.crop import Crops
from services.inference.pictures import decode_jpeg, encode_jpeg
from services.inference.processor import FrameProcessor, Scores
from shared.entities import EXPRESSIONS


class Even:
    """Finds every expression equally likely."""

    def classify(self, crops: Crops) -> Scores:
        return np.full((len(crops), len(EXPRESSIONS)), 1 / len(EXPRESSIONS), np.float32)


def processor() -> FrameProcessor:
    return FrameProcessor(CascadeDetector(), Even())


def test_a_worker_follows_the_face_of_the_clip_from_its_first_frame() -> None:
    mien = WholeFrame(processor(), jpeg_quality=80)
    tracks = []
    for frame in clip.jpegs(4):
        result = mien.handle(frame)
        tracks += [face.track for face in mien.faces]
        assert decode_jpeg(bytes(result["jpeg"])).shape == (480, 640, 3)  # type: ignore[arg-type]
    assert tracks == [1, 1, 1, 1]
    assert {"decode", "detect", "classify", "follow", "annotate", "encode"} <= mien.timings.keys()


def test_both_loops_handle_every_frame() -> None:
    frames = clip.jpegs(3)
    mien, second = (WholeFrame(processor(), 80) for _ in range(2))
    both = versus.compare("a clip", frames, mien, OriginalLoop(build()), centerface=second, turn=2)
    assert (both.frames, both.with_face) == (len(frames), len(frames))
    assert both.centerface is not None
    assert both.centerface.cpu_ms.n == len(frames)
    assert len(both.mien_ms) == len(both.original_ms) == len(frames)
    assert both.ratio > 0


def test_without_the_other_detector_there_is_no_figure_of_it() -> None:
    frames = clip.jpegs(1)
    both = versus.compare("a clip", frames, WholeFrame(processor(), 80), OriginalLoop(build()))
    assert (both.centerface, both.centerface_ratio) == (None, None)


def test_each_stage_is_measured_on_each_frame() -> None:
    frames = clip.jpegs(3)
    parts = stages.Parts(processor(), {"cascade": CascadeDetector()}, Even(), jpeg_quality=80)
    rows = stages.measure(frames, parts)
    assert [row.stage for row in rows] == [
        "decode",
        "grey",
        "cascade: search whole",
        "cascade: near one face",
        "crop and classify 1",
        "crop and classify 8",
        "follow",
        "annotate",
        "encode",
    ]
    assert {row.cost.cpu_ms.n for row in rows} == {3}


def test_a_clip_without_a_face_is_no_measurement() -> None:
    empty = [encode_jpeg(clip.shelf(), 80)]
    parts = stages.Parts(processor(), {"cascade": CascadeDetector()}, Even(), jpeg_quality=80)
    with pytest.raises(NoMeasurement, match="no face"):
        stages.measure(empty, parts)


def test_a_scene_knows_the_tracks_before_its_frame() -> None:
    first, second = stages.scenes(clip.jpegs(2), processor())
    assert not first.tracks.tracks
    assert [track.id for track in second.tracks.tracks] == [face.track for face in second.faces]
