import pytest

from shared.errors import SettingsError
from shared.keys import CameraKeys, check_camera_id, worker_key

NAMES = [name for name, value in vars(CameraKeys).items() if isinstance(value, property)]


@pytest.mark.parametrize("name", NAMES)
def test_every_key_of_a_camera_shares_its_hash_tag(name: str) -> None:
    assert getattr(CameraKeys("door-1"), name).startswith("mien:{door-1}:")


def test_no_two_keys_of_a_camera_are_the_same() -> None:
    keys = CameraKeys("cam1")
    assert len({getattr(keys, name) for name in NAMES}) == len(NAMES) >= 12


def test_streams_have_the_names_that_readers_expect() -> None:
    keys = CameraKeys("cam1")
    assert (keys.frames, keys.results) == ("mien:{cam1}:frames", "mien:{cam1}:results")
    assert keys.expressions_1s == "mien:{cam1}:expressions:1s"
    assert worker_key("w1") == "mien:worker:w1"


@pytest.mark.parametrize("camera", ["a", "0", "cam1", "door_2-left", "a" * 32])
def test_a_valid_camera_id_is_returned(camera: str) -> None:
    assert check_camera_id(camera) == camera


@pytest.mark.parametrize(
    "camera", ["", "-a", "_a", "Cam1", "a b", "a:b", "{a}", "a}", "ü", "cam1\n", "a" * 33]
)
def test_an_invalid_camera_id_is_an_error_that_shows_it(camera: str) -> None:
    with pytest.raises(SettingsError, match="camera id") as caught:
        CameraKeys(camera)
    assert repr(camera) in str(caught.value)


def test_a_very_long_camera_id_is_shown_by_its_beginning() -> None:
    with pytest.raises(SettingsError) as caught:
        check_camera_id("x" * 10_000)
    assert len(str(caught.value)) < 200
