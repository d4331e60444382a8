import pytest

from shared.scripts import source


@pytest.mark.parametrize("name", ["publish", "take", "follow", "finish", "sweep"])
def test_every_script_comes_with_what_all_of_them_share(name: str) -> None:
    text = source(name)
    assert "local function settle(" in text
    assert f"-- {name}: " in text


@pytest.mark.parametrize("name", ["publish", "take", "follow", "finish", "sweep"])
def test_no_script_makes_up_the_name_of_a_key(name: str) -> None:
    # A cluster runs a script only if every key it touches is among KEYS.
    assert "mien:" not in source(name)
