from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("onnxruntime", reason="a teacher runs in ONNX Runtime")

from shared.errors import ModelError
from tests.models import write_model
from tests.unit.training.conftest import draw_picture
from training.session import open_session, predict
from training.splits import Dataset, Split
from training.teacher import digest, opinion, teach


def made_split(count: int = 5) -> Split:
    labels = np.arange(count, dtype=np.uint8)
    pictures = np.stack([draw_picture(label, label) for label in range(count)])
    return Split(pictures, labels, np.arange(count))


def made_dataset() -> Dataset:
    return Dataset(Path("fer2013.csv"), {"Training": made_split(), "PublicTest": made_split(3)}, "ab")


def test_an_opinion_is_the_mean_over_a_picture_and_its_mirror_image(tmp_path: Path) -> None:
    session, pictures = open_session(write_model(tmp_path / "t.onnx")), made_split().pictures
    found = opinion(session, pictures, "fer2013")
    mirrored = np.ascontiguousarray(pictures[:, :, ::-1])
    mean = (predict(session, pictures) + predict(session, mirrored)) / 2
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, mean, atol=1e-6)
    np.testing.assert_allclose(found, opinion(session, mirrored, "fer2013"), atol=1e-6)


def test_only_the_training_split_is_taught(tmp_path: Path) -> None:
    taught = teach(made_dataset(), [write_model(tmp_path / "t.onnx")])
    assert {head: rows.shape for head, rows in taught.split("Training").taught.items()} == {"fer2013": (5, 7)}
    assert not taught.split("PublicTest").taught


def test_the_opinion_stays_with_its_pictures_when_some_are_left_out(tmp_path: Path) -> None:
    training = teach(made_dataset(), [write_model(tmp_path / "t.onnx")]).split("Training")
    mask = np.array([True, False, True, True, False])
    np.testing.assert_array_equal(training.keep(mask).taught["fer2013"], training.taught["fer2013"][mask])


def test_several_teachers_are_heard_alike(tmp_path: Path) -> None:
    one, other = (write_model(tmp_path / f"{seed}.onnx", seed=seed) for seed in (1, 2))
    alone = [teach(made_dataset(), [path]).split("Training").taught["fer2013"] for path in (one, other)]
    both = teach(made_dataset(), [one, other]).split("Training").taught["fer2013"]
    assert np.abs(alone[0] - alone[1]).max() > 0.01
    np.testing.assert_allclose(both, (alone[0] + alone[1]) / 2, atol=1e-6)


def test_a_model_without_the_head_is_no_teacher(tmp_path: Path) -> None:
    path = write_model(tmp_path / "t.onnx", output_name="scores")
    with pytest.raises(ModelError, match=r"t\.onnx: has no output fer2013"):
        teach(made_dataset(), [path])


def test_a_model_with_other_classes_is_no_teacher(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"t\.onnx: 8 classes in fer2013, not 7"):
        teach(made_dataset(), [write_model(tmp_path / "t.onnx", classes=8)])


def test_a_model_of_other_faces_is_no_teacher(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"t\.onnx: reads 32 px, not 48"):
        teach(made_dataset(), [write_model(tmp_path / "t.onnx", side=32)])


def test_an_absent_teacher_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"none\.onnx"):
        teach(made_dataset(), [tmp_path / "none.onnx"])


def test_the_digest_tells_teachers_apart_and_is_none_without_one(tmp_path: Path) -> None:
    plain = made_dataset()
    taught = teach(plain, [write_model(tmp_path / "t.onnx")]).split("Training")
    half = taught.keep(np.array([True, True, False, False, False]))
    assert digest(plain.split("Training")) is None
    assert digest(taught) == digest(teach(plain, [tmp_path / "t.onnx"]).split("Training"))
    assert digest(taught) != digest(half)
