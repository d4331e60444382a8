from dataclasses import replace
from pathlib import Path

import pytest

from shared.errors import SettingsError
from training.params import DEFAULT_PATH, NetworkParams, load_params


@pytest.mark.parametrize("network", ["mien", "original"])
def test_the_file_that_ships_holds_every_parameter(network: str) -> None:
    params = load_params(network)
    assert params.network == network
    assert params.network_params.sizes[0][0] == 0
    assert params.augment.scale[0] <= 1 <= params.augment.scale[1]


def test_a_network_may_have_its_own_changes_of_pictures() -> None:
    mien, original = load_params("mien").augment, load_params("original").augment
    assert original.mixup == original.rotation == 0
    assert original.flip == mien.flip


def test_an_option_replaces_a_value_and_none_does_not() -> None:
    params = load_params("mien", epochs=3, seed=None)
    assert params.epochs == 3
    assert params.seed == load_params("mien").seed


def test_the_size_grows_as_the_run_goes_on() -> None:
    network = replace(load_params("mien").network_params, sizes=((0.0, 32), (0.5, 40), (0.75, 44)))
    assert [network.size_at(progress) for progress in (0.0, 0.49, 0.5, 0.8, 1.0)] == [32, 32, 40, 44, 44]
    assert network.final_size == 44


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ("seed: 2013", "sed: 2013", "sed"),
        ("batch: 128", "", "batch"),
        ("  mien:", "  mine:", "mien"),
        ("flip: 0.5", "flop: 0.5", "flop"),
        ("seed: 2013", "seed: [", "params.yaml"),
        ("    l2: 2.5e-4", "", "params.yaml: a network's parameters lack 'l2'"),
        ("seed: 2013", "seed: -1", "seed is -1, not a whole number from 0"),
        ("epochs: 200", "epochs: 0", "epochs is 0, not a whole number from 1"),
        ("batch: 128", "batch: 0", "batch is 0"),
        ("batch: 128", "batch: x", "batch is 'x'"),
        ("precision: float32", "precision: float99", "precision is 'float99', not one of float32"),
        ("momentum: 0.9", "momentum: .nan", "momentum is nan, not a number from 0 to 1"),
        ("warmup: 0.04", "warmup: 1.0", "warmup is 1"),
        ("gamma: [0.7, 1.4]", "gamma: 0.7", "gamma is 0.7, not two numbers"),
        ("gamma: [0.7, 1.4]", "gamma: [0, 1.4]", "gamma is 0, not a number"),
        ("scale: [0.8, 1.22]", "scale: [1.22, 0.8]", "the larger first"),
        ("[[0.0, 32], [0.45, 44]]", "[]", r"mien: sizes start at \[\], not at 0"),
        ("[[0.0, 32], [0.45, 44]]", "[[0.5, 44]]", r"mien: sizes start at \[0.5\], not at 0"),
        ("[[0.0, 32], [0.45, 44]]", "[[0.0, 49]]", r"mien: sizes are \[49\] px"),
        ("stages: [[32], [64, 64], [160, 160], [320, 320]]", "stages: [[]]", "mien: stages are"),
        ("size: 46", "size: 12.5", "mien: the view is 12.5 px, not 16 to 96"),
        ("border: 1", "border: 48", "mien: the view's border is 48, not 0 to 47 px"),
        ("border: 1", "edge: 1", "params.yaml: a network's parameters do not fit"),
        ("peak_rate: 0.08", "peak_rate: -1", "mien: peak_rate is -1"),
        ("optimizer: sgd", "optimizer: magic", "mien: optimizer is 'magic', not one of sgd, adam"),
        ("l2: 2.5e-4", "l2: little", "params.yaml: a network's parameters do not fit: .*'little'"),
    ],
)
def test_a_file_that_does_not_fit_is_refused_by_the_name_at_fault(
    tmp_path: Path, old: str, new: str, named: str
) -> None:
    text = DEFAULT_PATH.read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "params.yaml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(SettingsError, match=named):
        load_params("mien", path)


def test_a_run_that_begins_with_trained_weights_has_a_lower_peak() -> None:
    fresh = load_params("mien")
    again = fresh.restarted()
    assert again.network_params.peak_rate == fresh.network_params.peak_rate * fresh.restart_rate
    assert replace(again, network_params=fresh.network_params) == fresh


def test_a_record_from_before_there_was_a_choice_names_stochastic_gradient_descent() -> None:
    raw = {"peak_rate": 0.1, "l2": 0, "dropout": 0.2, "sizes": [[0, 44]], "stages": [[4]]}
    parsed = NetworkParams.parse({**raw, "view": {"border": 0, "size": 44}})
    assert parsed.optimizer == "sgd"


def test_an_absent_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"absent\.yaml"):
        load_params("mien", tmp_path / "absent.yaml")
