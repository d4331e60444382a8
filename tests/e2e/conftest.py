"""Pipelines of real processes."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.e2e.browsing import chromium
from tests.e2e.processes import Pipeline


@pytest.fixture
def pipeline(tmp_path: Path) -> Iterator[Pipeline]:
    """A broker, and services to start; the picture is the drawn one."""
    with Pipeline(tmp_path, MIEN_SOURCE="test:") as pipeline:
        yield pipeline


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pipeline]:
    """The demo, running, for tests that disturb nothing."""
    with Pipeline(tmp_path_factory.mktemp("demo"), MIEN_SOURCE="demo:") as pipeline:
        pipeline.start_all()
        yield pipeline


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A headless Chromium."""
    with chromium() as browser:
        yield browser
