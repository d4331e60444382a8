"""A network between a browser and the service that can be cut, as by a cable that is pulled, and mended."""

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Event, Thread
from typing import Self

AT_ONCE = 64 * 1024


class Relay:
    """Passes on what comes to a port of its own; while it is cut nothing, and no connection ends either.

    Attributes:
        port: where to connect.
    """

    def __init__(self, target: int) -> None:
        self._target = target
        self._whole = Event()
        self._whole.set()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self._sockets: list[socket.socket] = []

    def __enter__(self) -> Self:
        self._start(self._accept)
        return self

    def __exit__(self, *_exception: object) -> None:
        self._whole.set()
        for one in [self._listener, *self._sockets]:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    @contextmanager
    def cut(self) -> Iterator[None]:
        """Let nothing through while the block runs."""
        self._whole.clear()
        try:
            yield
        finally:
            self._whole.set()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                self._sockets.append(near)
                self._start(self._join, near)

    def _join(self, near: socket.socket) -> None:
        self._whole.wait()
        with suppress(OSError):
            far = socket.create_connection(("127.0.0.1", self._target))
            self._sockets.append(far)
            self._start(self._pass_on, far, near)
            self._pass_on(near, far)

    def _pass_on(self, source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while piece := source.recv(AT_ONCE):
                self._whole.wait()
                sink.sendall(piece)
        # Nobody here ends one direction alone.
        self._whole.wait()
        for one in (source, sink):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    def _start(self, work: Callable[..., None], *args: socket.socket) -> None:
        Thread(target=work, args=args, daemon=True).start()
