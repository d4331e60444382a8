"""Streams over HTTP, from a small server of our own."""

import socket
import subprocess
import sys
from pathlib import Path
from typing import cast

import cv2
import pytest

from services.capture.pattern import read_back
from services.capture.sources import open_source
from services.capture.sources.jpegs import PassedOn
from services.capture.sources.network import NetworkStream, open_network
from shared.errors import SourceError
from tests.made_videos import STEADY, TICKS, write_video
from tests.unit.capture.sources.conftest import PictureServer, numbered
from tests.unit.capture.sources.test_jpegs import capture_of, jpeg


def test_each_picture_of_a_stream_arrives_and_its_end_is_a_source_error(server: PictureServer) -> None:
    source = open_source(server.url("/stream"))

    assert [read_back(source.read()).seq for _ in range(5)] == [0, 1, 2, 3, 4]
    with pytest.raises(SourceError, match="the stream ended"):
        source.read()
    source.close()


def test_a_stream_that_goes_mute_is_given_up(server: PictureServer) -> None:
    source = open_network(server.url("/stall"), None, patience_s=0.5)

    assert read_back(source.read()).seq == 0
    with pytest.raises(SourceError, match="gave no picture"):
        source.read()


def test_a_decoded_stream_whose_size_changes_goes_on_in_the_size_that_it_had(
    server: PictureServer, tmp_path: Path
) -> None:
    later = [STEADY[-1] + TICKS + time for time in STEADY]
    small = write_video(tmp_path / "small.ts", size=(320, 240))
    large = write_video(tmp_path / "large.ts", later, size=(640, 480))
    server.live = small.read_bytes() + large.read_bytes()
    source = open_source(server.url("/live"))

    shapes = [source.read().shape for _ in range(len(STEADY) + len(later) - 1)]

    assert set(shapes) == {(240, 320, 3)}
    source.close()


@pytest.mark.parametrize("waited_s", [5.0, 60.0])
def test_a_picture_that_comes_out_when_nothing_came_in_for_long_is_not_given(waited_s: float) -> None:
    # FFmpeg holds one back, and gives it when its own patience has ended.
    clock = iter([0.0, 4.9, 10.0, 10.0 + waited_s])
    capture = cast(cv2.VideoCapture, FakeCapture())
    source = NetworkStream(capture, "source x", lambda _: numbered(0), 5.0, lambda: next(clock))

    assert source.read().shape == (240, 320, 3)
    with pytest.raises(SourceError, match="gave no picture for 5 s"):
        source.read()


def test_broken_pictures_of_motion_jpeg_that_ffmpeg_reads_are_counted() -> None:
    capture, jpegs = capture_of(b"no picture", jpeg(), b"nor this", jpeg()), PassedOn()
    source = NetworkStream(
        cast(cv2.VideoCapture, FakeCapture()), "x", lambda _: jpegs.next(capture), 5.0, jpegs=jpegs
    )

    for _ in range(2):
        source.read()

    assert source.broken == 2


class FakeCapture:
    """An open stream that tells nothing of itself."""

    def get(self, _setting: int) -> float:
        return 0.0


def test_motion_jpeg_tells_no_rate(server: PictureServer) -> None:
    assert open_source(server.url("/stream")).fps is None


def test_what_is_no_video_is_refused_without_its_credentials(server: PictureServer) -> None:
    with pytest.raises(SourceError) as refusal:
        open_source(server.url("/words"))

    assert f"127.0.0.1:{server.server_port}/..." in str(refusal.value)
    assert "hunter2" not in str(refusal.value)


@pytest.mark.parametrize("scheme", ["http", "rtsp"])
def test_an_address_that_never_answers_is_given_up(scheme: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:
        address = f"{scheme}://127.0.0.1:{mute.getsockname()[1]}/live"
        with pytest.raises(SourceError, match="no answer within"):
            open_network(address, None, patience_s=0.5)


def test_an_address_where_nobody_listens_is_refused_by_name() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]

    with pytest.raises(SourceError, match=f"127.0.0.1:{port}"):
        open_source(f"http://127.0.0.1:{port}/")


def test_ffmpeg_prints_nothing_of_its_own(tmp_path: Path) -> None:
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(b"\x00\x00\x00\x18ftypmp42" + b"\x00" * 64)
    # A process of its own: FFmpeg reads how much it may say once, when it is first used.
    code = "import sys; from services.capture.sources import open_source; open_source(sys.argv[1])"
    command = [sys.executable, "-c", code, str(broken)]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.stderr.splitlines()[-1].startswith("shared.errors.SourceError")
    assert "moov" not in ended.stderr
