"""`mien analyze` as a person runs it."""

import csv
import hashlib
import json
import os
import shlex
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import cv2
import psutil
import pytest

import mien
from services.local.embedded import EmbeddedBroker
from shared.clock import BrokerClock
from shared.registry import Registry
from tests.deadly_worker import CORNER
from tests.e2e.processes import ROOT, Pipeline, clean_environment, eventually
from tests.made_clips import LEFT, RIGHT, demo, head_of, scene
from tests.made_people import walking
from tests.models import write_model

FRAMES, FPS, SIZE = 40, 10.0, (320, 240)
POISONED = 12
ENDS_WITHIN_S = 100

pytestmark = pytest.mark.timeout(300)


def write_clip(path: Path, poisoned: int | None = None, frames: int = FRAMES) -> Path:
    """Write a clip with two people, one of whom walks out of it; a poisoned frame is white in a corner."""
    picture = demo(1)[0]
    cut = [
        (head_of(picture, LEFT), walking(170, (170, 250), (12, 0))),
        (head_of(picture, RIGHT), walking(180, (480, 250), (90, 0))),
    ]
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"mp4v"), FPS, SIZE)
    for number, (_, pixels) in enumerate(scene(cut, FPS, frames / FPS)):
        small = cv2.resize(pixels, SIZE, interpolation=cv2.INTER_AREA)
        if number == poisoned:
            small[: 2 * CORNER, : 2 * CORNER] = 255
        writer.write(small)
    writer.release()
    return path


