"""Pictures that could not be decoded are counted by camera."""

import logging

import pytest
from prometheus_client import REGISTRY

from services.capture.broken import BrokenPictures
from tests.fakes import FakeSource


class LossySource(FakeSource):
    """Has passed over as many pictures as a test says."""

    broken = 0


def counted(camera: str) -> float | None:
    return REGISTRY.get_sample_value("mien_pictures_broken_total", {"camera": camera})


def test_each_broken_picture_is_counted_once_and_told(caplog: pytest.LogCaptureFixture) -> None:
    source = LossySource()
    broken = BrokenPictures("broken1", source)

    with caplog.at_level(logging.WARNING):
        for source.broken in (0, 2, 2, 5):
            broken.count()

    assert counted("broken1") == 5
    assert [record.message for record in caplog.records] == [
        "camera broken1 gives pictures that cannot be decoded"
    ]


def test_a_source_that_was_opened_again_is_counted_from_its_own_beginning() -> None:
    for _ in range(2):
        source = LossySource()
        source.broken = 3
        BrokenPictures("broken2", source).count()

    assert counted("broken2") == 6


def test_a_source_that_passes_over_none_is_left_alone() -> None:
    BrokenPictures("broken3", FakeSource()).count()

    assert counted("broken3") is None
