import logging
import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from services.web.settings import WebSettings
from services.web.tokens import LEAST_CHARACTERS, default_token_file, find_token, kept_token
from shared.errors import SettingsError


def test_a_token_is_made_once_and_kept(tmp_path: Path) -> None:
    file = tmp_path / "state" / "mien" / "token"
    token = kept_token(file)
    assert len(token) >= 32
    assert kept_token(file) == token
    assert [path.name for path in file.parent.iterdir()] == ["token"]


def test_the_file_is_its_owner_s_alone_whatever_the_umask(tmp_path: Path) -> None:
    old = os.umask(0)
    try:
        kept_token(tmp_path / "new" / "token")
    finally:
        os.umask(old)
    assert stat.S_IMODE((tmp_path / "new" / "token").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o700


def test_replicas_that_start_together_share_one_token(tmp_path: Path) -> None:
    file = tmp_path / "token"
    with ThreadPoolExecutor(16) as pool:
        tokens = set(pool.map(lambda _: kept_token(file), range(64)))
    assert len(tokens) == 1


def test_a_token_that_others_can_read_is_named(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    file = tmp_path / "token"
    file.write_text("a-token-of-some-length\n")
    file.chmod(0o644)
    with caplog.at_level(logging.WARNING):
        assert kept_token(file) == "a-token-of-some-length"
    assert "chmod 600" in caplog.text
    assert "a-token-of-some-length" not in caplog.text


def test_a_file_that_cannot_be_made_is_one_line_that_names_the_setting(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingsError, match="MIEN_TOKEN_FILE"):
        kept_token(tmp_path / "file" / "token")


def test_an_empty_file_is_one_line_that_names_the_setting(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.touch(0o600)
    with pytest.raises(SettingsError, match=r"MIEN_TOKEN_FILE.*empty"):
        kept_token(file)


def test_a_token_that_is_given_is_taken_and_no_file_made(tmp_path: Path) -> None:
    settings = WebSettings.load(
        {"MIEN_TOKEN": "given-by-a-setting", "MIEN_TOKEN_FILE": str(tmp_path / "token")}
    )
    assert find_token(settings, {}) == "given-by-a-setting"
    assert list(tmp_path.iterdir()) == []


def test_a_token_that_can_be_guessed_is_refused_in_one_line_that_does_not_show_it(tmp_path: Path) -> None:
    short, file = "x" * (LEAST_CHARACTERS - 1), tmp_path / "token"
    file.write_text(short)
    file.chmod(0o600)
    for name, value in [("MIEN_TOKEN", short), ("MIEN_TOKEN_FILE", str(file))]:
        with pytest.raises(SettingsError, match=f"^{name}: ") as caught:
            find_token(WebSettings.load({name: value}), {})
        assert short not in str(caught.value)
    assert find_token(WebSettings.load({"MIEN_TOKEN": short + "x"}), {}) == short + "x"


def test_the_default_file_is_in_the_user_s_state_folder() -> None:
    assert default_token_file({"HOME": "/home/ada"}) == Path("/home/ada/.local/state/mien/token")
    assert default_token_file({"HOME": "/h", "XDG_STATE_HOME": "/state"}) == Path("/state/mien/token")
