import numpy as np
import pytest

from services.inference.policy import EVERY_FRAME, MS, Policy
from services.inference.processor import FrameProcessor
from services.inference.stopwatch import Stopwatch
from services.inference.tracks import Tracks
from shared.entities import EXPRESSIONS, Box, Face
from shared.errors import ModelError
from tests.fakes import FakeClassifier, FakeDetector

FRAME = np.zeros((200, 240, 3), np.uint8)
FRAME[100:] = 200
GRAIN = np.random.default_rng(1).integers(80, 256, FRAME.shape, dtype=np.uint8)
LARGE, SMALL = Box(0, 0, 80, 80), Box(100, 110, 40, 40)
T = 1_700_000_000_000_000_000
POLICY = Policy()


def process(classifier: FakeClassifier, *boxes: Box) -> tuple[Face, ...]:
    return FrameProcessor(FakeDetector(*boxes), classifier).process(FRAME, T, Tracks(), Stopwatch())[0]


class Camera:
    """Gives a processor one frame after another."""

    def __init__(self, *boxes: Box, policy: Policy = POLICY) -> None:
        self.detector = FakeDetector(*boxes)
        self.processor = FrameProcessor(self.detector, FakeClassifier(), policy=policy)
        self.tracks = Tracks()
        self.t = T
        self.pixels = FRAME

    def frame(self, after_ms: int = 33) -> tuple[Face, ...]:
        self.t += after_ms * MS
        faces, self.tracks = self.processor.process(self.pixels, self.t, self.tracks, Stopwatch())
        return faces

    def searches(self, after_ms: int = 33) -> int:
        """Return how many whole searches the next frame takes."""
        before = self.detector.searches
        self.frame(after_ms)
        return self.detector.searches - before


def test_all_faces_of_a_frame_are_read_in_one_call() -> None:
    classifier = FakeClassifier()
    process(classifier, LARGE, SMALL)
    assert [batch.shape for batch in classifier.batches] == [(2, 48, 48, 1)]


def test_a_frame_without_faces_is_not_given_to_the_model() -> None:
    classifier = FakeClassifier()
    assert process(classifier) == ()
    assert classifier.batches == []


def test_the_largest_face_comes_first() -> None:
    assert [face.box for face in process(FakeClassifier(), SMALL, LARGE)] == [LARGE, SMALL]


def test_the_model_sees_the_grey_pixels_of_each_face() -> None:
    classifier = FakeClassifier()
    process(classifier, LARGE, SMALL)
    assert [int(crop.mean()) for crop in classifier.batches[0]] == [0, 200]


def test_each_face_has_the_crop_that_the_model_saw_of_it() -> None:
    classifier = FakeClassifier()
    faces = process(classifier, SMALL, LARGE)
    saw = [crop.tobytes() for crop in classifier.batches[0]]
    assert {face.crop for face in faces} == set(saw)
    assert [np.frombuffer(face.crop or b"", np.uint8).mean() for face in faces] == [0, 200]


def test_a_face_that_is_not_read_in_a_frame_has_no_crop_in_it() -> None:
    camera = Camera(LARGE)
    camera.pixels = GRAIN
    crops = [[face.crop is not None for face in camera.frame()] for _ in range(20)]
    assert crops[0] == [True]
    assert [False] in crops[10:]
    assert [True] in crops[10:]


def test_colours_weigh_as_people_see_them() -> None:
    classifier = FakeClassifier()
    green = np.zeros_like(FRAME)
    green[:, :, 1] = 255
    FrameProcessor(FakeDetector(LARGE), classifier).process(green, T, Tracks(), Stopwatch())
    assert int(classifier.batches[0].mean()) == 150  # 0.587 of 255, ITU-R BT.601


def test_an_observation_has_every_score_as_the_model_gave_it() -> None:
    scores = (0.01, 0.02, 0.03, 0.04, 0.05, 0.06, 0.79)
    processor = FrameProcessor(FakeDetector(LARGE), FakeClassifier(*scores))
    observation = processor.observe(FRAME, T, Tracks(), Stopwatch())
    assert (observation.t, observation.size, observation.searched) == (T, (240, 200), True)
    assert observation.seen[0].box == LARGE
    assert observation.seen[0].scores == pytest.approx(scores)


def test_a_face_has_every_score_by_its_name() -> None:
    (face,) = process(FakeClassifier(0.01, 0.02, 0.03, 0.04, 0.05, 0.06, 0.79), LARGE)
    assert tuple(face.scores) == EXPRESSIONS
    assert list(face.scores.values()) == pytest.approx([0.01, 0.02, 0.03, 0.04, 0.05, 0.06, 0.79])


