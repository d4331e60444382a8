from pathlib import Path

import pytest

from benchmarks.pipeline import URL, environment, without_token


def test_the_developers_own_settings_do_not_reach_what_is_measured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MIEN_REDIS_URL", "redis://10.0.0.1")
    monkeypatch.setenv("MIEN_MODEL", "mine.onnx")
    assert not [name for name in environment(tmp_path, None) if name.startswith("MIEN_")]


def test_a_model_that_was_asked_for_does(tmp_path: Path) -> None:
    assert environment(tmp_path, Path("other.onnx"))["MIEN_MODEL"] == "other.onnx"


def test_a_log_that_is_reported_does_not_sign_anybody_in() -> None:
    said = "web: Mien is at http://localhost:8000/?token=s3cr_et-x\ncapture: the camera is lost\n"
    shown = without_token(said)
    assert URL.search(said)
    assert "s3cr_et" not in shown
    assert shown == "web: Mien is at http://localhost:8000/?token=...\ncapture: the camera is lost\n"
