import hashlib
import json
from pathlib import Path

import pytest

from services.inference.about import about, main
from services.inference.settings import InferenceSettings
from shared.errors import ModelError
from tests.models import write_model


def test_it_names_the_model_by_its_content_and_the_settings_that_matter(tmp_path: Path) -> None:
    path = write_model(tmp_path / "some.onnx", version="1.2")
    found = about(InferenceSettings(model=path))
    assert (found["model"], found["model_version"]) == ("some.onnx", "1.2")
    assert found["model_sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert (found["labels"], found["detector"], found["privacy"]) == ("fer2013", "cascade", "off")


def test_a_model_without_a_version_has_none_to_tell(tmp_path: Path) -> None:
    assert about(InferenceSettings(model=write_model(tmp_path / "some.onnx")))["model_version"] == ""


def test_a_model_that_does_not_fit_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"mien\.labels"):
        about(InferenceSettings(model=write_model(tmp_path / "some.onnx", labels=None)))


def test_it_is_printed_as_one_line_of_json(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MIEN_MODEL", str(write_model(tmp_path / "some.onnx")))
    assert main() == 0
    out = capsys.readouterr().out
    assert out.count("\n") == 1
    assert json.loads(out)["model"] == "some.onnx"


def test_a_model_that_is_not_there_is_one_line_and_exit_code_2(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MIEN_MODEL", str(tmp_path / "none.onnx"))
    assert main() == 2
    error = capsys.readouterr().err
    assert error.startswith("mien inference: model ")
    assert error.count("\n") == 1
