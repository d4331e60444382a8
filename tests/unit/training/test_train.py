"""The whole way on made data: train, stop, resume, export, evaluate."""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("keras", reason="training needs Keras: install mien[training]")
pytest.importorskip("tensorflow", reason="training is tried on TensorFlow: install mien[training]")

from shared.errors import ModelError
from training import evaluate, export, train
from training.leaks import load_for_training
from training.pace import Pace, learning_rate
from training.params import DEFAULT_PATH, Params, load_params
from training.runs import RunFolder
from training.session import open_session, output_names, predict
from training.splits import Dataset
from training.trainer import Trainer, build_trainable

pytestmark = [
    pytest.mark.timeout(240),
    # Keras's own conversion of tensors, with numpy 2.
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),
]


@dataclass(frozen=True)
class Made:
    """Made data and small parameters."""

    csv: Path
    votes: Path
    yaml: Path
    params: Params
    dataset: Dataset


@pytest.fixture
def made(
    write_csv: Callable[..., Path], write_votes: Callable[..., Path], rows: list[Any], tmp_path: Path
) -> Made:
    text = DEFAULT_PATH.read_text(encoding="utf-8")
    changes = {
        "batch: 128": "batch: 14",
        "peak_rate: 0.08": "peak_rate: 0.02",
        "stages: [[32], [64, 64], [160, 160], [320, 320]]": "stages: [[8], [8, 8], [16]]",
    }
    for old, new in changes.items():
        assert old in text
        text = text.replace(old, new)
    yaml = tmp_path / "params.yaml"
    yaml.write_text(text, encoding="utf-8")
    csv, votes = write_csv(rows), write_votes(rows)
    return Made(csv, votes, yaml, load_params("mien", yaml, epochs=2), load_for_training(csv, votes))


