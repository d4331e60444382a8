import pytest

from services.web.settings import WebSettings
from shared.entities import Privacy
from shared.errors import SettingsError


def test_by_default_only_this_machine_is_served() -> None:
    settings = WebSettings.load({})
    assert (settings.host, settings.port) == ("127.0.0.1", 8000)
    assert settings.token is None
    assert settings.token_file is None


@pytest.mark.parametrize("port", ["-1", "65536", "http"])
def test_a_bad_port_is_named(port: str) -> None:
    with pytest.raises(SettingsError, match="MIEN_PORT"):
        WebSettings.load({"MIEN_PORT": port})


@pytest.mark.parametrize("token", ["with space", "line\nbreak", "ümlaut"])
def test_a_token_that_no_header_can_carry_is_named_and_not_shown(token: str) -> None:
    with pytest.raises(SettingsError, match="MIEN_TOKEN") as caught:
        WebSettings.load({"MIEN_TOKEN": token})
    assert token not in str(caught.value)


def test_the_token_does_not_show_in_the_settings() -> None:
    assert "a-secret" not in repr(WebSettings.load({"MIEN_TOKEN": "a-secret"}))


def test_the_least_privacy_of_a_picture_is_read_and_a_wrong_one_is_named() -> None:
    assert WebSettings.load({}).privacy is Privacy.OFF
    assert WebSettings.load({"MIEN_PRIVACY": "blur"}).privacy is Privacy.BLUR
    with pytest.raises(SettingsError, match="MIEN_PRIVACY"):
        WebSettings.load({"MIEN_PRIVACY": "some"})
