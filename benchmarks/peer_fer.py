"""`python peer_fer.py FOLDER`: times the `fer` package on a folder of JPEGs; needs nothing of Mien.

It runs in the environment in which `fer` is installed. Each frame is decoded, read with `fer`'s own detector
and network on as many threads as they like, drawn and encoded, as the other loops do. Prints a JSON object.
"""

import json
import os
import sys
import time
from pathlib import Path

GREEN = (0, 255, 0)
NS_A_MS = 1e6


def main(folder: Path) -> int:
    """Time each picture of a folder."""
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
    os.environ["CUDA_VISIBLE_DEVICES"] = ""

    import cv2  # noqa: PLC0415  after the environment is set
    import fer  # noqa: PLC0415
    import numpy as np  # noqa: PLC0415
    from fer.fer import FER  # noqa: PLC0415

    reader = FER()
    found: list[bool] = []
    wall_ms: list[float] = []
    cpu_ms: list[float] = []
    jpegs = [path.read_bytes() for path in sorted(folder.glob("*.jpg"))]
    for jpeg in [jpegs[0], *jpegs]:
        cpu, wall = time.process_time_ns(), time.perf_counter_ns()
        pixels = np.asarray(cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR))
        faces = reader.detect_emotions(pixels)
        for face in faces:
            x, y, w, h = (int(side) for side in face["box"])
            cv2.rectangle(pixels, (x, y), (x + w, y + h), GREEN, 2)
            label = max(face["emotions"], key=face["emotions"].get)
            cv2.putText(pixels, label, (x, y - 10), cv2.FONT_HERSHEY_SIMPLEX, 0.9, GREEN, 2)
        cv2.imencode(".jpg", pixels)
        wall_ms.append((time.perf_counter_ns() - wall) / NS_A_MS)
        cpu_ms.append((time.process_time_ns() - cpu) / NS_A_MS)
        found.append(bool(faces))
    # The first one warmed up.
    report = {
        "version": fer.__version__,
        "with_face": sum(found[1:]),
        "wall_ms": wall_ms[1:],
        "cpu_ms": cpu_ms[1:],
    }
    print(json.dumps(report))
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
