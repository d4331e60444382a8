"""`make train` on a made miniature of FER2013: the Makefile's own commands, one after the other."""

import importlib
import json
import re
import shlex
import shutil
import subprocess
from collections.abc import Callable
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("keras", reason="training needs Keras: install mien[training]", exc_type=ImportError)
pytest.importorskip("tensorflow", reason="exporting needs TensorFlow: install mien[training]")
pytest.importorskip("matplotlib", reason="the report's pictures are drawn with matplotlib")

from tests.unit.training.conftest import made_rows
from tests.unit.training.made_model import write_made_model
from training.card import BEGIN, END
from training.params import DEFAULT_PATH
from training.runs import RunFolder
from training.session import open_session, output_names

ROOT = Path(__file__).parents[3]

pytestmark = [
    # It takes some 30 s of a processor, and longer beside other work.
    pytest.mark.timeout(300),
    pytest.mark.skipif(shutil.which("make") is None, reason="needs make"),
    # Keras's own conversion of tensors, with numpy 2.
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),
]

THIN = {
    "batch: 128": "batch: 14",
    "stages: [[32], [64, 64], [160, 160], [320, 320]]": "stages: [[8], [8], [16]]",
    "stages: [[64, 64], [128, 128], [256, 256], [512, 512]]": "stages: [[8], [8], [8]]",
}


def stages_of_make(**variables: object) -> list[tuple[str, list[str], Path | None]]:
    """Module, arguments and the file its output goes to, of each command that `make train` would run."""
    assignments = [f"{name}={value}" for name, value in variables.items()]
    command = ["make", "--dry-run", "--no-print-directory", "train", *assignments]
    text = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    stages = []
    for line in text.replace("\\\n", " ").splitlines():
        found = re.search(r"/python -m (training\.\w+) (.*)$", line)
        if found:
            arguments, _, target = found[2].partition(" > ")
            stages.append(
                (found[1], shlex.split(arguments), Path(shlex.split(target)[0]) if target else None)
            )
    return stages


def run_stage(module: str, arguments: list[str], target: Path | None) -> int:
    """Runs one of them in this process, which has imported TensorFlow already."""
    main: Callable[[list[str]], int] = importlib.import_module(module).main
    if target is None:
        return main(arguments)
    with target.open("w", encoding="utf-8") as file, redirect_stdout(file):
        return main(arguments)


def write_thin(path: Path) -> Path:
    text = DEFAULT_PATH.read_text(encoding="utf-8")
    for old, new in THIN.items():
        assert old in text
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")
    return path


def test_the_whole_command_leaves_a_model_a_report_pictures_and_a_card(
    write_csv: Callable[..., Path], write_votes: Callable[..., Path], tmp_path: Path
) -> None:
    rows: list[Any] = made_rows(training=84, public=56)
    run, model, pictures, card = (tmp_path / name for name in ("run", "m.onnx", "pictures", "CARD.md"))
    card.write_text(f"# Card\n\n{BEGIN}\n{END}\n", encoding="utf-8")
    original = write_made_model(tmp_path / "original.onnx")
    stages = stages_of_make(
        DATA=write_csv(rows, "icml_face_data.csv.gz", "icml_face_data"),
        VOTES=write_votes(rows),
        EPOCHS=2,
        PARAMS=write_thin(tmp_path / "params.yaml"),
        RUN=run,
        MODEL=model,
        PICTURES=pictures,
        CARD=card,
        ORIGINAL=original,
    )
    names = ["dataset", "train", "export", "evaluate", "curves", "pictures", "compare", "card"]
    assert [module for module, _, _ in stages] == [f"training.{name}" for name in names]
    for stage in stages:
        assert run_stage(*stage) == 0, stage

    record = RunFolder(run).read_record()
    assert (record.network, record.epochs_done, record.finished) == ("mien", 2, True)
    assert output_names(open_session(model)) == ["fer2013", "ferplus"]
    report = json.loads((run / "report.json").read_text(encoding="utf-8"))
    assert report["facts"]["network"] == "mien"
    assert report["facts"]["epochs"] == 2
    assert {one["head"] for one in report["splits"]} == {"fer2013", "ferplus"}
    assert {path.name for path in pictures.iterdir()} >= {
        "training-curve.png",
        "confusion.png",
        "reliability.png",
        "coverage.png",
        "confusion-ferplus.png",
    }
    text = card.read_text(encoding="utf-8")
    assert "Network `mien`" in text
    assert [line.split()[1] for line in text.splitlines() if line.startswith(("| mien", "| made"))] == [
        "mien",
        "made",
    ]


def test_without_the_original_nothing_is_compared(tmp_path: Path) -> None:
    stages = stages_of_make(DATA="fer2013.csv", ORIGINAL=tmp_path / "absent.onnx")
    assert "training.compare" not in [module for module, _, _ in stages]
    assert "--comparison" not in [argument for _, arguments, _ in stages for argument in arguments]


def test_the_original_trains_with_the_same_command_and_its_epochs_are_recorded(
    write_csv: Callable[..., Path], tmp_path: Path
) -> None:
    stages = stages_of_make(
        DATA=write_csv(made_rows()),
        NETWORK="original",
        EPOCHS=2,
        PARAMS=write_thin(tmp_path / "params.yaml"),
        RUN=tmp_path / "run",
    )
    for stage in stages[:2]:
        assert run_stage(*stage) == 0, stage
    record = RunFolder(tmp_path / "run").read_record()
    assert (record.network, record.size, record.epochs_done) == ("original", 48, 2)
    assert [entry["epoch"] for entry in record.history] == [1, 2]


def test_another_network_leaves_the_model_that_ships_alone() -> None:
    stages = stages_of_make(DATA="fer2013.csv", NETWORK="original")
    written = [argument for _, arguments, _ in stages for argument in arguments]
    assert "runs/original/original.onnx" in written
    assert not [argument for argument in written if argument.startswith(("models/", "docs/", "runs/latest"))]


def test_options_of_the_command_reach_their_stage() -> None:
    given = {"LEAKS": "l.txt", "TEACHER": "t.onnx", "MINUTES": 45, "RESUME": 1, "VOTES": "v.csv"}
    stages = {module: arguments for module, arguments, _ in stages_of_make(DATA="fer 2013.csv", **given)}
    train = stages["training.train"]
    for option, value in (("--leaks", "l.txt"), ("--teacher", "t.onnx"), ("--minutes", "45")):
        assert train[train.index(option) + 1] == value
    assert "--resume" in train
    for module in ("training.dataset", "training.train", "training.export", "training.evaluate"):
        arguments = stages[module]
        assert arguments[arguments.index("--csv") + 1] == "fer 2013.csv"
        assert arguments[arguments.index("--votes") + 1] == "v.csv"
