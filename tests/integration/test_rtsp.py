"""A real RTSP camera, without the pipeline around it."""

from collections.abc import Iterator

import numpy as np
import pytest

from services.capture.sources import open_camera
from shared.errors import SourceError
from tests.http_camera import PASSWORD, USER
from tests.rtsp import RtspCamera
from tests.tls import make_authority


@pytest.fixture(scope="module", params=["Basic", "Digest", "Basic over TLS"])
def camera(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RtspCamera]:
    folder = tmp_path_factory.mktemp("tls")
    scheme, _, secret = request.param.partition(" over ")
    make_authority(folder)  # As a camera's: signed by nobody else.
    camera = RtspCamera(scheme, (folder / "ca.pem", folder / "ca.key") if secret else ())
    yield camera
    camera.stop()


def test_pictures_behind_a_login_are_decoded(camera: RtspCamera) -> None:
    source = open_camera(camera.url())

    picture = source.read()

    assert isinstance(picture, np.ndarray)
    assert picture.shape == (240, 320, 3)
    assert source.fps == 25
    source.close()


@pytest.mark.parametrize(
    ("login", "path", "words"),
    [
        (f"{USER}:a-guess@", "/live", "refuses the login: wrong user or password"),
        ("", "/live", "asks for a login"),
        (f"{USER}:{PASSWORD}@", "/nothing", "nothing at this path"),
    ],
)
def test_a_refusal_is_told_in_words_without_the_login(
    camera: RtspCamera, login: str, path: str, words: str
) -> None:
    with pytest.raises(SourceError, match=words) as refusal:
        open_camera(f"{camera.scheme}://{login}127.0.0.1:{camera.port}{path}")

    assert PASSWORD not in str(refusal.value)
    assert "a-guess" not in str(refusal.value)
