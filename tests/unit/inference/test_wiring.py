from pathlib import Path

import numpy as np
import pytest

from services.inference.settings import InferenceSettings
from services.inference.stopwatch import Stopwatch
from services.inference.wiring import build_processor, build_worker
from shared.errors import ModelError
from shared.health import Health
from tests.fakes import FakeBroker, FakePubSub, FakeRedis
from tests.models import write_model


def settings(model: Path) -> InferenceSettings:
    return InferenceSettings.load({"MIEN_MODEL": str(model)})


def test_the_processor_uses_the_model_of_the_settings(tmp_path: Path) -> None:
    processor = build_processor(settings(write_model(tmp_path / "m.onnx")))
    assert processor.process(np.zeros((48, 64, 3), np.uint8), Stopwatch()) == ()


def test_a_model_that_is_absent_stops_the_start_with_its_name(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"absent\.onnx is not there"):
        build_processor(settings(tmp_path / "absent.onnx"))


def test_the_labels_of_the_settings_choose_the_models_head(tmp_path: Path) -> None:
    chosen = InferenceSettings.load(
        {"MIEN_MODEL": str(write_model(tmp_path / "m.onnx")), "MIEN_LABELS": "ferplus"}
    )
    with pytest.raises(ModelError, match="MIEN_LABELS=ferplus: no output 'ferplus'"):
        build_processor(chosen)


def test_wiring_a_worker_sends_nothing_yet(tmp_path: Path) -> None:
    redis = FakeRedis(register_script=lambda text: text, pubsub=FakePubSub())
    processor = build_processor(settings(write_model(tmp_path / "m.onnx")))
    worker = build_worker(settings(tmp_path), FakeBroker(redis), processor, Health())
    assert worker.name.startswith("inference-")
    assert set(redis.calls) == {"register_script", "pubsub"}
