from pathlib import Path

import pytest

from tests.unit.training.made_model import made_pictures, write_made_model
from training.session import open_session
from training.timing import time_models


@pytest.mark.parametrize("batch", [1, 8])
def test_each_model_has_a_time_also_with_fewer_pictures_than_rounds(tmp_path: Path, batch: int) -> None:
    paths = [write_made_model(tmp_path / f"{number}.onnx", seed=number) for number in (1, 2)]
    times = time_models([open_session(path) for path in paths], made_pictures(3), batch, rounds=5)
    assert len(times) == 2
    assert min(times) > 0