class Command:
    """`mien analyze`, running; what it says is kept."""

    def __init__(self, folder: Path, *arguments: object, **settings: str) -> None:
        self._log = (folder / f"{len(list(folder.glob('*.log')))}.log").open("w+")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "services.cli", "analyze", *map(str, arguments)],
            cwd=ROOT,
            env=clean_environment(**settings),
            stdout=self._log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        self._family: list[psutil.Process] = []

    def text(self) -> str:
        return Path(self._log.name).read_text()

    def lines(self) -> list[str]:
        return self.text().splitlines()

    def family(self) -> list[psutil.Process]:
        self._family += psutil.Process(self.process.pid).children(recursive=True)
        return self._family

    def workers(self) -> list[psutil.Process]:
        return self._running("services.inference")

    def readers(self) -> list[psutil.Process]:
        return self._running("services.capture.recording")

    def _running(self, module: str) -> list[psutil.Process]:
        return [one for one in self.family() if alive(one) and module in one.cmdline()]

    def wait(self) -> int:
        return self.process.wait(ENDS_WITHIN_S)

    def kill(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self._log.close()


def alive(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


class Analyze:
    """Runs the command in a folder, with a small model."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.model = write_model(folder / "expression.onnx", version="1.2")
        self.running: list[Command] = []

    def __call__(self, *arguments: object, **settings: str) -> Command:
        # A small model has one head; and nothing of what is private stays elsewhere.
        chosen = {"MIEN_MODEL": str(self.model), "MIEN_LABELS": "fer2013", **settings}
        self.running.append(Command(self.folder, *arguments, **chosen))
        return self.running[-1]


@pytest.fixture
def analyze(tmp_path: Path) -> Iterator[Analyze]:
    one = Analyze(tmp_path)
    yield one
    for command in one.running:
        command.kill()


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_clip(tmp_path_factory.mktemp("clip") / "two people.mp4")


@pytest.fixture(scope="module")
def alone(clip: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What one worker made of the clip, with nothing in its way."""
    one = Analyze(tmp_path_factory.mktemp("alone"))
    command = one(clip, "--out", one.folder / "out", "--workers", 1)
    try:
        assert command.wait() == 0, command.text()
        return one.folder / "out"
    finally:
        command.kill()


def done(folder: Path) -> int:
    """Return how many frames have a result that is safe."""
    journal = folder / "journal.jsonl"
    return max(0, journal.read_bytes().count(b"\n") - 1) if journal.exists() else 0


def half_way(folder: Path) -> None:
    eventually("half of the frames are done", lambda: done(folder) >= FRAMES // 4, within_s=60)
    assert done(folder) < FRAMES


def rows(folder: Path) -> list[dict[str, str]]:
    with (folder / "faces.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def summary(folder: Path) -> dict[str, dict[str, object]]:
    found: dict[str, dict[str, object]] = json.loads((folder / "summary.json").read_text())
    return found


def model_of(analyze: Analyze) -> dict[str, str]:
    """Return what a summary says of the model, whoever's workers have used it."""
    sha256 = hashlib.sha256(analyze.model.read_bytes()).hexdigest()
    return {"name": "expression.onnx", "version": "1.2", "sha256": sha256}


def test_every_frame_has_a_row_and_faces_keep_their_numbers(alone: Path) -> None:
    assert sorted({int(row["frame"]) for row in rows(alone)}) == list(range(FRAMES))
    assert {row["track"] for row in rows(alone) if row["track"]} == {"1", "2"}
    assert summary(alone)["frames"]["total"] == FRAMES
    for name in ("faces.parquet", "timeline.png"):
        assert (alone / name).stat().st_size > 0


@pytest.mark.parametrize("workers", [2, 4])
def test_any_number_of_workers_gives_the_same_table(
    analyze: Analyze, clip: Path, alone: Path, workers: int
) -> None:
    out = analyze.folder / "out"
    command = analyze(clip, "--out", out, "--workers", workers)
    assert command.wait() == 0, command.text()
    assert (out / "faces.csv").read_bytes() == (alone / "faces.csv").read_bytes()


def test_a_worker_that_dies_is_started_again_and_nothing_is_lost(
    analyze: Analyze, clip: Path, alone: Path
) -> None:
    out = analyze.folder / "out"
    command = analyze(clip, "--out", out, "--workers", 1)
    half_way(out)
    (victim,) = command.workers()
    victim.kill()
    assert command.wait() == 0, command.text()
    assert "ended with SIGKILL" in command.text()
    assert (out / "faces.csv").read_bytes() == (alone / "faces.csv").read_bytes()


def test_a_reader_that_is_killed_is_started_again_and_nothing_is_lost(
    analyze: Analyze, tmp_path: Path
) -> None:
    # Longer than the reader may be ahead of the workers, so that it is still there.
    clip, out = write_clip(tmp_path / "long.mp4", frames=4 * FRAMES), tmp_path / "out"
    command = analyze(clip, "--out", out, "--workers", 1)
    eventually("some frames are done", lambda: done(out) >= FRAMES // 4, within_s=60)
    (victim,) = command.readers()
    victim.kill()
    assert command.wait() == 0, command.text()
    assert "what reads it ended with SIGKILL; starting it again" in command.lines()
    assert sorted({int(row["frame"]) for row in rows(out)}) == list(range(4 * FRAMES))


def test_a_worker_that_comes_with_another_model_ends_it_and_nothing_of_it_is_kept(
    analyze: Analyze, clip: Path, alone: Path
) -> None:
    out = analyze.folder / "out"
    other = write_model(analyze.folder / "other.onnx", version="1.3")
    with Pipeline(analyze.folder, MIEN_MODEL=str(analyze.model), MIEN_LABELS="fer2013") as pipeline:
        worker = pipeline.start("services.inference")
        registry = Registry(pipeline.broker, BrokerClock(pipeline.broker))
        eventually("the worker is there", registry.workers, within_s=60)
        command = analyze(clip, "--out", out, MIEN_REDIS_URL=pipeline.embedded.url)
        eventually("some frames are done", lambda: done(out) >= 2, within_s=60)
        # So that all is not done before the other one is there, and that one has frames to do.
        worker.signal(signal.SIGSTOP)
        stranger = pipeline.start("services.inference", MIEN_MODEL=str(other))
        assert command.wait() == 2, command.text()
        worker.signal(signal.SIGCONT)
        assert "came with another model" in command.lines()[-1]
        assert "--resume goes on when it has left" in command.lines()[-1]
        assert 0 < done(out) < FRAMES
        stranger.stop()
        again = analyze(clip, "--out", out, "--resume", MIEN_REDIS_URL=pipeline.embedded.url)
        assert again.wait() == 0, again.text()
    assert (out / "faces.csv").read_bytes() == (alone / "faces.csv").read_bytes()


def test_ctrl_c_says_how_to_go_on_and_going_on_gives_the_same_table(
    analyze: Analyze, clip: Path, alone: Path
) -> None:
    out = analyze.folder / "out"
    command = analyze(clip, "--out", out, "--workers", 2)
    half_way(out)
    family = command.family()
    command.process.send_signal(signal.SIGINT)
    assert command.wait() == 130
    assert [one for one in family if alive(one)] == []
    last = command.lines()[-1]
    assert last.startswith("mien analyze: stopped; go on with: mien analyze ")
    before = done(out)
    assert 0 < before < FRAMES
    again = analyze(*shlex.split(last.partition("go on with: mien analyze ")[2]))
    assert again.wait() == 0, again.text()
    assert (out / "faces.csv").read_bytes() == (alone / "faces.csv").read_bytes()


def test_when_it_is_killed_no_process_is_left_and_it_can_go_on(
    analyze: Analyze, clip: Path, alone: Path
) -> None:
    out = analyze.folder / "out"
    command = analyze(clip, "--out", out, "--workers", 1)
    half_way(out)
    family = command.family()
    os.kill(command.process.pid, signal.SIGKILL)
    command.process.wait()
    eventually("all have ended", lambda: not [one for one in family if alive(one)])
    (out / ".part-annotated.mp4").write_text("as a run leaves it that is killed while it writes that one")
    again = analyze(clip, "--out", out, "--workers", 2, "--resume")
    assert again.wait() == 0, again.text()
    assert (out / "faces.csv").read_bytes() == (alone / "faces.csv").read_bytes()
    assert names(out) == names(alone)


def test_a_crash_before_the_files_were_written_loses_nothing_that_was_measured(
    analyze: Analyze, clip: Path, alone: Path
) -> None:
    out = analyze.folder / "out"
    shutil.copytree(alone, out)
    (out / "summary.json").unlink()
    command = analyze(clip, "--out", out, "--resume")
    assert command.wait() == 0, command.text()
    assert summary(out) == summary(alone)
    assert summary(out)["video"]["longest_gap_s"] == pytest.approx(1 / FPS)


def test_the_broker_that_dies_is_started_again_and_nothing_is_lost(
    analyze: Analyze, clip: Path, alone: Path
) -> None:
    out = analyze.folder / "out"
    command = analyze(clip, "--out", out, "--workers", 1)
    half_way(out)
    (victim,) = [one for one in command.family() if alive(one) and "valkey" in one.name()]
    victim.kill()
    assert command.wait() == 0, command.text()
    assert (out / "faces.csv").read_bytes() == (alone / "faces.csv").read_bytes()


def test_a_frame_that_kills_its_workers_is_counted_and_the_rest_is_complete(
    analyze: Analyze, tmp_path: Path
) -> None:
    clip, out = write_clip(tmp_path / "poisoned.mp4", POISONED), tmp_path / "out"
    with Pipeline(tmp_path, MIEN_MODEL=str(analyze.model), MIEN_LABELS="fer2013") as pipeline:
        workers = [pipeline.start("tests.deadly_worker") for _ in range(4)]
        registry = Registry(pipeline.broker, BrokerClock(pipeline.broker))
        eventually("all workers are there", lambda: len(registry.workers()) == 4, within_s=60)
        command = analyze(clip, "--out", out, MIEN_REDIS_URL=pipeline.embedded.url)
        assert command.wait() == 0, command.text()
        assert [worker.process.poll() for worker in workers].count(-signal.SIGKILL) == 3
        assert pipeline.broker.redis.keys("mien:{rec-*") == []
    assert summary(out)["frames"]["failed"] == 1
    assert summary(out)["model"] == model_of(analyze)
    assert f"{FRAMES} frames" in command.text()
    failed = [row for row in rows(out) if row["failure"]]
    assert [(int(row["frame"]), row["failure"]) for row in failed] == [(POISONED, "failed")]
    assert sorted({int(row["frame"]) for row in rows(out)}) == list(range(FRAMES))


def test_a_program_is_told_where_the_results_stand(
    analyze: Analyze, clip: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MIEN_MODEL", str(analyze.model))
    found = mien.analyze(clip, out=analyze.folder / "out", workers=1, every=20, labels="fer2013")
    assert found.summary["frames"]["total"] == 2
    assert (found.csv, found.annotated) == (analyze.folder / "out" / "faces.csv", None)
    assert all(path.stat().st_size for path in (found.csv, found.parquet, found.timeline))
    with pytest.raises(mien.AnalysisError, match="there already"):
        mien.analyze(clip, out=found.folder, labels="fer2013")
    with pytest.raises(mien.SettingsError, match="workers=0"):
        mien.analyze(clip, out=found.folder, workers=0)


def test_a_wrong_path_is_one_line_and_nothing_is_made(analyze: Analyze) -> None:
    command = analyze("nowhere.mp4", "--out", analyze.folder / "out")
    assert command.wait() == 2
    assert command.lines() == ["mien analyze: video 'nowhere.mp4': No such file or directory"]
    assert not (analyze.folder / "out").exists()


def test_where_a_deployment_has_no_worker_that_is_said(analyze: Analyze, clip: Path) -> None:
    with EmbeddedBroker() as broker:
        command = analyze(clip, "--out", analyze.folder / "out", MIEN_REDIS_URL=broker.url)
        assert command.wait() == 2
    assert len(command.lines()) == 1
    assert "no worker" in command.text()


def test_of_several_videos_one_that_is_refused_is_named_and_the_others_are_done(
    analyze: Analyze, clip: Path
) -> None:
    notes = analyze.folder / "notes.txt"
    notes.write_text("no pictures in here")
    out = analyze.folder / "out"
    command = analyze(notes, clip, "--out", out, "--every", 10, "--workers", 1)
    assert command.wait() == 2
    assert "notes.txt" in command.lines()[0]
    assert sorted({int(row["frame"]) for row in rows(out / clip.stem)}) == [0, 10, 20, 30]
    assert not (out / "notes").exists()


def test_results_that_are_there_are_not_replaced(analyze: Analyze, clip: Path, alone: Path) -> None:
    before = (alone / "faces.csv").stat().st_mtime_ns
    command = analyze(clip, "--out", alone)
    assert command.wait() == 2
    assert len(command.lines()) == 1
    assert "--resume" in command.text()
    assert (alone / "faces.csv").stat().st_mtime_ns == before


def test_going_on_with_other_settings_is_refused(analyze: Analyze, clip: Path, alone: Path) -> None:
    command = analyze(clip, "--out", alone, "--resume", "--every", 2)
    assert command.wait() == 2
    assert len(command.lines()) == 1
    assert "every" in command.text()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MIEN_NONSENSE", "1"),
        ("MIEN_LABELS", "dutch"),
        ("MIEN_MODEL", "none.onnx"),
        ("MIEN_REDIS_URL", "redis://127.0.0.1:1"),
    ],
)
def test_a_wrong_setting_is_one_line(analyze: Analyze, clip: Path, name: str, value: str) -> None:
    command = analyze(clip, "--out", analyze.folder / "out", **{name: value})
    assert command.wait() == 2
    assert len(command.lines()) == 1, command.text()
    assert value in command.text() or name in command.text()
