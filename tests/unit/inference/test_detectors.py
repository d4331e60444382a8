from importlib.metadata import PackageNotFoundError

import pytest

from services.inference import centerface_weights
from services.inference.cascade import CascadeDetector
from services.inference.centerface import CenterFaceDetector
from services.inference.detectors import DEFAULT_DETECTOR, DETECTORS, build_detector
from shared.errors import SettingsError


def test_the_cascade_is_the_default() -> None:
    assert isinstance(build_detector(DEFAULT_DETECTOR), CascadeDetector)


def test_each_name_has_its_detector() -> None:
    assert {"cascade": CascadeDetector, "centerface": CenterFaceDetector} == DETECTORS


def test_centerface_without_its_extra_is_one_line_that_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def absent(name: str) -> None:
        raise PackageNotFoundError(name)

    monkeypatch.setattr(centerface_weights, "distribution", absent)
    with pytest.raises(
        SettingsError, match=r"^MIEN_DETECTOR 'centerface' needs .*mien\[centerface\].*pip install"
    ):
        build_detector("centerface")
