from pathlib import Path

from services.local.token_file import token_file, with_token_file


def test_it_is_where_the_variable_says() -> None:
    assert token_file({"MIEN_TOKEN_FILE": "/run/token", "XDG_STATE_HOME": "/state"}) == Path("/run/token")


def test_by_default_it_is_in_the_users_state_folder() -> None:
    assert token_file({"XDG_STATE_HOME": "/state"}) == Path("/state/mien/token")
    assert token_file({"HOME": "/home/ada"}) == Path("/home/ada/.local/state/mien/token")


def test_a_token_of_the_environment_needs_no_file() -> None:
    assert with_token_file({"MIEN_TOKEN": "abc"}) == {"MIEN_TOKEN": "abc"}


def test_services_are_told_where_the_file_is() -> None:
    assert with_token_file({"XDG_STATE_HOME": "/state"})["MIEN_TOKEN_FILE"] == "/state/mien/token"
