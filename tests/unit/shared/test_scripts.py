import pytest

from shared.scripts import recorded_source, source

LIVE = ["publish", "take", "follow", "finish", "sweep", "lead", "tell"]
RECORDED = ["offer", "end", "claim", "hold", "deliver", "balance"]
TEXTS = {name: source(name) for name in LIVE} | {name: recorded_source(name) for name in RECORDED}


@pytest.mark.parametrize("name", TEXTS)
def test_every_script_comes_with_what_all_of_them_share(name: str) -> None:
    assert "local function settle(" in TEXTS[name]
    assert f"-- {name}: " in TEXTS[name]


@pytest.mark.parametrize("name", RECORDED)
def test_every_script_of_a_recording_comes_with_what_these_share(name: str) -> None:
    assert "local function close(" in TEXTS[name]


@pytest.mark.parametrize("name", TEXTS)
def test_no_script_makes_up_the_name_of_a_key(name: str) -> None:
    # A cluster runs a script only if every key it touches is among KEYS.
    assert "mien:" not in TEXTS[name]
