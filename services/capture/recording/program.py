"""Describes a video, or publishes it whole."""

import json
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import asdict
from functools import partial
from pathlib import Path
from threading import Event

from services.capture.recording.arguments import Arguments
from services.capture.recording.description import describe
from services.capture.recording.pictures import published
from services.capture.recording.publisher import Publisher, heartbeat
from services.capture.recording.reader import Reader, ReadFrame
from services.capture.recording.report import report
from shared.clock import BrokerClock
from shared.recordings import RecordingStreams
from shared.registry import Registry
from shared.service import connect, stop_event
from shared.settings import ServiceSettings


def say_what_it_is(video: Path) -> None:
    """Print one line of JSON, a `Description`.

    Raises:
        SourceError: it is no video that can be read.
    """
    print(json.dumps(asdict(describe(video))))


def publish(arguments: Arguments, recording: str, settings: ServiceSettings) -> None:
    """Publish a video; print one line of JSON, a `Report`, when all of it was offered.

    Raises:
        SourceError: it is no video that can be read.
        BrokerError: the broker refuses.
        RecordingGone: the broker has lost the recording.
        KeyboardInterrupt: a signal ended it before; nothing was said of an end.
    """
    stop = stop_event()
    with Reader(arguments.video) as reader:
        broker = connect(settings, "mien-recording")
        publisher = Publisher(RecordingStreams(broker, recording), broker, stop)
        if broker.wait(stop):
            with heartbeat(partial(Registry(broker, BrokerClock(broker)).recording_is_here, recording)):
                offer_all(reader, arguments, publisher, stop)
        if stop.is_set():
            raise KeyboardInterrupt
        print(json.dumps(asdict(report(reader, publisher.offered))))


def offer_all(reader: Reader, arguments: Arguments, publisher: Publisher, stop: Event) -> None:
    """Offer the frames that are asked for, and say the last word."""
    asked_for = selected(reader, arguments.every, arguments.first, stop)
    with closing(published(asked_for)) as frames:
        publisher.publish(frames)
    if not stop.is_set():
        publisher.end(reader.ended_early)


def selected(frames: Iterable[ReadFrame], every: int, first: int, stop: Event) -> Iterator[ReadFrame]:
    """Yield every `every`th frame from number `first` on, until `stop` is set.

    All are decoded, because each may build upon any before: so they are the same wherever it begins.
    """
    for frame in frames:
        if stop.is_set():
            return
        if frame.index >= first and frame.index % every == 0:
            yield frame
