import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from services.inference.detection import Detection
from services.inference.pictures import FrameViews
from shared.entities import Box
from tests.models import write_model
from training.pasting import scenes
from training.scenes import SceneReport, format_report, main, matches, pick, through_crops
from training.splits import Split, read_dataset
from training.votes import Votes, read_votes

WriteCsv = Callable[..., Path]
FACE = Box(100, 100, 80, 80)


class FakeDetector:
    """Knows where the faces of each scene are, and finds those that it is told to, and others."""

    def __init__(self, split: Split, size_px: int, *, every: int = 1, more: Sequence[Box] = ()) -> None:
        self.answers = [scene.boxes[::every] for scene in scenes(split.pictures, size_px, seed=0)]
        self.more = more

    def search(self, frame: FrameViews) -> list[Detection]:
        assert frame.bgr.shape == (*frame.grey.shape, 3)
        return [Detection(box, 1.0) for box in (*self.answers.pop(0), *self.more)]

    def search_near(self, frame: FrameViews, boxes: Sequence[Box]) -> list[Detection | None]:
        raise AssertionError("a scene has no tracks")

    def glance(self, frame: FrameViews) -> list[Detection]:
        return []

    def search_turned(self, frame: FrameViews, boxes: Sequence[Box]) -> list[Detection | None]:
        raise NotImplementedError


@pytest.fixture
def split(write_csv: WriteCsv, rows: list[Any]) -> Split:
    return read_dataset(write_csv(rows)).split("PublicTest")


@pytest.fixture
def votes(write_votes: Callable[..., Path], rows: list[Any]) -> Votes:
    return read_votes(write_votes(rows))


@pytest.fixture
def model(tmp_path: Path) -> Path:
    return write_model(tmp_path / "model.onnx")


def measure(model: Path, split: Split, detector: FakeDetector, votes: Votes | None = None) -> SceneReport:
    return through_crops(model, split, votes, faces=len(split), sizes_px=[120], detector=detector)


def test_faces_that_are_all_found_are_counted_as_found(model: Path, split: Split) -> None:
    (size,) = measure(model, split, FakeDetector(split, 120)).sizes
    assert (size.size_px, size.faces, size.found, size.false_a_scene) == (120, len(split), 1.0, 0.0)


def test_what_was_found_is_cropped_and_read_beside_the_picture_itself(model: Path, split: Split) -> None:
    (size,) = measure(model, split, FakeDetector(split, 120)).sizes
    figures = size.heads["fer2013"]
    assert figures.faces == len(split)
    assert figures.direct is not None
    assert figures.crops is not None
    assert figures.points == pytest.approx(100 * (figures.crops - figures.direct))


def test_faces_that_are_missed_are_left_out_of_both_accuracies(model: Path, split: Split) -> None:
    (size,) = measure(model, split, FakeDetector(split, 120, every=2)).sizes
    assert size.found == pytest.approx(0.5)
    assert size.heads["fer2013"].faces == len(split) // 2


def test_what_is_no_face_is_counted_by_the_scene(model: Path, split: Split) -> None:
    detector = FakeDetector(split, 120, more=[Box(0, 0, 20, 20)])
    (size,) = measure(model, split, detector).sizes
    assert (size.found, size.false_a_scene) == (1.0, 1.0)


def test_where_nothing_is_found_there_is_no_accuracy(model: Path, split: Split) -> None:
    detector = FakeDetector(split, 120)
    detector.answers = [() for _ in detector.answers]
    report = measure(model, split, detector)
    (size,) = report.sizes
    assert size.found == 0
    assert (size.heads["fer2013"].faces, size.heads["fer2013"].direct) == (0, None)
    assert "no label on any face found" in format_report(report)


def test_a_head_without_votes_is_not_measured(tmp_path: Path, split: Split, votes: Votes) -> None:
    model = write_model(tmp_path / "f.onnx", output_name="ferplus", classes=8)
    assert measure(model, split, FakeDetector(split, 120)).sizes[0].heads == {}
    assert measure(model, split, FakeDetector(split, 120), votes).sizes[0].heads["ferplus"].faces == len(
        split
    )


@pytest.mark.parametrize(
    ("found", "matched"),
    [
        ([], None),
        ([FACE], 0),
        ([Box(110, 110, 60, 60)], 0),  # 0.56 of their union
        ([Box(120, 120, 42, 42)], None),  # 0.28
        ([Box(180, 100, 80, 80)], None),
        ([Box(120, 120, 60, 60), Box(104, 104, 74, 74)], 1),
    ],
)
def test_a_face_is_found_by_what_overlaps_it_most_and_enough(found: list[Box], matched: int | None) -> None:
    assert matches(found, [FACE]) == [matched]


def test_the_same_seed_picks_the_same_faces_in_their_order(split: Split) -> None:
    one, again = pick(split, 5, seed=1), pick(split, 5, seed=1)
    assert one.rows.tolist() == again.rows.tolist() == sorted(one.rows.tolist())
    assert len(pick(split, 1_000, seed=1)) == len(split)


def test_the_shipped_cascade_searches_scenes_of_noise_without_a_word(model: Path, split: Split) -> None:
    (size,) = through_crops(model, split, faces=6, sizes_px=[80]).sizes
    assert size.found == 0


def test_the_command_prints_json(
    model: Path, write_csv: WriteCsv, rows: list[Any], capsys: pytest.CaptureFixture[str]
) -> None:
    csv = str(write_csv(rows))
    assert main(["--model", str(model), "--csv", csv, "--faces", "2", "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert [size["size_px"] for size in report["sizes"]] == [60, 80, 120, 180]


def test_a_table_has_a_line_a_size_and_head(model: Path, split: Split) -> None:
    lines = format_report(measure(model, split, FakeDetector(split, 120))).splitlines()
    assert len(lines) == 2
    assert lines[1].startswith(" 120 px 100.0 %")


def test_a_file_that_does_not_fit_is_one_line(
    model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--model", str(model), "--csv", str(tmp_path / "absent.csv")]) == 1
    err = capsys.readouterr().err
    assert "absent.csv" in err
    assert err.count("\n") == 1


@pytest.mark.parametrize("faces", ["0", "-1", "many"])
def test_a_number_of_faces_that_is_none_is_refused(faces: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--csv", "x.csv", "--faces", faces])
    assert "--faces" in capsys.readouterr().err
