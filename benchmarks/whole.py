"""All that a worker does with a frame, but for the broker: what a frame costs it."""

from services.inference.annotate import annotate
from services.inference.pictures import decode_jpeg, encode_jpeg
from services.inference.processor import FrameProcessor
from services.inference.stopwatch import Stopwatch
from services.inference.tracks import Tracks, decode_tracks, encode_tracks
from shared.entities import Face, Frame, Result
from shared.entries import decode_frame, frame_fields, result_fields

FPS = 30
SECOND = 1_000_000_000
BEGAN = 1_700_000_000 * SECOND
"""When the camera began, Unix ns: any time; 1970 would be too soon after nothing was ever seen."""

WORKER = "benchmark"


def captured_at(number: int) -> int:
    """Return when the frame of this number was captured, Unix ns."""
    return BEGAN + number * SECOND // FPS


class WholeFrame:
    """Handles the frames of one camera at 30 a second, as the only worker.

    Time is that of the camera: what is done every so often is done as often as in front of a real one.

    Args:
        processor: finds and reads faces.
        jpeg_quality: of the annotated frames.

    Attributes:
        faces: of the newest frame.
        timings: milliseconds by stage, of the newest frame.
    """

    def __init__(self, processor: FrameProcessor, jpeg_quality: int) -> None:
        self._processor = processor
        self._jpeg_quality = jpeg_quality
        self._tracks = encode_tracks(Tracks())
        self._number = 0
        self.faces: tuple[Face, ...] = ()
        self.timings: dict[str, float] = {}

    def handle(self, jpeg: bytes) -> dict[str, str | bytes]:
        """Take an entry apart, find, follow, read and draw its faces, and return the fields of its result."""
        self._number += 1
        entry = _entry(jpeg, self._number)
        stopwatch = Stopwatch()
        frame = decode_frame(entry)
        with stopwatch.stage("decode"):
            pixels = decode_jpeg(frame.jpeg)
        self.faces, tracks = self._processor.process(pixels, frame.t, decode_tracks(self._tracks), stopwatch)
        self._tracks = encode_tracks(tracks)
        with stopwatch.stage("annotate"):
            annotate(pixels, self.faces)
        with stopwatch.stage("encode"):
            drawn = encode_jpeg(pixels, self._jpeg_quality)
        self.timings = stopwatch.timings
        return result_fields(Result(frame.seq, frame.t, "1-1", WORKER, stopwatch.timings, self.faces, drawn))


def _entry(jpeg: bytes, number: int) -> dict[bytes, bytes]:
    fields = frame_fields(Frame(number, captured_at(number), 0, 0, mirror=False, jpeg=jpeg))
    return {
        name.encode(): value if isinstance(value, bytes) else value.encode() for name, value in fields.items()
    }
