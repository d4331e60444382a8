from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from services.inference import onnx_runtime, session
from services.inference.session import ExpressionModel
from shared.entities import EXPRESSIONS
from shared.errors import ModelError
from shared.ferplus import FERPLUS_CLASSES
from tests.models import write_model


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "expression.onnx"


def crops(number: int) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    return np.random.default_rng(3).integers(0, 256, (number, 48, 48, 1), dtype=np.uint8)


def refusal(path: Path) -> str:
    with pytest.raises(ModelError) as caught:
        ExpressionModel(path)
    line = str(caught.value)
    assert str(path) in line
    assert "\n" not in line
    return line


@pytest.mark.parametrize("number", [1, 2, 9])
def test_a_model_that_fits_gives_a_row_of_scores_for_each_face(path: Path, number: int) -> None:
    scores = ExpressionModel(write_model(path)).classify(crops(number))
    assert scores.shape == (number, len(EXPRESSIONS))
    assert scores.dtype == np.float32
    assert np.allclose(scores.sum(axis=1), 1, atol=1e-5)


def test_a_face_gets_the_same_scores_alone_as_among_others(path: Path) -> None:
    model = ExpressionModel(write_model(path))
    faces = crops(5)
    together = model.classify(faces)
    alone = np.vstack([model.classify(faces[i : i + 1]) for i in range(5)])
    assert np.allclose(together, alone, atol=1e-6)


def test_the_metadata_is_kept(path: Path) -> None:
    assert "mien.labels" in ExpressionModel(write_model(path)).metadata


def with_property(path: Path, key: str, value: str) -> Path:
    graph = onnx.load(write_model(path))
    graph.metadata_props.add(key=key, value=value)
    onnx.save(graph, str(path))
    return path


def test_a_model_says_from_which_score_on_its_head_is_sure(path: Path) -> None:
    assert ExpressionModel(write_model(path)).sure is None
    said = '{"fer2013": 0.44, "ferplus": 0.6}'
    assert ExpressionModel(with_property(path, session.UNSURE_BELOW, said)).sure == 0.44
    assert ExpressionModel(with_property(path, session.UNSURE_BELOW, '{"ferplus": 0.6}')).sure is None


@pytest.mark.parametrize("said", ["0.5", "{", '{"fer2013": "much"}', '{"fer2013": 1.5}', '{"fer2013": NaN}'])
def test_a_model_whose_threshold_is_no_score_is_refused(path: Path, said: str) -> None:
    assert "'mien.unsure_below'" in refusal(with_property(path, session.UNSURE_BELOW, said))


def test_a_model_runs_on_one_thread(path: Path) -> None:
    options = session._open(write_model(path)).get_session_options()
    assert (options.intra_op_num_threads, options.inter_op_num_threads) == (1, 1)


def test_a_model_that_is_absent_is_refused(path: Path) -> None:
    assert refusal(path).endswith("is not there")


def test_a_folder_is_no_model(tmp_path: Path) -> None:
    refusal(tmp_path)


