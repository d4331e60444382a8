import numpy as np

from benchmarks import clip
from benchmarks.original import OriginalLoop
from benchmarks.original_network import SIDE, build, parameters
from services.inference.pictures import decode_jpeg


def test_the_originals_network_has_its_seven_million_parameters() -> None:
    assert parameters(build()) == 7_209_159


def test_the_original_loop_finds_reads_and_draws_the_face_of_the_clip() -> None:
    loop = OriginalLoop(build())
    (frame,) = clip.jpegs(1)
    pixels = decode_jpeg(frame)
    assert len(loop.faces(pixels)) == 1
    scores = loop.scores(pixels[:SIDE, :SIDE])
    assert scores.shape == (7,)
    assert np.isclose(scores.sum(), 1)
    drawn = decode_jpeg(loop.handle(frame))
    assert drawn.shape == pixels.shape
    assert (np.abs(drawn.astype(int) - pixels) > 100).any()
