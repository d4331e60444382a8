"""From a run folder to the file that ships, on made data."""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("keras", reason="exporting needs Keras: install mien[training]", exc_type=ImportError)
pytest.importorskip("tf2onnx", reason="exporting needs tf2onnx: install mien[training]", exc_type=ImportError)

import keras

from shared.errors import ModelError
from training import serving
from training.calibration import rescale
from training.export import export, main, report
from training.labelled import Data
from training.metadata import read_facts
from training.networks import build_network
from training.params import DEFAULT_PATH, NetworkParams, View, load_params
from training.runs import RunFolder
from training.serving import build_serving, check_parity, convert, parity_pictures, replace_model, write_model
from training.session import open_session, output_names, predict
from training.train import new_record

pytestmark = [
    pytest.mark.timeout(240),
    # Keras's own conversion of tensors, with numpy 2.
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),
]

HEADS = {"fer2013": 7, "ferplus": 8}


@dataclass(frozen=True)
class Run:
    """An untrained run's folder and the made files that it was trained on."""

    folder: RunFolder
    csv: Path
    votes: Path


def small(network: str, **changes: object) -> NetworkParams:
    params = load_params(network, DEFAULT_PATH).network_params
    stages = ((8,), (8,), (16,), (16,))
    return replace(params, stages=stages, **changes)  # type: ignore[arg-type]


def made_run(tmp_path: Path, csv: Path, votes: Path | None, network: str = "mien") -> RunFolder:
    folder = RunFolder(tmp_path / network)
    params = replace(load_params(network, DEFAULT_PATH), network_params=small(network))
    record = new_record(params, Data.read(csv, votes).dataset, None)
    folder.make_room()
    keras.utils.set_random_seed(0)
    model = build_network(network, record.heads, params.network_params)
    folder.save(model, folder.averaged_weights)
    folder.write_record(replace(record, epochs_done=3, finished=True))
    return folder


@pytest.fixture
def run(
    write_csv: Callable[..., Path], write_votes: Callable[..., Path], rows: list[Any], tmp_path: Path
) -> Run:
    csv, votes = write_csv(rows), write_votes(rows)
    return Run(made_run(tmp_path, csv, votes), csv, votes)


def test_keras_and_the_exported_graph_agree_on_256_pictures(tmp_path: Path) -> None:
    first, second = (
        build_serving(build_network("mien", HEADS, small("mien")), View(1, 46), {"fer2013": 0.7})
        for _ in "ab"
    )
    path = tmp_path / "m.onnx"
    write_model(convert(first), {}, path)
    assert parity_pictures().shape == (256, 48, 48)
    assert check_parity(first, path) < 1e-4
    with pytest.raises(ModelError, match="differs from the Keras model"):
        check_parity(second, path)


def test_the_temperature_divides_the_logits_of_its_head_alone() -> None:
    network = build_network("mien", HEADS, small("mien"))
    faces = parity_pictures()[:8, :, :, np.newaxis]
    plain = build_serving(network, View(1, 46)).predict(faces, verbose=0)
    scaled = build_serving(network, View(1, 46), {"fer2013": 2.0}).predict(faces, verbose=0)
    np.testing.assert_allclose(scaled["fer2013"], rescale(plain["fer2013"], 2.0), atol=1e-5)
    np.testing.assert_allclose(scaled["ferplus"], plain["ferplus"], atol=1e-6)


def test_a_refused_export_leaves_the_model_that_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "models" / "m.onnx"
    path.parent.mkdir()
    path.write_bytes(b"the old one")
    monkeypatch.setattr(serving, "TOLERANCE", -1.0)
    with pytest.raises(ModelError, match="differs from the Keras model"):
        replace_model(build_serving(build_network("mien", HEADS, small("mien")), View(1, 46)), {}, path)
    assert path.read_bytes() == b"the old one"
    assert list(path.parent.iterdir()) == [path]


