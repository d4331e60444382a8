"""A real broker as a child of this process, for tests and for `mien doctor`."""

import subprocess
import time
from contextlib import ExitStack, suppress
from typing import Self

from services.local.children import kill_group, start_child
from services.local.runtime import runtime_folder
from services.local.valkey import log_path, socket_path, socket_url, valkey_command
from shared.broker import Broker
from shared.errors import BrokerError, BrokerUnreachable

START_WITHIN_S = 10.0
"""It takes 0.1 s; a machine that is busy with other things takes longer."""

END_WITHIN_S = 2.0


class EmbeddedBroker:
    """A broker on a Unix socket in a private folder: no TCP port, nothing kept on disk.

        with EmbeddedBroker() as broker:
            Broker(broker.url).ping()

    Start it from a thread that lives as long as it does: it ends with that thread.

    Raises:
        SettingsError: there is no server for this platform.
        BrokerError: it does not start.
    """

    def __init__(self) -> None:
        self._stack = ExitStack()
        self._folder = self._stack.enter_context(runtime_folder())
        self._process: subprocess.Popen[str] | None = None

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    @property
    def url(self) -> str:
        """The broker's address; the same over restarts."""
        return socket_url(self._folder)

    @property
    def pid(self) -> int:
        """The process's id.

        Raises:
            BrokerUnreachable: it is not running.
        """
        if self._process is None:
            raise BrokerUnreachable("the embedded broker is not running")
        return self._process.pid

    def start(self) -> None:
        """Start it, empty, and wait until it answers."""
        # A socket that a killed server left would answer nobody.
        socket_path(self._folder).unlink(missing_ok=True)
        self._process = start_child(valkey_command(self._folder), stdout=subprocess.DEVNULL)
        self._wait_until_it_answers(self._process)

    def kill(self) -> None:
        """End it at once, as a crash would."""
        process, self._process = self._process, None
        if process is not None and process.poll() is None:
            kill_group(process)
            process.wait()

    def restart(self) -> None:
        """Kill it and start it again, empty, on the same socket."""
        self.kill()
        self.start()

    def close(self) -> None:
        """Stop it and remove its folder."""
        if self._process is not None:
            self._process.terminate()
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(END_WITHIN_S)
        self.kill()
        self._stack.close()

    def _wait_until_it_answers(self, process: subprocess.Popen[str]) -> None:
        broker = Broker(self.url, name="mien-local")
        deadline = time.monotonic() + START_WITHIN_S
        try:
            while True:
                with suppress(BrokerError):
                    return broker.ping()
                if process.poll() is not None or time.monotonic() > deadline:
                    raise BrokerUnreachable(f"the embedded broker does not start: {self._last_words()}")
                time.sleep(0.01)
        finally:
            broker.close()

    def _last_words(self) -> str:
        try:
            lines = log_path(self._folder).read_text(errors="replace").splitlines()
        except OSError:
            lines = []
        return lines[-1] if lines else "it says nothing"
