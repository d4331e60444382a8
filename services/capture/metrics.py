"""What capture counts for Prometheus."""

from prometheus_client import Counter, Gauge

PUBLISHED = Counter("mien_frames_captured", "Frames published to the frames stream.", ["camera"])
REPLACED = Gauge(
    "mien_pictures_replaced", "Pictures that never became frames: overtaken by a newer one.", ["camera"]
)
LOST = Counter("mien_source_lost", "Times that a source could not be opened or was lost.", ["camera"])
LIVE = Gauge("mien_camera_live", "1 while the camera gives pictures.", ["camera"])
