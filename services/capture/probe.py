"""Says which webcams there are: `python -m services.capture.probe` prints a line of JSON about each."""

import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from threading import Lock, Thread

from services.capture.sources.v4l2 import Device, device_files, look


def say(devices: Sequence[Path], ask: Callable[[Path], Device] = look) -> None:
    """Print what each device can do as soon as it is known: one that hangs holds up no other's line."""
    lock = Lock()

    def say_one(path: Path) -> None:
        line = json.dumps(asdict(ask(path)))
        with lock:
            print(line, flush=True)

    threads = [Thread(target=say_one, args=(path,), daemon=True) for path in devices]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def main() -> int:
    """Print what each device of this machine can do."""
    say(device_files())
    return 0


if __name__ == "__main__":
    sys.exit(main())
