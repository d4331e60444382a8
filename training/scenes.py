"""Measures the model through the crops that a worker makes: faces pasted into scenes, found, cropped, read.

$ python -m training.scenes --model models/expression.onnx --csv fer2013.csv [--votes fer2013new.csv] [--json]

The crop that is measured is the crop that runs: this module alone may import the detector and the crop from
inference (docs/decisions/0008-the-crop-that-is-measured.md).
"""

import argparse
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from services.inference.cascade import CascadeDetector
from services.inference.crop import crop_faces
from services.inference.detection import Detector
from services.inference.pictures import FrameViews
from shared.entities import Box
from training.command import command
from training.csvfile import SPLITS
from training.majority import NO_LABEL, shown_scores, to_expressions
from training.pasting import FACES_A_SCENE, Scene, scenes
from training.session import Session, open_session, output_names, predict
from training.splits import Split, add_votes, read_dataset
from training.votes import Votes, read_votes

DEFAULT_MODEL = Path("models/expression.onnx")
SIZES_PX = (60, 80, 120, 180)
FACES = 3500
OVERLAP = 0.3
"""A face is found by the detection that overlaps it most, if their intersection is this share of their union:
cascades box the features, and a picture of FER2013 may have much hair or collar around them."""

FER2013, FERPLUS = "fer2013", "ferplus"

Labels: TypeAlias = NDArray[np.int64]
Pictures: TypeAlias = NDArray[np.uint8]


@dataclass(frozen=True)
class HeadFigures:
    """One head on the faces found that have a label for it: the shares that it reads rightly.

    `direct` is on the dataset's own pictures, `crops` on what was cropped out of the scenes; `points` is the
    second less the first, in points of per cent. All are None where no face found has a label.
    """

    faces: int
    direct: float | None
    crops: float | None
    points: float | None


@dataclass(frozen=True)
class SizeFigures:
    """Faces of one size: how many were pasted, the share found, false detections a scene, each head."""

    size_px: int
    faces: int
    found: float
    false_a_scene: float
    heads: dict[str, HeadFigures]


@dataclass(frozen=True)
class SceneReport:
    """The sizes in rising order; each has the same faces, six to a scene."""

    sizes: tuple[SizeFigures, ...]


@dataclass(frozen=True)
class _Found:
    """Which faces [N] were found, their crops uint8 [found, 48, 48], and the number of false detections."""

    mask: NDArray[np.bool_]
    crops: NDArray[np.uint8]
    false: int


def overlap(one: Box, other: Box) -> float:
    """The intersection of two boxes over their union."""
    width = min(one.x + one.w, other.x + other.w) - max(one.x, other.x)
    height = min(one.y + one.h, other.y + other.h) - max(one.y, other.y)
    shared = max(0, width) * max(0, height)
    return shared / (one.w * one.h + other.w * other.h - shared)


def matches(found: Sequence[Box], faces: Sequence[Box]) -> list[int | None]:
    """For each face the index of the detection that found it, if one did."""
    best: list[int | None] = []
    for face in faces:
        overlaps = [overlap(face, box) for box in found]
        index = int(np.argmax(overlaps)) if overlaps else 0
        best.append(index if overlaps and overlaps[index] >= OVERLAP else None)
    return best


def find_faces(detector: Detector, made: Iterable[Scene]) -> _Found:
    """Searches scenes and crops what was found of their faces."""
    masks: list[bool] = []
    crops = [np.empty((0, 48, 48, 1), np.uint8)]
    false = 0
    for scene in made:
        boxes = [detection.box for detection in detector.search(_views(scene))]
        finders = matches(boxes, scene.boxes)
        used = [index for index in finders if index is not None]
        crops.append(crop_faces(scene.picture, [boxes[index] for index in used]))
        masks += [index is not None for index in finders]
        false += len(boxes) - len(set(used))
    return _Found(np.array(masks, np.bool_), np.concatenate(crops)[..., 0], false)


def _views(scene: Scene) -> FrameViews:
    bgr = np.asarray(cv2.cvtColor(scene.picture, cv2.COLOR_GRAY2BGR), np.uint8)
    return FrameViews(bgr, scene.picture)


def head_figures(
    session: Session, head: str, truth: Labels, direct: Pictures, crops: Pictures
) -> HeadFigures:
    """Compares a head on the same faces, direct [N, 48, 48] and as crops; `NO_LABEL` leaves a face out."""
    known = truth != NO_LABEL
    if not known.any():
        return HeadFigures(0, None, None, None)
    before, after = (_share(session, head, truth[known], pictures[known]) for pictures in (direct, crops))
    return HeadFigures(int(known.sum()), before, after, 100 * (after - before))


def _share(session: Session, head: str, truth: Labels, pictures: Pictures) -> float:
    scores = predict(session, pictures, head)
    shown = shown_scores(scores) if head == FERPLUS else scores
    return float((shown.argmax(axis=1) == truth).mean())


