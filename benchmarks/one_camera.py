"""Capture's work for one camera, in a process of its own: `python -m benchmarks.one_camera HOW SECONDS`.

Reads the camera's and the broker's address from its standard input, a line each. Prints as JSON what a frame
costs: all that capture does for it, from the socket to the broker.
"""

import json
import sys
import time
from collections.abc import Callable, Mapping
from threading import Event, Thread

from services.capture.camera import Camera
from services.capture.demand import Demand
from services.capture.settings import CameraSettings, CaptureSettings
from services.capture.sources import Source, open_camera, open_source
from shared.broker import Broker
from shared.clock import BrokerClock
from shared.counters import read_account
from shared.streams import CameraStreams

CAMERA = "cam1"
WARM_UP_FRAMES = 30
START_WITHIN_S = 30.0
END_WITHIN_S = 5.0
LOOK_EVERY_S = 0.1

HOW: Mapping[str, Callable[[CameraSettings], Source]] = {
    "passed-on": lambda camera: open_camera(camera.source),
    "decoded": lambda camera: open_source(camera.source),
}
"""Ways to read the same camera: its JPEGs as they are, or decoded and encoded again."""


def measure(how: str, seconds: float, address: str, broker: Broker) -> dict[str, float]:
    """Return CPU milliseconds for each frame, and frames a second."""
    camera = Camera(
        CaptureSettings.load({"MIEN_SOURCE": address}).camera_list()[0],
        streams=CameraStreams(broker, CAMERA),
        clock=BrokerClock(broker),
        demand=Demand(always=True),
        run_id=how,
        opener=HOW[how],
    )
    stop = Event()
    thread = Thread(target=camera.run, args=(stop,), daemon=True)
    thread.start()
    try:
        _wait_until(broker, WARM_UP_FRAMES + _captured(broker))
        frames, cpu_s, began = _captured(broker), time.process_time(), time.monotonic()
        time.sleep(seconds)
        frames, cpu_s = _captured(broker) - frames, time.process_time() - cpu_s
        return {"cpu_ms": 1000 * cpu_s / max(1, frames), "fps": frames / (time.monotonic() - began)}
    finally:
        stop.set()
        thread.join(END_WITHIN_S)


def _wait_until(broker: Broker, frames: int) -> None:
    late = time.monotonic() + START_WITHIN_S
    while _captured(broker) < frames:
        if time.monotonic() > late:
            raise SystemExit(f"fewer than {WARM_UP_FRAMES} frames within {START_WITHIN_S:g} s")
        time.sleep(LOOK_EVERY_S)


def _captured(broker: Broker) -> int:
    return read_account(broker, CAMERA).captured


def main(how: str, seconds: str) -> None:
    """Measure and print."""
    address, broker_url = sys.stdin.read().split()
    broker = Broker(broker_url, name="mien-benchmark")
    broker.wait(Event())
    print(json.dumps(measure(how, float(seconds), address, broker)), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
