"""Hyperparameters: `params.yaml` as frozen records."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

import yaml

from shared.errors import SettingsError

DEFAULT_PATH = Path(__file__).with_name("params.yaml")


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

    @classmethod
    def parse(cls, raw: Mapping[str, Any]) -> Self:
        """Takes the `augment` part of the file; pairs become tuples."""
        parsed: dict[str, Any] = {key: tuple(v) if isinstance(v, list) else v for key, v in raw.items()}
        return cls(**parsed)


@dataclass(frozen=True)
class NetworkParams:
    """What one network is trained with."""

    peak_rate: float
    l2: float
    dropout: float
    sizes: tuple[tuple[float, int], ...]
    stages: tuple[tuple[int, ...], ...]

    @classmethod
    def parse(cls, raw: Mapping[str, Any]) -> Self:
        """Takes one entry of `networks`.

        Raises:
            SettingsError: a parameter is missing, as in the record of an older version's run, or no number.
        """
        try:
            sizes = tuple((float(start), int(size)) for start, size in raw["sizes"])
            stages = tuple(tuple(map(int, stage)) for stage in raw["stages"])
            return cls(float(raw["peak_rate"]), float(raw["l2"]), float(raw["dropout"]), sizes, stages)
        except KeyError as error:
            raise SettingsError(f"a network's parameters lack {error}") from error
        except (TypeError, ValueError) as error:
            raise SettingsError(f"a network's parameters do not fit: {error}") from error

    @property
    def final_size(self) -> int:
        """Side in px of the pictures that the finished network reads."""
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
    ema: float
    label_smoothing: float
    ferplus_weight: float
    teacher_weight: float
    network: str
    network_params: NetworkParams
    augment: AugmentParams

    def record(self) -> dict[str, Any]:
        """The parameters as JSON types, for the run record."""
        return asdict(self)


def load_params(network: str, path: Path = DEFAULT_PATH, **overrides: float | str | None) -> Params:
    """Reads `path` for `network`; `overrides` that are not None replace top-level values.

    Raises:
        SettingsError: the file lacks a value, has an unknown one, or does not know the network.
    """
    try:
        raw = yaml.safe_load(path.read_text(encoding="utf-8"))
        networks = raw.pop("networks")
        augment = AugmentParams.parse(raw.pop("augment"))
        raw.update({key: value for key, value in overrides.items() if value is not None})
        chosen = NetworkParams.parse(networks[network])
        return Params(**raw, network=network, network_params=chosen, augment=augment)
    except (OSError, AttributeError, KeyError, TypeError, ValueError, yaml.YAMLError, SettingsError) as error:
        raise SettingsError(f"{path}: {error}") from error