@pytest.mark.parametrize("content", [b"", b"not a model", b"\x08\x08" * 100])
def test_a_file_that_is_no_model_is_refused(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    refusal(path)


def test_a_truncated_model_is_refused(path: Path) -> None:
    whole = write_model(path).read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    assert "cannot be read" in refusal(path)


def test_a_model_with_another_input_name_is_refused(path: Path) -> None:
    assert "no input 'face', only 'picture'" in refusal(write_model(path, input_name="picture"))


def test_a_model_with_another_input_type_is_refused(path: Path) -> None:
    assert "input 'face' is tensor(float)" in refusal(write_model(path, dtype=TensorProto.FLOAT))


def test_a_model_with_another_input_side_is_refused(path: Path) -> None:
    assert "input 'face' is tensor(uint8) ['N', 64, 64, 1]" in refusal(write_model(path, side=64))


def test_a_model_with_another_output_name_is_refused(path: Path) -> None:
    assert "no output 'fer2013', only 'emotions'" in refusal(write_model(path, output_name="emotions"))


def test_a_model_with_another_number_of_classes_is_refused(path: Path) -> None:
    assert "output 'fer2013' is tensor(float) ['N', 8]" in refusal(write_model(path, classes=8))


def test_a_model_without_labels_is_refused(path: Path) -> None:
    assert "metadata 'mien.labels' is None" in refusal(write_model(path, labels=None))


def test_a_model_with_labels_in_another_order_is_refused(path: Path) -> None:
    assert "metadata 'mien.labels' is" in refusal(write_model(path, labels=sorted(EXPRESSIONS)))


def test_a_model_whose_labels_are_no_list_is_refused(path: Path) -> None:
    model = onnx.load(write_model(path))
    model.metadata_props[0].value = "angry disgust"
    onnx.save(model, path)
    assert "metadata 'mien.labels' is 'angry disgust'" in refusal(path)


def test_a_model_that_takes_one_face_at_a_time_is_refused(path: Path) -> None:
    model = onnx.load(write_model(path))
    model.graph.input[0].type.tensor_type.shape.dim[0].dim_value = 1
    onnx.save(model, path)
    assert "not tensor(uint8) ['N', 48, 48, 1]" in refusal(path)


def write_ferplus(path: Path, labels: Sequence[str] | None = FERPLUS_CLASSES) -> Path:
    """Write a model that has FER+'s head alone."""
    return write_model(
        path, output_name="ferplus", classes=8, labels=labels, labels_key="mien.ferplus_labels"
    )


def ferplus_refusal(path: Path) -> str:
    with pytest.raises(ModelError) as caught:
        ExpressionModel(path, "ferplus")
    line = str(caught.value)
    assert line.startswith(f"model {path} does not fit MIEN_LABELS=ferplus: ")
    assert "\n" not in line
    return line


def test_ferplus_labels_give_seven_scores_in_the_usual_order(path: Path) -> None:
    faces = crops(4)
    (rows,) = onnx_runtime.open_session(write_ferplus(path), "it").run(["ferplus"], {"face": faces})
    scores = ExpressionModel(path, "ferplus").classify(faces)
    assert scores.shape == (4, 7)
    assert scores.dtype == np.float32
    assert np.allclose(scores.sum(axis=1), 1, atol=1e-6)
    happy, neutral = EXPRESSIONS.index("happy"), EXPRESSIONS.index("neutral")
    assert np.allclose(scores[:, happy] / scores[:, neutral], rows[:, 1] / rows[:, 0], rtol=1e-4)


def test_a_model_without_the_head_asked_for_is_refused_with_the_setting(path: Path) -> None:
    assert "no output 'ferplus', only 'fer2013'" in ferplus_refusal(write_model(path))


def test_a_model_of_one_head_needs_no_other_unless_that_is_asked_for(path: Path) -> None:
    write_ferplus(path)
    for labels in (None, "ferplus"):
        model = ExpressionModel(path, labels)
        assert (model.labels, len(model.classify(crops(3)))) == ("ferplus", 3)
    with pytest.raises(ModelError, match="no output 'fer2013', only 'ferplus'"):
        ExpressionModel(path, "fer2013")


def test_fer2013_s_labels_are_read_where_a_model_has_no_others(path: Path) -> None:
    assert ExpressionModel(write_model(path)).labels == "fer2013"


@pytest.mark.parametrize("labels", [None, sorted(FERPLUS_CLASSES), EXPRESSIONS])
def test_ferplus_labels_that_are_others_are_refused_with_the_setting(
    path: Path, labels: Sequence[str] | None
) -> None:
    assert "metadata 'mien.ferplus_labels' is " in ferplus_refusal(write_ferplus(path, labels))


def test_a_ferplus_head_that_is_no_scores_is_refused_before_contempt_is_left_out(path: Path) -> None:
    model = onnx.load(write_ferplus(path))
    model.graph.node[-1].op_type = "Sigmoid"
    del model.graph.node[-1].attribute[:]
    onnx.save(model, path)
    assert ferplus_refusal(path).endswith("for a face, not to 1")


def with_end(path: Path, operation: str) -> Path:
    """Write a model that ends with another operation than a softmax."""
    model = onnx.load(write_model(path))
    end = model.graph.node[-1]
    end.op_type = operation
    del end.attribute[:]
    onnx.save(model, path)
    return path


@pytest.mark.parametrize(
    ("operation", "named"),
    [
        ("Identity", "not within 0 to 1: is its softmax missing?"),
        ("Sigmoid", "for a face, not to 1"),
        ("Log", "has values that are no numbers"),
    ],
)
def test_a_model_whose_output_is_no_scores_is_refused(path: Path, operation: str, named: str) -> None:
    line = refusal(with_end(path, operation))
    assert "output 'fer2013' " in line
    assert line.endswith(named)


def with_first_rows(path: Path, rows: Sequence[bool]) -> Path:
    """Write a model that gives some of its rows only."""
    model = onnx.load(write_model(path))
    model.graph.initializer.append(numpy_helper.from_array(np.array(rows), "rows_kept"))
    model.graph.node[-1].output[0] = "all"
    model.graph.node.append(helper.make_node("Compress", ["all", "rows_kept"], ["fer2013"], axis=0))
    onnx.save(model, path)
    return path


def test_a_model_that_does_one_face_of_two_is_refused(path: Path) -> None:
    assert refusal(with_first_rows(path, [True])).endswith("is of shape [1, 7] for two faces")


def test_a_model_that_cannot_be_run_is_refused(path: Path) -> None:
    model = onnx.load(with_first_rows(path, [True]))
    model.graph.node[-1].input[0] = "fifth"
    model.graph.node.insert(
        len(model.graph.node) - 1, helper.make_node("Gather", ["all", "four"], ["fifth"], axis=0)
    )
    model.graph.initializer.append(numpy_helper.from_array(np.array([4], np.int64), "four"))
    onnx.save(model, path)
    assert "cannot be run" in refusal(path)
