"""Hyperparameters: `params.yaml` as frozen records."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from math import inf
from pathlib import Path
from typing import Any, Self

import yaml

from shared.errors import SettingsError
from training.csvfile import SIDE_PX

DEFAULT_PATH = Path(__file__).with_name("params.yaml")
OPTIMIZERS = ("sgd", "adam")
PRECISIONS = ("float32", "mixed_bfloat16", "mixed_float16")
SHARES = ("momentum", "warmup", "ema", "label_smoothing", "teacher_weight", "restart_rate")
LEAST_SIDE_PX = 8
# Of scales and exponents, of which 0 has no logarithm.
SMALLEST = 0.01


def _check_range(name: str, value: object, least: float, most: float) -> None:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if not number or not least <= float(str(value)) <= most or value == inf:
        raise SettingsError(f"{name} is {value!r}, not a number from {least:g} to {most:g}")


@dataclass(frozen=True)
class AugmentParams:
    """How far training pictures are changed; units stand in `params.yaml`."""

    flip: float
    rotation: float
    scale: tuple[float, float]
    shift: float
    gamma: tuple[float, float]
    erase: float
    erase_side: tuple[float, float]
    mixup: float

    @classmethod
    def parse(cls, raw: Mapping[str, Any]) -> Self:
        """Takes the `augment` part of the file; pairs become tuples."""
        parsed: dict[str, Any] = {key: tuple(v) if isinstance(v, list) else v for key, v in raw.items()}
        return cls(**parsed)

    def check(self) -> None:
        """Nothing where pictures can be changed by them.

        Raises:
            SettingsError: one is no number, no pair, or out of its range; names it.
        """
        for name, most in (
            ("flip", 1.0),
            ("erase", 1.0),
            ("rotation", 180.0),
            ("shift", float(SIDE_PX)),
            ("mixup", inf),
        ):
            _check_range(f"augment: {name}", getattr(self, name), 0.0, most)
        for name, most in (("scale", inf), ("gamma", inf), ("erase_side", 1.0)):
            pair = getattr(self, name)
            if not isinstance(pair, tuple) or len(pair) != 2:  # noqa: PLR2004  two ends
                raise SettingsError(f"augment: {name} is {pair!r}, not two numbers")
            for number in pair:
                _check_range(f"augment: {name}", number, SMALLEST, most)
            if pair[0] > pair[1]:
                raise SettingsError(f"augment: {name} is {list(pair)}, the larger first")


@dataclass(frozen=True)
class View:
    """How a finished network is shown a picture: `border` px of its mirror image around it, at `size` px."""

    border: int
    size: int

    def check(self, network: str, least: int) -> None:
        """Nothing where a picture can be shown so to a network that reads `least` px or more.

        Raises:
            SettingsError: it cannot.
        """
        if type(self.border) is not int or not 0 <= self.border < SIDE_PX:
            raise SettingsError(f"{network}: the view's border is {self.border!r}, not 0 to {SIDE_PX - 1} px")
        if type(self.size) is not int or not least <= self.size <= 2 * SIDE_PX:
            raise SettingsError(f"{network}: the view is {self.size!r} px, not {least} to {2 * SIDE_PX}")


@dataclass(frozen=True)
class NetworkParams:
    """What one network is trained with, and how it is shown pictures afterwards."""

    peak_rate: float
    l2: float
    dropout: float
    sizes: tuple[tuple[float, int], ...]
    view: View
    stages: tuple[tuple[int, ...], ...]
    optimizer: str = "sgd"

    @classmethod
    def parse(cls, raw: Mapping[str, Any]) -> Self:
        """Takes one entry of `networks`.

        Raises:
            SettingsError: a parameter is missing, as in the record of an older version's run, or no number.
        """
        try:
            sizes = tuple((float(start), int(size)) for start, size in raw["sizes"])
            stages = tuple(tuple(map(int, stage)) for stage in raw["stages"])
            rates = float(raw["peak_rate"]), float(raw["l2"]), float(raw["dropout"])
            return cls(*rates, sizes, View(**raw["view"]), stages, raw.get("optimizer", "sgd"))
        except KeyError as error:
            raise SettingsError(f"a network's parameters lack {error}") from error
        except (TypeError, ValueError) as error:
            raise SettingsError(f"a network's parameters do not fit: {error}") from error

    def check(self, network: str) -> None:
        """Nothing where a network can be built and trained with them.

        Raises:
            SettingsError: one is out of its range; names it.
        """
        for name, most in (("peak_rate", inf), ("l2", inf), ("dropout", 0.99)):
            _check_range(f"{network}: {name}", getattr(self, name), 0.0, most)
        if self.optimizer not in OPTIMIZERS:
            raise SettingsError(
                f"{network}: optimizer is {self.optimizer!r}, not one of {', '.join(OPTIMIZERS)}"
            )
        starts = [start for start, _ in self.sizes]
        if not starts or starts[0] != 0 or starts != sorted(set(starts)) or not starts[-1] < 1:
            raise SettingsError(f"{network}: sizes start at {starts}, not at 0 and rising to under 1")
        sides = [side for _, side in self.sizes]
        least = max(LEAST_SIDE_PX, 2 ** len(self.stages))
        if not all(least <= side <= SIDE_PX for side in sides):
            raise SettingsError(f"{network}: sizes are {sides} px, not {least} to {SIDE_PX}")
        self.view.check(network, least)
        if not self.stages or not all(stage and min(stage) > 0 for stage in self.stages):
            raise SettingsError(f"{network}: stages are {self.stages}, not lists of one or more channels")

    @property
    def final_size(self) -> int:
        """Side in px of the pictures that the network is trained on last."""
        return self.sizes[-1][1]

    def size_at(self, progress: float) -> int:
        """Side in px of the training pictures when `progress` (0 to 1) of the run is done."""
        return [size for start, size in self.sizes if start <= progress][-1]


@dataclass(frozen=True)
class Params:
    """All hyperparameters of one run, its network chosen."""

    seed: int
    epochs: int
    batch: int
    precision: str
    momentum: float
    warmup: float
    restart_rate: float
    ema: float
    label_smoothing: float
    ferplus_weight: float
    teacher_weight: float
    network: str
    network_params: NetworkParams
    augment: AugmentParams

    def restarted(self) -> Self:
        """The same for a run that begins with another's weights, which high rates would undo."""
        network = self.network_params
        return replace(self, network_params=replace(network, peak_rate=network.peak_rate * self.restart_rate))

    def record(self) -> dict[str, Any]:
        """The parameters as JSON types, for the run record."""
        return asdict(self)

    def check(self) -> Self:
        """These, if a run can begin with them.

        Raises:
            SettingsError: one is no number or out of its range; names it.
        """
        for name, least in (("seed", 0), ("epochs", 1), ("batch", 1)):
            value = getattr(self, name)
            if type(value) is not int or value < least:
                raise SettingsError(f"{name} is {value!r}, not a whole number from {least}")
        if self.precision not in PRECISIONS:
            raise SettingsError(f"precision is {self.precision!r}, not one of {', '.join(PRECISIONS)}")
        for name in SHARES:
            _check_range(name, getattr(self, name), 0.0, 1.0)
        _check_range("ferplus_weight", self.ferplus_weight, 0.0, inf)
        if self.warmup == 1:
            raise SettingsError("warmup is 1, so no step is left after it")
        self.network_params.check(self.network)
        self.augment.check()
        return self


def load_params(network: str, path: Path = DEFAULT_PATH, **overrides: float | str | None) -> Params:
    """Reads `path` for `network`; `overrides` that are not None replace top-level values.

    Raises:
        SettingsError: the file lacks a value, has an unknown one or one out of range, or not the network.
    """
    try:
        raw = yaml.safe_load(path.read_text(encoding="utf-8"))
        networks = raw.pop("networks")
        augment = raw.pop("augment")
        raw.update({key: value for key, value in overrides.items() if value is not None})
        own = networks[network].pop("augment", {})
        chosen = NetworkParams.parse(networks[network])
        changes = AugmentParams.parse({**augment, **own})
        return Params(**raw, network=network, network_params=chosen, augment=changes).check()
    except (OSError, AttributeError, KeyError, TypeError, ValueError, yaml.YAMLError, SettingsError) as error:
        raise SettingsError(f"{path}: {error}") from error