def pick(split: Split, faces: int, seed: int) -> Split:
    """At most so many faces of a split, drawn by the seed, in the split's order."""
    drawn = np.random.default_rng(seed).permutation(len(split))[:faces]
    mask = np.zeros(len(split), np.bool_)
    mask[drawn] = True
    return split.keep(mask)


def _truths(session: Session, split: Split, votes: Votes | None) -> Mapping[str, Labels]:
    """The labels [N] of each head that can be measured, in the order of the seven expressions."""
    truths = {FER2013: split.labels.astype(np.int64)}
    if votes is not None:
        truths[FERPLUS] = to_expressions(votes.majority[split.rows])
    return {head: truth for head, truth in truths.items() if head in output_names(session)}


def measure_size(
    session: Session,
    detector: Detector,
    split: Split,
    truths: Mapping[str, Labels],
    *,
    size_px: int,
    seed: int,
) -> SizeFigures:
    """Pastes every face of a split at one size; finds, crops and reads them, by the labels of each head."""
    count = -(-len(split) // FACES_A_SCENE)
    drawn = scenes(split.pictures, size_px, seed)
    progress = tqdm(drawn, desc=f"{size_px} px", total=count, disable=not sys.stderr.isatty())
    found = find_faces(detector, progress)
    seen = split.pictures[found.mask]
    heads = {
        head: head_figures(session, head, truth[found.mask], seen, found.crops)
        for head, truth in truths.items()
    }
    return SizeFigures(size_px, len(split), float(found.mask.mean()), found.false / count, heads)


def through_crops(
    model: Path,
    split: Split,
    votes: Votes | None = None,
    *,
    faces: int = FACES,
    sizes_px: Sequence[int] = SIZES_PX,
    seed: int = 0,
    detector: Detector | None = None,
) -> SceneReport:
    """Measures `model` on faces of `split`, found by the detector and settings that ship.

    FER+'s head is measured where the model has it and there are votes, which must be of the split's dataset.

    Raises:
        ModelError: the model cannot be opened, or OpenCV has no cascade.
    """
    session = open_session(model)
    chosen = pick(split, faces, seed)
    truths = _truths(session, chosen, votes)
    searcher = detector or CascadeDetector()
    return SceneReport(
        tuple(
            measure_size(session, searcher, chosen, truths, size_px=size_px, seed=seed)
            for size_px in sorted(sizes_px)
        )
    )


def format_report(report: SceneReport) -> str:
    """The report as a table for people."""
    lines = [f"{'face':>7} {'found':>7} {'false a scene':>14}   head      direct    crops   points"]
    for size in report.sizes:
        start = f"{size.size_px:>4} px {100 * size.found:>5.1f} % {size.false_a_scene:>14.3f}"
        for head, figures in size.heads.items():
            lines.append(f"{start}   {head:<8} {_cells(figures)}")
            start = " " * len(start)
    return "\n".join(lines)


def _cells(figures: HeadFigures) -> str:
    if figures.direct is None or figures.crops is None or figures.points is None:
        return "no label on any face found"
    return f"{100 * figures.direct:>6.1f} % {100 * figures.crops:>6.1f} % {figures.points:>+8.1f}"


def parse_arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="python -m training.scenes",
        description="Input: an ONNX model and FER2013's CSV. Output: by size of face, the share found in "
        "made scenes, and the accuracy on the crops beside that on the pictures themselves.",
    )
    add = parser.add_argument
    add("--csv", type=Path, required=True, help="fer2013.csv or icml_face_data.csv, also .xz or .gz")
    add("--votes", type=Path, metavar="CSV", help="fer2013new.csv: measures FER+'s head as well")
    add("--model", type=Path, default=DEFAULT_MODEL, metavar="ONNX", help=f"default: {DEFAULT_MODEL}")
    add("--split", choices=SPLITS, default="PublicTest", help="default: PublicTest")
    add("--faces", type=_count, default=FACES, metavar="N", help=f"of the split; default: {FACES}")
    add("--seed", type=int, default=0, help="draws the faces and the scenes; default: 0")
    add("--json", action="store_true", help="print JSON")
    return parser.parse_args(argv)


def _count(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text} is not 1 or more")
    return number


@command
def main(argv: Sequence[str] | None = None) -> int:
    """Runs the command; 1 and one line on bad input."""
    arguments = parse_arguments(argv)
    dataset = read_dataset(arguments.csv)
    votes = read_votes(arguments.votes) if arguments.votes else None
    if votes:
        add_votes(dataset, votes)  # Raises where the two files do not go together.
    split = dataset.split(arguments.split)
    report = through_crops(arguments.model, split, votes, faces=arguments.faces, seed=arguments.seed)
    print(json.dumps(asdict(report), indent=1) if arguments.json else format_report(report))
    return 0


if __name__ == "__main__":
    sys.exit(main())
