from itertools import combinations
from pathlib import Path

import cv2
import numpy as np
import pytest
from matplotlib.colors import to_rgb
from numpy.typing import NDArray

from services.analysis.frames import SECOND, ReadFace, ReadFrame
from services.analysis.slices import SHOWN, Slices
from services.analysis.timeline import COLOURS, MOST_TRACKS, draw_timeline, timeline
from tests.made import face
from tests.made_people import GOOD
from tests.made_recordings import numbered

NORMAL = np.eye(3)
# Machado, Oliveira and Fernandes (2009), severity 1.0, on linear RGB.
PROTANOPIA = np.array([[0.152, 1.053, -0.205], [0.115, 0.786, 0.099], [-0.004, -0.048, 1.052]])
DEUTERANOPIA = np.array([[0.367, 0.861, -0.228], [0.280, 0.673, 0.047], [-0.012, 0.043, 0.969]])
TRITANOPIA = np.array([[1.256, -0.077, -0.179], [-0.078, 0.931, 0.148], [0.005, 0.691, 0.304]])

LEAST_APART = 15.0
"""CIE76; some 2.3 are just noticeable side by side."""


def filmed(faces: int, seconds: int, failed: range = range(0)) -> Slices:
    slices = Slices()
    for second in range(seconds):
        shown = (
            ReadFace(numbered(face(SHOWN[(second + n) % 7]), n + 1), GOOD)
            for n in range(faces)
            if second >= n
        )
        failure = "failed" if second in failed else ""
        frame = ReadFrame(second, second * SECOND, () if failure else tuple(shown), failure)
        slices.add(frame, (second + 1) * SECOND)
    return slices


def rows_of(slices: Slices) -> list[str]:
    return [label.get_text() for label in timeline(slices, "a.mp4").axes[0].get_yticklabels()]


def title_of(slices: Slices, name: str = "a.mp4") -> str:
    return str(timeline(slices, name).axes[0].get_title(loc="left"))


def test_each_face_has_a_row_and_all_have_one_together() -> None:
    assert rows_of(filmed(5, 30)) == ["all faces", *(f"face {n}" for n in range(1, 6))]


def test_few_faces_have_their_scores_as_well() -> None:
    assert rows_of(filmed(1, 30)) == ["face 1", "scores"]


def test_of_many_faces_those_seen_for_longest_have_a_row() -> None:
    slices = filmed(30, 60)
    assert rows_of(slices) == ["all faces", *(f"face {n}" for n in range(1, MOST_TRACKS + 1))]
    assert title_of(slices) == "a.mp4: the 20 of 30 faces that are seen for longest"


def test_frames_that_failed_have_a_row() -> None:
    assert rows_of(filmed(1, 30, failed=range(3, 5)))[0] == "not read"


def test_the_axis_is_one_of_minutes_and_seconds() -> None:
    axes = timeline(filmed(1, 90), "a.mp4").axes[0]
    assert axes.get_xlabel() == "time in the video (minutes:seconds)"
    assert [label.get_text() for label in axes.get_xticklabels()][:3] == ["0:00", "0:10", "0:20"]
    assert axes.get_xlim() == (0, 90)


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("$100$.mp4", "$100$.mp4: 1 face"),
        ("x" * 200 + ".mp4", "x" * 59 + "…: 1 face"),
        ("映画.mp4", "映画.mp4: 1 face"),
    ],
)
def test_a_video_of_any_name_is_drawn(tmp_path: Path, name: str, title: str) -> None:
    slices = filmed(1, 3)
    assert title_of(slices, name) == title
    draw_timeline(slices, name, tmp_path / "a.png")
    assert cv2.imread(str(tmp_path / "a.png")) is not None


def test_what_is_shown_is_drawn_in_its_colour(tmp_path: Path) -> None:
    slices = Slices()
    slices.add(ReadFrame(0, 0, (ReadFace(numbered(face("happy"), 1), GOOD),)), SECOND)
    draw_timeline(slices, "a.mp4", tmp_path / "a.png")
    pixels = cv2.imread(str(tmp_path / "a.png"))
    assert pixels is not None
    happy = (255 * np.array(to_rgb(COLOURS["happy"]))[::-1]).round()
    assert (np.abs(pixels - happy).max(axis=2) < 2).mean() > 0.05


@pytest.mark.parametrize("slices", [Slices(), filmed(0, 5)])
def test_a_video_in_which_nobody_is_seen_says_so(slices: Slices) -> None:
    texts = [text.get_text() for text in timeline(slices, "a.mp4").axes[0].texts]
    assert texts == ["no face was found"]
    assert title_of(slices) == "a.mp4: 0 faces"


@pytest.mark.parametrize("sight", [NORMAL, PROTANOPIA, DEUTERANOPIA, TRITANOPIA])
def test_all_kinds_of_colour_vision_tell_the_colours_apart(sight: NDArray[np.float64]) -> None:
    colours = np.array([to_rgb(COLOURS[name]) for name in SHOWN])
    linear = np.where(colours > 0.04045, ((colours + 0.055) / 1.055) ** 2.4, colours / 12.92)
    seen = (linear @ sight.T).clip(0, 1)
    gamma = np.where(seen > 0.0031308, 1.055 * seen ** (1 / 2.4) - 0.055, 12.92 * seen)
    lab = cv2.cvtColor(gamma[None].astype(np.float32), cv2.COLOR_RGB2LAB)[0]
    apart = {(a, b): float(np.linalg.norm(lab[a] - lab[b])) for a, b in combinations(range(len(SHOWN)), 2)}
    (a, b), least = min(apart.items(), key=lambda pair: pair[1])
    assert least > LEAST_APART, f"{SHOWN[a]} and {SHOWN[b]}"