def test_a_trained_run_is_exported_and_evaluated_through_onnx_runtime(
    made: Made, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run, out = str(tmp_path / "run"), tmp_path / "models" / "expression.onnx"
    common = ["--csv", str(made.csv)]
    options = ["--votes", str(made.votes), "--params", str(made.yaml), "--epochs", "1", "--run", run]
    assert train.main([*common, *options]) == 0
    assert set(RunFolder(Path(run)).read_record().files_sha256) == {"votes"}
    assert export.main(["--run", run, "--out", str(out)]) == 0

    session = open_session(out)
    (face,) = session.get_inputs()
    assert (face.name, face.type, face.shape[1:]) == ("face", "tensor(uint8)", [48, 48, 1])
    assert output_names(session) == ["fer2013", "ferplus"]
    faces = np.random.default_rng(0).integers(0, 256, (3, 48, 48), np.uint8)
    assert predict(session, faces).shape == (3, 7)
    np.testing.assert_allclose(predict(session, faces, "ferplus").sum(axis=1), 1, atol=1e-5)

    metadata = session.get_modelmeta().custom_metadata_map
    assert json.loads(metadata["mien.labels"])[3] == "happy"
    assert json.loads(metadata["mien.ferplus_labels"])[7] == "contempt"
    assert metadata["mien.data_sha256"] == made.dataset.sha256
    assert metadata["mien.network"] == "mien"
    assert metadata["mien.version"]

    capsys.readouterr()
    assert evaluate.main([*common, "--model", str(out), "--split", "PublicTest", "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    (split,) = report["splits"]
    assert split["pictures"] == np.sum(split["confusion"]) == 14
    assert split["accuracy"] == pytest.approx(np.trace(split["confusion"]) / 14)
    assert report["ms_per_face"] > 0

    assert evaluate.main([*common, "--model", str(out)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith(f"PublicTest: {100 * split['accuracy']:.2f} % of 14 pictures")
    assert [line.split()[0] for line in lines[2:9]] == list(split["recall"])

    assert evaluate.main([*common, "--model", str(out), "--split", "PrivateTest"]) == 1
    assert "no row of the split PrivateTest" in capsys.readouterr().err


def test_a_run_whose_time_is_up_ends_annealed_and_whole(made: Made, tmp_path: Path) -> None:
    rates: list[float] = []
    folder = RunFolder(tmp_path / "run")
    dataset = load_for_training(made.csv)
    record = train.new_record(made.params, dataset, 1.0)
    model = build_trainable(made.params, record.heads)
    folder.make_room()
    seconds = iter(range(10_000))
    pace = Pace(1000, 100, clock=lambda: float(next(seconds)))

    class Watch(Trainer):
        def run_epoch(self) -> None:
            super().run_epoch()
            rates.append(float(self.model.optimizer.learning_rate))

    Watch(model, dataset, made.params, folder, record, pace).run()
    assert record.finished
    assert record.epochs_done < 1000
    assert record.heads == {"fer2013": 7}
    peak, warmup = made.params.network_params.peak_rate, made.params.warmup
    # Measuring and saving read the clock a few times after the last step.
    assert rates[-1] <= learning_rate(1 - 8 / 100, peak, warmup)
    assert folder.averaged_weights.exists()


def test_a_run_on_other_data_or_parameters_is_not_gone_on_with(made: Made, tmp_path: Path) -> None:
    folder = RunFolder(tmp_path)
    folder.write_record(train.new_record(made.params, made.dataset, None))
    other_data = replace(made.dataset, sha256="0")
    with pytest.raises(ModelError, match="cannot go on: data_sha256 differs"):
        train.train(made.params, other_data, folder, None, resume=True)
    with pytest.raises(ModelError, match="cannot go on: the parameter batch differs"):
        train.train(replace(made.params, batch=7), made.dataset, folder, None, resume=True)


@pytest.mark.parametrize(
    ("command", "message"),
    [
        (["--resume"], "no run here"),
        (["--leaks", "leaks.txt"], "--votes is needed"),
        (["--params", "absent.yaml"], "absent.yaml"),
        (["--start", "absent"], "absent/averaged.weights.h5: cannot be read: No such file"),
        (["--epochs", "0"], "epochs is 0, not a whole number from 1"),
        (["--epochs", "-1"], "epochs is -1, not a whole number from 1"),
        (["--seed", "-1"], "seed is -1, not a whole number from 0"),
    ],
)
def test_bad_input_gives_one_line(
    made: Made, tmp_path: Path, capsys: pytest.CaptureFixture[str], command: list[str], message: str
) -> None:
    assert train.main(["--csv", str(made.csv), "--run", str(tmp_path / "run"), *command]) == 1
    error = capsys.readouterr().err.strip().splitlines()[-1]
    assert message in error


@pytest.mark.parametrize("minutes", ["nan", "inf", "0", "-1", "soon"])
def test_a_time_that_never_ends_is_refused(minutes: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        train.main(["--csv", "x.csv", "--minutes", minutes])
    assert "--minutes" in capsys.readouterr().err


def test_a_damaged_checkpoint_is_one_line_that_names_it(
    made: Made, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = RunFolder(tmp_path / "run")
    folder.make_room()
    record = train.new_record(made.params, load_for_training(made.csv), None)
    record.epochs_done = 1
    folder.write_record(record)
    folder.last_weights.write_bytes(b"cut off")
    options = ["--params", str(made.yaml), "--run", str(folder.path), "--resume"]
    assert train.main(["--csv", str(made.csv), *options]) == 1
    error = capsys.readouterr().err.strip().splitlines()[-1]
    assert error.startswith(f"{folder.last_weights}: cannot be read: ")


def test_what_a_stopped_run_can_do_is_said_as_it_is(made: Made, tmp_path: Path) -> None:
    folder = RunFolder(tmp_path / "run")
    assert train.what_is_left(folder).startswith("there is no checkpoint yet")
    folder.make_room()
    folder.write_record(train.new_record(made.params, made.dataset, None))
    assert train.what_is_left(folder).startswith("there is no checkpoint yet")
    folder.last_weights.touch()
    assert train.what_is_left(folder) == f"--resume goes on from the last checkpoint in {folder.path}"
