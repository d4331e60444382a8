import re
from pathlib import Path

import pytest

from services.capture.settings import CaptureSettings
from services.inference.settings import InferenceSettings
from services.web.settings import WebSettings
from shared.settings import VARIABLES, ServiceSettings

EXAMPLE = Path(__file__).parents[3] / ".env.example"


def settings() -> dict[str, str]:
    return dict(re.findall(r"^#(MIEN_[A-Z_]+)=(.*)$", EXAMPLE.read_text(), flags=re.MULTILINE))


def test_it_lists_every_variable_and_no_other() -> None:
    assert settings().keys() == VARIABLES


def test_each_variable_is_explained() -> None:
    for before, line in zip(*[EXAMPLE.read_text().splitlines()[n:] for n in (0, 1)], strict=False):
        assert not line.startswith("#MIEN_") or before.startswith("# ")


def test_nothing_is_set_by_copying_it() -> None:
    assert all(line.startswith("#") or not line for line in EXAMPLE.read_text().splitlines())


@pytest.mark.parametrize("service", [CaptureSettings, InferenceSettings, WebSettings])
def test_its_values_are_the_defaults(service: type[ServiceSettings]) -> None:
    # Which source is the default, capture says only when it lists its cameras.
    shown = service.load(settings()).model_dump(exclude={"source"})
    assert shown == service.load({}).model_dump(exclude={"source"})


def test_its_camera_is_the_default() -> None:
    assert CaptureSettings.load(settings()).camera_list() == CaptureSettings.load({}).camera_list()
