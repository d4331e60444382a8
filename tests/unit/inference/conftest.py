import cv2
import numpy as np
import pytest

from services.capture.sources import open_source
from services.inference.pictures import BgrImage


@pytest.fixture(scope="session")
def people() -> BgrImage:
    """The demo clip's first picture, with at least one face; the caller's own copy to change."""
    source = open_source("demo:")
    try:
        return source.read()
    finally:
        source.close()


@pytest.fixture(scope="session")
def grey_people(people: BgrImage) -> BgrImage:
    return np.asarray(cv2.cvtColor(people, cv2.COLOR_BGR2GRAY), np.uint8)
