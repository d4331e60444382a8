"""The door to every kind of source."""

from pathlib import Path

from services.capture.picture import Size
from services.capture.sources.drawn import open_drawn
from services.capture.sources.folder import SUFFIXES, open_pictures
from services.capture.sources.naming import kind_of, path_of
from services.capture.sources.network import open_network, open_network_camera
from services.capture.sources.source import PixelSource, Source
from services.capture.sources.video import JpegSource, VideoSource, can_be_passed_on
from services.capture.sources.webcam import open_webcam, open_webcam_pixels

_DEMO_CLIP = Path(__file__).parents[1] / "demo.mp4"


def open_source(spec: str, *, size: Size | None = None, fps: float | None = None) -> PixelSource:
    """Open the source that `spec` names, its pictures as pixels.

    Args:
        spec: `demo:`, `test:`, a webcam's number or device, an http(s) or rtsp(s) address, a file, a folder.
        size: width and height in pixels for webcams and `test:`; other sources come in their own size.
        fps: pictures a second for webcams, folders and `test:`; the most that recordings give; live streams
            give what they give.

    Raises:
        SourceError: there is no such source, or it cannot be opened; one line that names it.
    """
    kind = kind_of(spec)
    if kind == "test":
        return open_drawn(spec, size, fps)
    if kind == "webcam":
        return open_webcam_pixels(spec, size, fps)
    if kind == "network":
        return open_network(spec, fps)
    if kind == "demo":
        return VideoSource(str(_DEMO_CLIP), "source demo:", fps)
    return _open_path(path_of(spec), fps)


def open_camera(spec: str, *, size: Size | None = None, fps: float | None = None) -> Source:
    """Open the source that `spec` names as a camera, which may give JPEGs: Motion JPEG is passed on.

    Args:
        spec: see `open_source`.
        size: see `open_source`.
        fps: see `open_source`.

    Raises:
        SourceError: there is no such source, or it cannot be opened; one line that names it.
    """
    kind = kind_of(spec)
    if kind == "webcam":
        return open_webcam(spec, size, fps)
    if kind == "network":
        return open_network_camera(spec, fps)
    if kind == "file" and can_be_passed_on(str(path_of(spec))):
        return JpegSource(str(path_of(spec)), _file_name(path_of(spec)), fps)
    return open_source(spec, size=size, fps=fps)


def _open_path(path: Path, fps: float | None) -> PixelSource:
    if path.is_dir() or path.suffix.lower() in SUFFIXES:
        return open_pictures(path, fps)
    return VideoSource(str(path), _file_name(path), fps)


def _file_name(path: Path) -> str:
    return f"source {str(path)!r}"
