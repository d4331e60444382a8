import socket

import pytest

from services.web.server import listen
from shared.errors import SettingsError


def test_a_port_that_is_taken_is_one_line_that_names_the_setting() -> None:
    with listen("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(SettingsError, match=rf"MIEN_PORT {port}: cannot listen on 127\.0\.0\.1"):
            listen("127.0.0.1", port)


def test_a_host_that_is_not_ours_is_one_line_that_names_the_setting() -> None:
    with pytest.raises(SettingsError, match="MIEN_HOST"):
        listen("192.0.2.1", 0)


def test_a_socket_that_listens_takes_connections() -> None:
    with listen("127.0.0.1", 0) as listener, socket.create_connection(listener.getsockname()):
        listener.accept()[0].close()
