from pathlib import Path

import pytest

from services.local.analyze.folders import folders_of
from shared.errors import SettingsError

OUT = Path("out")


def test_one_video_has_the_folder_for_itself() -> None:
    assert folders_of([Path("a/clip.mp4")], OUT) == [OUT]


def test_each_of_several_videos_has_a_folder_of_its_name() -> None:
    assert folders_of([Path("a.mp4"), Path("b.mov")], OUT) == [OUT / "a", OUT / "b"]


def test_the_ending_tells_those_apart_that_have_nothing_else() -> None:
    videos = [Path("a.mp4"), Path("a.mov"), Path("b.mp4")]
    assert folders_of(videos, OUT) == [OUT / "a.mp4", OUT / "a.mov", OUT / "b"]


def test_two_of_the_same_name_are_refused_and_named() -> None:
    with pytest.raises(SettingsError, match=r"x/a\.mp4 and y/a\.mp4 .*--out"):
        folders_of([Path("x/a.mp4"), Path("y/a.mp4")], OUT)


def test_a_video_that_is_given_twice_is_refused() -> None:
    with pytest.raises(SettingsError, match=r"a\.mp4 is given twice"):
        folders_of([Path("a.mp4"), Path("a.mp4")], OUT)
