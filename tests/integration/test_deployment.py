"""What a running deployment's workers say of themselves, as `mien analyze` hears it from a real broker."""

import hashlib
from pathlib import Path

import pytest

from services.inference.settings import InferenceSettings
from services.inference.wiring import build_processor
from services.local.analyze.deployment import depends_on
from shared.broker import Broker
from shared.clock import BrokerClock
from shared.entities import Privacy
from shared.errors import SettingsError
from shared.registry import Registry
from tests.models import write_model


def start_worker(registry: Registry, worker: str, model: Path) -> None:
    """Say what a worker with a model says when it is there."""
    about = build_processor(InferenceSettings(model=model)).depends_on
    registry.worker_is_here(worker, host="there", fps=0.0, privacy=Privacy.OFF, depends_on=about)


def test_the_model_of_workers_elsewhere_is_known_by_name_version_and_content(
    server: str, broker: Broker, clock: BrokerClock, tmp_path: Path
) -> None:
    model = write_model(tmp_path / "some.onnx", version="1.2")
    registry = Registry(broker, clock)
    start_worker(registry, "w1", model)
    start_worker(registry, "w2", model)
    assert depends_on(None, {"MIEN_REDIS_URL": server}) == {
        "model": "some.onnx",
        "model_version": "1.2",
        "model_sha256": hashlib.sha256(model.read_bytes()).hexdigest(),
        "labels": "fer2013",
        "detector": "cascade",
    }


def test_workers_with_models_of_two_versions_do_not_agree(
    server: str, broker: Broker, clock: BrokerClock, tmp_path: Path
) -> None:
    registry = Registry(broker, clock)
    for version in ("1", "2"):
        model = write_model(tmp_path / f"{version}.onnx", version=version)
        start_worker(registry, f"w{version}", model)
    with pytest.raises(SettingsError, match="do not agree in model"):
        depends_on(None, {"MIEN_REDIS_URL": server})
