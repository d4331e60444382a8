from pathlib import Path

import numpy as np
import pytest

from services.inference import centerface_weights
from services.inference.settings import InferenceSettings
from services.inference.stopwatch import Stopwatch
from services.inference.tracks import Tracks
from services.inference.wiring import build_processor, build_worker
from shared.errors import ModelError, SettingsError
from shared.health import Health
from tests.fakes import FakeBroker, FakePubSub, FakeRedis
from tests.models import write_model


def settings(model: Path) -> InferenceSettings:
    return InferenceSettings.load({"MIEN_MODEL": str(model)})


def test_the_processor_uses_the_model_of_the_settings(tmp_path: Path) -> None:
    processor = build_processor(settings(write_model(tmp_path / "m.onnx")))
    faces, _ = processor.process(np.zeros((48, 64, 3), np.uint8), 1, Tracks(), Stopwatch())
    assert faces == ()


def test_a_model_that_is_absent_stops_the_start_with_its_name(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"absent\.onnx is not there"):
        build_processor(settings(tmp_path / "absent.onnx"))


def test_the_labels_of_the_settings_choose_the_models_head(tmp_path: Path) -> None:
    chosen = InferenceSettings.load(
        {"MIEN_MODEL": str(write_model(tmp_path / "m.onnx")), "MIEN_LABELS": "ferplus"}
    )
    with pytest.raises(ModelError, match="MIEN_LABELS=ferplus: no output 'ferplus'"):
        build_processor(chosen)


@pytest.mark.parametrize(("privacy", "searched"), [("off", False), ("blur", True), ("numbers", False)])
def test_where_faces_are_blurred_every_frame_is_searched_whole(
    tmp_path: Path, privacy: str, searched: bool
) -> None:
    model = write_model(tmp_path / "m.onnx")
    chosen = InferenceSettings.load({"MIEN_MODEL": str(model), "MIEN_PRIVACY": privacy})
    processor, frame = build_processor(chosen), np.zeros((48, 64, 3), np.uint8)
    just_searched = Tracks(t=1, searched=1)
    assert processor.observe(frame, 2, just_searched, Stopwatch()).searched is searched


def test_wiring_a_worker_sends_nothing_yet(tmp_path: Path) -> None:
    redis = FakeRedis(register_script=lambda text: text, pubsub=FakePubSub())
    processor = build_processor(settings(write_model(tmp_path / "m.onnx")))
    worker = build_worker(settings(tmp_path), FakeBroker(redis), processor, Health())
    assert worker.name.startswith("inference-")
    assert set(redis.calls) == {"register_script", "pubsub"}


def test_centerface_without_its_extra_stops_the_start_with_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(centerface_weights, "PACKAGE", "no-such-package-anywhere")
    chosen = {"MIEN_MODEL": str(write_model(tmp_path / "m.onnx")), "MIEN_DETECTOR": "centerface"}
    with pytest.raises(SettingsError, match=r"mien\[centerface\].*make centerface"):
        build_processor(InferenceSettings.load(chosen))
