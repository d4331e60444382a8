"""Sources that a test feeds or lets go."""

from collections.abc import Iterator

import pytest

from tests.fakes import FakeSource
from tests.unit.capture.bench import Fed, picture


@pytest.fixture
def hanging() -> Iterator[FakeSource]:
    """A source with one picture and then nothing."""
    source = FakeSource(picture(100))
    yield source
    source.release.set()


@pytest.fixture
def fed() -> Iterator[Fed]:
    source = Fed()
    yield source
    source.pictures.put(None)
