"""Pictures that could not be decoded are counted by camera."""

import logging

import pytest
from prometheus_client import REGISTRY

from services.capture.broken import BrokenPictures
from services.capture.metrics import CameraMetrics
from tests.fakes import FakeSource


class LossySource(FakeSource):
    """Has passed over as many pictures as a test says."""

    broken = 0


def counted(camera: str) -> float | None:
    return REGISTRY.get_sample_value("mien_pictures_broken_total", {"camera": camera})


def test_each_broken_picture_is_counted_once_and_told(caplog: pytest.LogCaptureFixture) -> None:
    source = LossySource()
    broken = BrokenPictures("broken1", source, CameraMetrics("broken1").broken)

    with caplog.at_level(logging.WARNING):
        for source.broken in (0, 2, 2, 5):
            broken.count()

    assert counted("broken1") == 5
    assert [record.message for record in caplog.records] == [
        "camera broken1 gives pictures that cannot be decoded"
    ]


def test_a_source_that_was_opened_again_is_counted_from_its_own_beginning() -> None:
    noted: list[int] = []
    for number in (3, 2):
        source = LossySource()
        source.broken = number
        BrokenPictures("broken2", source, noted.append).count()

    assert noted == [3, 2]


def test_a_camera_that_is_to_end_counts_none_any_longer() -> None:
    source, metrics = LossySource(), CameraMetrics("broken3")
    metrics.end()
    source.broken = 3

    BrokenPictures("broken3", source, metrics.broken).count()

    assert counted("broken3") is None


def test_a_source_that_passes_over_none_is_left_alone() -> None:
    noted: list[int] = []
    BrokenPictures("broken4", FakeSource(), noted.append).count()

    assert noted == []
