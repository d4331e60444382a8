"""The feed, from the camera to a viewer, through the real processes."""

import itertools
import socket
import time
from threading import Thread

import cv2
import numpy as np

from benchmarks.feed import FeedReader, Part
from services.capture.pattern import read_back
from services.inference.annotate import COLOURS
from services.inference.cascade import CascadeDetector
from services.inference.pictures import BgrImage, FrameViews, decode_jpeg
from shared.entities import Box
from tests.e2e.api import get_json
from tests.e2e.processes import Pipeline, eventually

FRAMES = 45


def overlap(a: Box, b: Box) -> float:
    """Return the intersection of two boxes over their union."""
    width = min(a.x + a.w, b.x + b.w) - max(a.x, b.x)
    height = min(a.y + a.h, b.y + b.h) - max(a.y, b.y)
    common = max(0, width) * max(0, height)
    return common / (a.w * a.h + b.w * b.h - common)


def outline(picture: BgrImage, box: Box) -> BgrImage:
    """Return the pixels [n, 3] on the lower half of a box's sides and on its lower edge."""
    sides = [picture[box.y + box.h // 2 : box.y + box.h, x] for x in (box.x, box.x + box.w - 1)]
    return np.concatenate([*sides, picture[box.y + box.h - 1, box.x : box.x + box.w]])


def test_the_box_that_is_drawn_lies_on_a_face_of_the_demo(demo: Pipeline) -> None:
    def matching() -> tuple[BgrImage, Box, str] | None:
        with demo.feed() as feed:
            part = next(feed.frames())
        answer = get_json(demo, "/api/v1/cameras/cam1/faces")
        if answer.get("seq") != part.seq or not answer["faces"]:
            return None
        face = answer["faces"][0]
        return decode_jpeg(part.jpeg), Box(*face["box"]), face["expression"]

    picture, box, expression = eventually("a frame and its faces", matching)
    grey = np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), np.uint8)
    found = CascadeDetector().search(FrameViews(picture, grey))
    assert max(overlap(box, detection.box) for detection in found) > 0.5
    difference = np.abs(outline(picture, box).astype(int) - COLOURS[expression]).sum(axis=1)
    assert np.median(difference) < 120, "the box is not drawn where the API says"


def test_the_pixels_carry_rising_numbers(pipeline: Pipeline) -> None:
    pipeline.start_all()
    with pipeline.feed() as feed:
        parts = list(itertools.islice(feed.frames(), FRAMES))
    stamps = [read_back(decode_jpeg(part.jpeg)) for part in parts]
    numbers = [stamp.seq for stamp in stamps]
    assert numbers == sorted(set(numbers))
    seqs = [part.seq for part in parts]
    assert seqs == sorted(set(seqs))


def test_three_workers_never_show_a_frame_twice_or_an_older_one(pipeline: Pipeline) -> None:
    pipeline.start_all(workers=3)
    with pipeline.feed() as feed:
        parts = list(itertools.islice(feed.frames(), 3 * FRAMES))
    numbers = [read_back(decode_jpeg(part.jpeg)).seq for part in parts]
    assert numbers == sorted(set(numbers))


def test_the_time_in_the_header_is_the_time_in_the_pixels(pipeline: Pipeline) -> None:
    pipeline.start_all()
    with pipeline.feed() as feed:
        part = next(feed.frames())
    stamp = read_back(decode_jpeg(part.jpeg))
    # Captured when the picture was drawn, give or take the drawing and the broker clock's round trip.
    assert abs(float(part.headers["x-captured-at"]) - stamp.unix_ns / 1e9) < 0.1


def test_a_viewer_that_stops_reading_is_dropped_and_changes_nobody_elses_feed(pipeline: Pipeline) -> None:
    pipeline.start_all()
    stopped = pipeline.feed()
    next(stopped.frames())
    with pipeline.feed() as feed:
        parts = list(itertools.islice(feed.frames(), FRAMES))
        assert [part.seq for part in parts] == sorted(part.seq for part in parts)
        eventually("both are counted", lambda: next(feed.frames()) and viewers(pipeline) == 2)
        eventually(
            "the viewer that stopped is dropped",
            lambda: next(feed.frames()) and viewers(pipeline) == 1,
            within_s=20,
        )
    stopped.close()


def viewers(pipeline: Pipeline) -> int:
    (camera,) = get_json(pipeline, "/api/v1/cameras")["cameras"]
    return int(camera["viewers"])


def test_a_viewer_that_is_too_slow_skips_frames_and_sees_fresh_ones(pipeline: Pipeline) -> None:
    pipeline.start_all()
    with pipeline.feed() as feed:
        parts = []
        for part in itertools.islice(feed.frames(), 20):
            parts.append(part)
            time.sleep(0.15)
    steps = [b - a for a, b in itertools.pairwise(part.seq for part in parts)]
    assert max(steps) > 1, "a slow viewer must skip"
    ages = sorted(part.age_ms for part in parts[5:])
    assert ages[len(ages) // 2] < 2_000, "what it sees must not pile up"


def test_all_viewers_share_one_reader_of_the_broker(pipeline: Pipeline) -> None:
    pipeline.start_all()
    feeds = [pipeline.feed() for _ in range(8)]
    firsts: list[Part] = []
    threads = [Thread(target=lambda feed=feed: firsts.append(next(feed.frames()))) for feed in feeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    clients = pipeline.broker.redis.client_list()
    reading = [client for client in clients if client["cmd"] == "xread"]
    for feed in feeds:
        feed.close()
    assert len(firsts) == len(feeds)
    assert len(reading) == 1


def test_a_picture_says_that_the_camera_gives_none_and_frames_follow_by_themselves(
    pipeline: Pipeline,
) -> None:
    pipeline.start("services.web")
    pipeline.start("services.inference")
    capture = pipeline.start("services.capture")
    with pipeline.feed() as feed:
        next(feed.frames())
        capture.kill()
        placeholder = next(part for part in feed.parts() if not part.is_frame)
        assert decode_jpeg(placeholder.jpeg).shape == (480, 640, 3)
        pipeline.start("services.capture")
        assert next(feed.frames()).jpeg


def test_a_half_open_connection_does_not_hold_up_a_viewer(pipeline: Pipeline) -> None:
    pipeline.start_all()
    with pipeline.feed() as feed:
        next(feed.frames())
        idle = [socket.create_connection(("127.0.0.1", pipeline.port)) for _ in range(100)]
        assert len(list(itertools.islice(feed.frames(), FRAMES))) == FRAMES
        with FeedReader("127.0.0.1", pipeline.port, "cam1", pipeline.token) as another:
            assert next(another.frames()).jpeg
        for connection in idle:
            connection.close()
