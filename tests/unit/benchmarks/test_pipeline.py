from pathlib import Path

import pytest

from benchmarks.pipeline import environment


def test_the_developers_own_settings_do_not_reach_what_is_measured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MIEN_REDIS_URL", "redis://10.0.0.1")
    monkeypatch.setenv("MIEN_MODEL", "mine.onnx")
    assert not [name for name in environment(tmp_path, None) if name.startswith("MIEN_")]


def test_a_model_that_was_asked_for_does(tmp_path: Path) -> None:
    assert environment(tmp_path, Path("other.onnx"))["MIEN_MODEL"] == "other.onnx"
