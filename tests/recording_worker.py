"""`python -m tests.recording_worker URL ID PENDING_MS [INDEX]`: does frames; that of INDEX kills it."""

import os
import random
import signal
import sys
import time

from shared.broker import Broker
from shared.delivery import RecordingLimits, TakenFrame
from shared.recorded import decode_recorded
from shared.recordings import RecordingStreams

LONGEST_S = 0.01
"""That a frame takes, at most."""


def main(url: str, recording: str, pending_ms: str, deadly: str = "") -> None:
    name = f"worker-{os.getpid()}"
    limits = RecordingLimits(pending_ms=int(pending_ms))
    streams = RecordingStreams(Broker(url), recording, limits=limits)
    while True:
        taken = streams.take(name)
        if taken is None:
            time.sleep(0.005)
        else:
            _work(streams, taken, deadly)


def _work(streams: RecordingStreams, taken: TakenFrame, deadly: str) -> None:
    frame = decode_recorded(taken.fields)
    if str(frame.index) == deadly:
        os.kill(os.getpid(), signal.SIGKILL)
    time.sleep(random.uniform(0, LONGEST_S))
    streams.deliver(taken, b"seen %d" % frame.index)


if __name__ == "__main__":
    main(*sys.argv[1:])
