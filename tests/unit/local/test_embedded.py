import stat
from pathlib import Path

import psutil
import pytest

from services.local import valkey
from services.local.embedded import EmbeddedBroker
from services.local.valkey import valkey_command
from shared.broker import Broker
from shared.errors import BrokerUnreachable, SettingsError


def folder_of(broker: EmbeddedBroker) -> Path:
    return Path(broker.url.removeprefix("unix://")).parent


def test_it_answers_as_soon_as_it_is_entered() -> None:
    with EmbeddedBroker() as embedded:
        Broker(embedded.url).ping()


def test_its_folder_is_for_this_user_only_and_gone_at_the_end() -> None:
    with EmbeddedBroker() as embedded:
        folder = folder_of(embedded)
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert not folder.exists()


def test_no_process_is_left_at_the_end() -> None:
    with EmbeddedBroker() as embedded:
        pid = embedded.pid
    assert not psutil.pid_exists(pid)


def test_it_opens_no_port() -> None:
    with EmbeddedBroker() as embedded:
        assert psutil.Process(embedded.pid).net_connections("inet") == []


def test_it_keeps_nothing_on_disk() -> None:
    with EmbeddedBroker() as embedded:
        broker = Broker(embedded.url)
        assert broker.redis.config_get("save") == {"save": ""}
        assert broker.redis.config_get("appendonly") == {"appendonly": "no"}


def test_a_killed_broker_answers_nobody() -> None:
    with EmbeddedBroker() as embedded:
        embedded.kill()
        with pytest.raises(BrokerUnreachable):
            Broker(embedded.url).ping()


def test_a_restarted_broker_is_empty_and_has_the_same_address() -> None:
    with EmbeddedBroker() as embedded:
        url = embedded.url
        broker = Broker(url)
        broker.redis.set("key", "value")
        life = broker.run_id()
        embedded.restart()
        assert embedded.url == url
        assert broker.redis.get("key") is None
        assert broker.run_id() != life


def test_a_broker_that_is_not_running_has_no_process_id() -> None:
    broker = EmbeddedBroker()
    with pytest.raises(BrokerUnreachable, match="not running"):
        _ = broker.pid
    broker.close()


def test_a_server_that_cannot_start_is_reported_with_its_last_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(valkey, "MAX_MEMORY", "nonsense")
    with pytest.raises(BrokerUnreachable, match="does not start: "), EmbeddedBroker():
        pass


def test_a_platform_without_a_server_is_told_to_set_the_url(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(valkey, "find_spec", lambda _name: None)
    with pytest.raises(SettingsError, match="set MIEN_REDIS_URL"):
        valkey_command(tmp_path)
