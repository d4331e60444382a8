from pathlib import Path

import pytest

from shared.errors import ModelError
from training.evaluate import main
from training.session import open_session


def test_an_absent_model_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"absent\.onnx"):
        open_session(tmp_path / "absent.onnx")


def test_a_file_that_is_no_model_is_named_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "broken.onnx"
    path.write_bytes(b"no model")
    assert main(["--csv", "none.csv", "--model", str(path)]) == 1
    error = capsys.readouterr().err
    assert str(path) in error
    assert error.count("\n") == 1
