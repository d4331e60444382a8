import re
from pathlib import Path

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


def test_its_values_are_the_defaults() -> None:
    shown = {name: value for name, value in settings().items() if value}
    assert ServiceSettings.load(shown) == ServiceSettings.load({})
