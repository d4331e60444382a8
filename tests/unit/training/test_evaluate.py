import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import onnx
import pytest

from shared.entities import EXPRESSIONS
from tests.unit.training.made_model import DESCRIBED, write_made_model
from training.evaluate import main

Paths = dict[str, Path]


@pytest.fixture
def files(
    write_csv: Callable[..., Path], write_votes: Callable[..., Path], rows: list[Any], tmp_path: Path
) -> Paths:
    properties = {**DESCRIBED, "mien.temperatures": json.dumps({"fer2013": 0.8, "ferplus": 1.5})}
    model = write_made_model(tmp_path / "m.onnx", properties=properties)
    return {"csv": write_csv(rows), "votes": write_votes(rows), "model": model, "out": tmp_path / "r.json"}


def options(files: Paths, *names: str) -> list[str]:
    return [word for name in names for word in (f"--{name}", str(files[name]))]


def test_the_json_has_both_heads_with_all_their_figures(
    files: Paths, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*options(files, "csv", "votes", "model"), "--json", "--out", str(files["out"])]) == 0
    report = json.loads(capsys.readouterr().out)
    assert json.loads(files["out"].read_text(encoding="utf-8")) == report
    assert report["facts"]["network"] == "made"
    assert (report["facts"]["epochs"], report["facts"]["parameters"]) == (3, 1234)
    assert report["file_mb"] == files["model"].stat().st_size / 1e6
    assert min(report["ms_per_face"], report["ms_per_face_of_8"]) > 0
    fer2013, ferplus = report["splits"]
    assert (fer2013["head"], fer2013["pictures"]) == ("fer2013", 14)
    assert (ferplus["head"], ferplus["pictures"]) == ("ferplus", 14)
    assert fer2013["calibration"]["temperature"] == 0.8
    assert ferplus["calibration"]["temperature"] == 1.5
    assert (fer2013["calibration"]["rows"], fer2013["calibration"]["pictures"]) == ("odd rows", 7)
    assert fer2013["unsure"]["curve"][-1]["coverage"] == 1
    assert list(fer2013["recall"]) == list(EXPRESSIONS)


def test_the_text_has_a_block_for_each_head_and_the_speed_at_the_end(
    files: Paths, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(options(files, "csv", "votes", "model")) == 0
    blocks = capsys.readouterr().out.strip().split("\n\n")
    assert [block.splitlines()[0].split(":")[0] for block in blocks[:2]] == [
        "PublicTest",
        "PublicTest, FER+ majority",
    ]
    assert "expected calibration error" in blocks[0]
    assert '"unsure" under' in blocks[1]
    assert "of all eight scores" in blocks[1]
    assert "ms a face at batch 1 on one thread" in blocks[2]
    assert "float32, 1,234 parameters" in blocks[2]


def test_unsure_is_what_the_model_itself_calls_so_and_chosen_where_it_does_not(
    files: Paths, capsys: pytest.CaptureFixture[str]
) -> None:
    properties = {**DESCRIBED, "mien.unsure_below": json.dumps({"fer2013": 0.3125})}
    write_made_model(files["model"], properties=properties)
    assert main([*options(files, "csv", "votes", "model"), "--json"]) == 0
    fer2013, ferplus = (one["unsure"] for one in json.loads(capsys.readouterr().out)["splits"])
    assert (fer2013["kept"]["threshold"], fer2013["source"]) == (0.3125, "the model's own")
    assert ferplus["source"] == "chosen on the even rows of PublicTest"


def test_through_crops_both_heads_are_measured(files: Paths, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*options(files, "csv", "votes", "model"), "--scenes", "--json"]) == 0
    scenes = json.loads(capsys.readouterr().out)["scenes"]["PublicTest"]
    assert [set(size["heads"]) for size in scenes["sizes"]] == [{"fer2013", "ferplus"}] * 4


def test_without_votes_only_fer2013_is_measured(files: Paths, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*options(files, "csv", "model"), "--json"]) == 0
    assert [split["head"] for split in json.loads(capsys.readouterr().out)["splits"]] == ["fer2013"]


def test_each_split_that_is_asked_for_is_measured(files: Paths, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["--split", "Training", "--split", "PublicTest", "--json"]
    assert main([*options(files, "csv", "model"), *asked]) == 0
    splits = json.loads(capsys.readouterr().out)["splits"]
    assert [(split["split"], split["calibration"]["rows"]) for split in splits] == [
        ("Training", "all rows"),
        ("PublicTest", "odd rows"),
    ]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"model": "absent.onnx"}, "absent.onnx"),
        ({"csv": "absent.csv"}, "absent.csv: cannot be read"),
        ({"votes": "absent.csv"}, "absent.csv: cannot be read"),
        ({"split": "PrivateTest"}, "no row of the split PrivateTest"),
    ],
)
def test_bad_input_is_one_line(
    files: Paths, capsys: pytest.CaptureFixture[str], change: dict[str, str], message: str
) -> None:
    words = {**{name: str(path) for name, path in files.items()}, **change}
    assert main([word for name, value in words.items() for word in (f"--{name}", value)]) == 1
    error = capsys.readouterr().err
    assert message in error
    assert error.count("\n") == 1


def test_another_kind_of_model_is_refused_in_one_line(
    files: Paths, capsys: pytest.CaptureFixture[str]
) -> None:
    write_made_model(files["model"], heads={"fer2013": 5})
    assert main(options(files, "csv", "model")) == 1
    assert capsys.readouterr().err == f"{files['model']}: fer2013 is ['N', 5], not [N, 7]\n"
    graph = onnx.load(write_made_model(files["model"]))
    graph.graph.input[0].name = graph.graph.node[0].input[0] = "image"
    onnx.save(graph, str(files["model"]))
    assert main(options(files, "csv", "model")) == 1
    error = capsys.readouterr().err
    assert "image" in error
    assert error.endswith("not face: uint8 [N, 48, 48, 1]\n")


def test_a_model_without_the_head_of_fer2013_is_refused(
    files: Paths, capsys: pytest.CaptureFixture[str]
) -> None:
    write_made_model(files["model"], heads={"ferplus": 8})
    assert main(options(files, "csv", "model")) == 1
    assert capsys.readouterr().err == f"{files['model']}: no output fer2013, only ferplus\n"
