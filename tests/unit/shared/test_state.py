from pathlib import Path

from shared.state import state_folder


def test_the_state_folder_is_where_xdg_says() -> None:
    assert state_folder({"XDG_STATE_HOME": "/state", "HOME": "/home/ada"}) == Path("/state/mien")


def test_without_xdg_it_is_in_the_home_of_the_given_environment() -> None:
    assert state_folder({"HOME": "/home/ada"}) == Path("/home/ada/.local/state/mien")
    assert state_folder({"HOME": "/home/ada", "XDG_STATE_HOME": ""}) == Path("/home/ada/.local/state/mien")


def test_a_relative_xdg_folder_is_ignored() -> None:
    assert state_folder({"XDG_STATE_HOME": "state", "HOME": "/home/ada"}) == Path(
        "/home/ada/.local/state/mien"
    )


def test_without_a_home_in_the_environment_the_users_own_is_taken() -> None:
    assert state_folder({}) == Path.home() / ".local/state/mien"