def test_scores_that_are_no_numbers_are_an_error() -> None:
    with pytest.raises(ModelError, match="scores are no numbers"):
        process(FakeClassifier(*[float("nan")] * 7), LARGE)


def test_the_frame_is_left_as_it_was() -> None:
    before = FRAME.copy()
    process(FakeClassifier(), LARGE)
    assert (before == FRAME).all()


@pytest.mark.parametrize(
    ("boxes", "stages"), [((), {"detect", "follow"}), ((LARGE,), {"detect", "classify", "follow"})]
)
def test_each_stage_is_measured(boxes: tuple[Box, ...], stages: set[str]) -> None:
    stopwatch = Stopwatch()
    processor = FrameProcessor(FakeDetector(*boxes), FakeClassifier())
    processor.process(FRAME, T, Tracks(), stopwatch)
    assert set(stopwatch.timings) == stages


def test_a_face_keeps_its_id_from_frame_to_frame() -> None:
    camera = Camera(LARGE, SMALL)
    assert [[face.track for face in camera.frame()] for _ in range(5)] == [[1, 2]] * 5


def test_between_whole_searches_faces_are_looked_for_near_their_places() -> None:
    camera = Camera(LARGE, SMALL)
    assert [camera.searches() for _ in range(10)] == [1, *[0] * 9]
    assert camera.detector.near[-1] == (LARGE, SMALL)


def test_the_whole_frame_is_searched_again_after_a_time() -> None:
    camera = Camera(LARGE)
    frames = [camera.searches(375) for _ in range(17)]
    assert frames == [1, *[0] * 7, 1, *[0] * 7, 1]


def test_a_newcomer_is_found_by_the_next_whole_search() -> None:
    camera = Camera(LARGE)
    camera.frame()
    camera.detector.boxes = (LARGE, SMALL)
    assert len(camera.frame(100)) == 1
    camera.frame(3_000)
    assert len(camera.frame()) == 2


def test_between_whole_searches_the_frame_is_glanced_at_a_few_times_a_second() -> None:
    camera = Camera(LARGE)
    for _ in range(30):
        camera.frame()
    assert camera.detector.searches == 1
    assert 3 <= camera.detector.glances <= 5


def test_a_newcomer_that_a_glance_finds_is_followed_from_then_on() -> None:
    camera = Camera(LARGE)
    camera.frame()
    camera.detector.boxes = camera.detector.glanced = (LARGE, SMALL)
    camera.frame(250)
    assert [face.box for face in camera.frame()] == [LARGE, SMALL]
    assert camera.detector.searches == 1


def test_a_glance_moves_no_face_that_was_found_near_its_place() -> None:
    camera = Camera(LARGE)
    camera.frame()
    camera.detector.glanced = (Box(10, 10, 90, 90),)
    assert [face.box for face in camera.frame(250)] == [LARGE]
    assert len(camera.tracks.tracks) == 1


def test_a_glance_goes_over_no_face_that_was_found_near_its_place() -> None:
    camera = Camera(LARGE)
    camera.pixels = GRAIN
    camera.frame()
    camera.frame(250)
    (glanced,) = camera.detector.glanced_at
    assert np.ptp(glanced.grey[:80, :80]) == 0
    assert np.ptp(glanced.grey[80:, 80:]) > 0
    assert np.array_equal(glanced.bgr, GRAIN)


def test_where_each_frame_is_searched_whole_none_is_glanced_at() -> None:
    camera = Camera(LARGE, policy=EVERY_FRAME)
    for _ in range(30):
        camera.frame()
    assert camera.detector.glances == 0


def test_where_a_face_is_missed_the_same_frame_is_searched_whole() -> None:
    camera = Camera(LARGE)
    camera.frame()
    camera.frame(200)
    camera.detector.boxes = (Box(82, 0, 80, 80),)
    assert camera.searches() == 1
    assert camera.tracks.searched == camera.t


def test_one_who_left_is_soon_not_looked_for_everywhere() -> None:
    camera = Camera(LARGE, SMALL)
    for _ in range(10):
        camera.frame()
    camera.detector.boxes = (LARGE,)
    second = [camera.searches() for _ in range(30)]
    assert 3 <= sum(second[:15]) <= 5
    assert sum(second[15:]) <= 1


def test_a_face_missed_by_a_whole_search_is_still_looked_for_near_its_place() -> None:
    class Coarse(FakeDetector):
        def search(self, frame: object) -> list:  # type: ignore[type-arg]  # it never finds anything
            self.searches += 1
            return []

    camera = Camera(LARGE)
    camera.frame()
    coarse = Coarse(LARGE)
    camera.processor = FrameProcessor(coarse, FakeClassifier())
    assert len(camera.frame(3_000)) == 1
    assert coarse.searches == 1