def test_with_data_the_file_is_calibrated_and_what_ships_is_chosen(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "models" / "expression.onnx"
    options = ["--run", str(run.folder.path), "--out", str(out)]
    assert main([*options, "--csv", str(run.csv), "--votes", str(run.votes)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[1].startswith("temperatures: fer2013 ")
    assert lines[1].endswith("fitted on the even rows of PublicTest")
    assert lines[-1].startswith(f"{out}: 0.0 MB, ")

    shipped = open_session(out)
    facts = read_facts(shipped, "shipped")
    figures = json.loads(shipped.get_modelmeta().custom_metadata_map["mien.quantization"])
    assert figures["shipped"] == facts.precision
    assert set(figures["accuracy"]) == set(facts.temperatures) == set(HEADS)
    below = json.loads(shipped.get_modelmeta().custom_metadata_map["mien.unsure_below"])
    assert set(below) == set(HEADS)
    assert all(0 < least < 1 for least in below.values())
    assert facts.parameters == sum(int(np.prod(weight.shape)) for weight in _weights(run.folder))
    kept = open_session(run.folder.path / "fp32.onnx")
    assert read_facts(kept, "kept").precision == "float32"
    pictures = parity_pictures()
    for head in output_names(shipped):
        difference = np.abs(predict(shipped, pictures, head) - predict(kept, pictures, head))
        assert difference.mean() < 0.02


def _weights(folder: RunFolder) -> list[Any]:
    record = folder.read_record()
    weights: list[Any] = serving.load_network(folder, record)[0].weights
    return weights


def test_without_data_temperatures_are_1_and_float32_ships_and_lines_say_so(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    out = tmp_path / "m.onnx"
    run.folder.write_record(replace(run.folder.read_record(), finished=False))
    assert main(["--run", str(run.folder.path), "--out", str(out)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[1] == "fer2013, ferplus: temperature 1, not fitted: no labels for it (--csv, --votes)"
    assert lines[-1].endswith("float32: int8 needs pictures (--csv)")
    assert read_facts(open_session(out), "m").temperatures == {"fer2013": 1, "ferplus": 1}
    assert "the run is not finished: this is its state after 3 epochs" in caplog.text


def test_the_original_network_is_exported_without_votes_and_data_of_another_run_is_said(
    write_csv: Callable[..., Path], rows: list[Any], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    out, other = tmp_path / "m.onnx", write_csv(rows[1:], "other.csv")
    folder = made_run(tmp_path, write_csv(rows), None, "original")
    assert main(["--run", str(folder.path), "--out", str(out), "--csv", str(other)]) == 0
    session = open_session(out)
    assert output_names(session) == ["fer2013"]
    assert read_facts(session, "m").network == "original"
    assert "other.csv: not the data that the run was trained on" in caplog.text


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--run", "none"], "none: no run here"),
        (["--votes", "votes.csv"], "votes.csv: votes belong to rows of a CSV, so --csv is needed with it"),
        (["--csv", "absent.csv"], "absent.csv: cannot be read"),
    ],
)
def test_bad_input_is_one_line(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str], options: list[str], message: str
) -> None:
    assert main(["--run", str(run.folder.path), "--out", str(tmp_path / "m.onnx"), *options]) == 1
    error = capsys.readouterr().err
    assert message in error
    assert error.count("\n") == 1


def test_a_record_of_another_version_is_one_line_that_names_it(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    record = run.folder.read_record()
    del record.params["network_params"]["stages"]
    run.folder.write_record(record)
    assert main(["--run", str(run.folder.path), "--out", str(tmp_path / "m.onnx")]) == 1
    error = capsys.readouterr().err
    assert error == f"{run.folder.record_path}: no usable parameters: a network's parameters lack 'stages'\n"


def test_a_quantizer_that_fails_ships_float32_and_its_reason(run: Run, tmp_path: Path) -> None:
    def fail(source: Path, pictures: object, target: Path) -> None:
        raise ModelError(f"{source}: cannot be quantized: no ranges")

    out = tmp_path / "m.onnx"
    exported = export(run.folder, out, Data.read(run.csv, run.votes), fail)
    assert report(exported, out)[-1].endswith("fp32.onnx: cannot be quantized: no ranges")
    assert read_facts(open_session(out), "shipped").precision == "float32"
    assert set(exported.unsure_below) == set(HEADS)
