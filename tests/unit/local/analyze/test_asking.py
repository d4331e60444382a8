import os
from pathlib import Path

import pytest

from services.local.analyze.asking import about_video, about_workers, check_file, last_line
from shared.errors import ModelError, SourceError
from tests.models import write_model


def test_a_video_that_is_not_there_is_one_line_that_names_it(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"nowhere\.mp4") as caught:
        about_video(tmp_path / "nowhere.mp4", dict(os.environ))
    assert "\n" not in str(caught.value)


def test_a_wrong_path_needs_no_other_program() -> None:
    with pytest.raises(SourceError, match=r"'a\.mp4': No such file or directory"):
        check_file(Path("a.mp4"))
    assert check_file(Path(__file__)) == Path(__file__)


def test_a_file_that_is_no_video_is_one_line_that_names_it(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("no pictures in here")
    with pytest.raises(SourceError, match=r"notes\.txt") as caught:
        about_video(path, dict(os.environ))
    assert "\n" not in str(caught.value)
    assert "mien capture" not in str(caught.value)


def test_workers_say_what_their_results_depend_on(tmp_path: Path) -> None:
    model = write_model(tmp_path / "some.onnx")
    found = about_workers({**os.environ, "MIEN_MODEL": str(model), "MIEN_LABELS": "fer2013"})
    assert (found["model"], found["labels"]) == ("some.onnx", "fer2013")


def test_a_model_that_is_not_there_is_said_before_a_worker_is_started(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"none\.onnx is not there"):
        about_workers({**os.environ, "MIEN_MODEL": str(tmp_path / "none.onnx")})


def test_the_last_line_counts_without_the_name_of_the_part() -> None:
    assert last_line("first\nmien capture: a.mp4: is empty\n", "nothing") == "a.mp4: is empty"
    assert last_line("", "nothing") == "nothing"