def test_a_face_found_twice_is_one() -> None:
    camera = Camera(LARGE, Box(4, 4, 76, 76))
    assert len(camera.frame()) == 1


def test_every_frame_can_be_searched_whole() -> None:
    camera = Camera(LARGE, policy=EVERY_FRAME)
    assert [camera.searches() for _ in range(5)] == [1] * 5


def test_an_empty_room_is_searched_a_few_times_a_second() -> None:
    camera = Camera()
    assert 1 <= sum(camera.searches() for _ in range(30)) <= 2
    assert 7 <= camera.detector.glances <= 10


def test_an_observation_says_from_which_score_on_an_expression_is_named() -> None:
    for boxes in ((), (LARGE,)):
        processor = FrameProcessor(FakeDetector(*boxes), FakeClassifier(), sure=0.7)
        assert processor.observe(FRAME, T, Tracks(), Stopwatch()).sure == 0.7


def test_a_track_outside_the_frame_is_not_looked_for() -> None:
    camera = Camera(LARGE)
    for x in (100, 120, 140, 160):
        camera.detector.boxes = (Box(x, 0, 80, 80),)
        camera.frame()
    asked = len(camera.detector.near)
    camera.frame(400)
    assert camera.detector.near[asked:] == []


def test_in_a_frame_of_another_size_faces_are_looked_for_everywhere() -> None:
    camera = Camera(LARGE)
    camera.frame()
    small = np.zeros((120, 160, 3), np.uint8)
    observation = camera.processor.observe(small, camera.t + MS, camera.tracks, Stopwatch())
    assert observation.searched
    assert len(camera.detector.near) == 0


def test_where_the_clock_was_set_back_faces_are_found_at_once() -> None:
    camera = Camera(LARGE)
    for _ in range(3):
        camera.frame()
    camera.detector.boxes = (SMALL,)
    assert [[face.box for face in camera.frame(after_ms)] for after_ms in (-3_600_000, 33)] == [[SMALL]] * 2


def test_one_hidden_beside_another_is_missed_so_that_the_same_frame_is_searched_whole() -> None:
    camera = Camera(LARGE, Box(70, 0, 80, 80))
    camera.frame()
    camera.frame(200)
    camera.detector.boxes = (LARGE,)
    assert camera.searches() == 1
    assert [track.seen == camera.t for track in camera.tracks.tracks] == [True, False]


def turned_away(*stay: Box) -> Camera:
    """Return a camera before which a face was seen in six frames and then turned away; others stay."""
    camera = Camera(LARGE, *stay)
    camera.pixels = GRAIN
    for _ in range(6):
        camera.frame()
    camera.detector.boxes, camera.detector.away = stay, (LARGE,)
    return camera


def test_a_head_that_turns_away_keeps_its_id_and_its_expression_and_soon_says_so() -> None:
    camera = turned_away()
    before = camera.tracks.tracks[0].scores
    shown = [camera.frame() for _ in range(30)]
    assert all([face.track for face in faces] == [1] for faces in shown)
    assert [face.reason for face in shown[-1]] == ["turned"]
    assert camera.tracks.tracks[0].scores == before
    camera.detector.boxes = (LARGE,)
    assert [[face.expression for face in camera.frame()] for _ in range(20)][-1] == ["happy"]


def test_a_head_turned_away_in_one_frame_and_missed_in_the_next_stays() -> None:
    camera = turned_away()
    for n in range(40):
        camera.detector.away = () if n % 4 else (LARGE,)
        faces = camera.frame()
    assert [(face.track, face.reason) for face in faces] == [(1, "turned")]


def test_what_only_looks_like_a_head_turned_away_is_not_followed_for_long() -> None:
    camera = turned_away()
    shown = [bool(camera.frame(100)) for _ in range(60)]
    assert all(shown[:20])
    assert not any(shown[32:])


def test_no_head_turned_away_is_looked_for_where_all_are_found() -> None:
    camera = Camera(LARGE, SMALL)
    for _ in range(30):
        camera.frame()
    assert camera.detector.turned == []


def test_a_face_that_was_hardly_seen_is_not_taken_for_a_head_turned_away() -> None:
    camera = Camera(LARGE)
    camera.frame()
    camera.detector.boxes, camera.detector.away = (), (LARGE,)
    assert [camera.frame() for _ in range(5)] == [()] * 5


def test_the_side_of_another_face_is_no_head_turned_away() -> None:
    camera = turned_away(SMALL)
    camera.detector.away = (Box(70, 80, 50, 50),)
    assert [face.track for _ in range(10) for face in camera.frame()] == [2] * 10
