"""What every test leaves behind as it found it."""

import logging
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def logging_as_it_was() -> Iterator[None]:
    """Undo what a test does to the root logger: services set it up."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    # Only those of services: the ones of pytest itself come and go around each test.
    for handler in root.handlers:
        if handler not in handlers and type(handler) is logging.StreamHandler:
            root.removeHandler(handler)
    root.setLevel(level)
