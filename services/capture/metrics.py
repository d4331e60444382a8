"""What capture counts for Prometheus."""

from contextlib import suppress

from prometheus_client import Counter, Gauge

PUBLISHED = Counter("mien_frames_captured", "Frames published to the frames stream.", ["camera"])
REPLACED = Gauge(
    "mien_pictures_replaced", "Pictures that never became frames: overtaken by a newer one.", ["camera"]
)
LOST = Counter("mien_source_lost", "Times that a source could not be opened or was lost.", ["camera"])
LIVE = Gauge("mien_camera_live", "1 while the camera gives pictures.", ["camera"])
CONFIGURED = Gauge(
    "mien_cameras_file_in_use",
    "0 while an edit of the cameras' file is refused or could not be applied, else 1.",
)
CONFIGURED.set(1)  # Where there is no file, no edit of it is refused.


def remove(camera: str) -> None:
    """Take a camera that is no more out of all of them."""
    for metric in (PUBLISHED, REPLACED, LOST, LIVE):
        with suppress(KeyError):
            metric.remove(camera)
