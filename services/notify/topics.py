"""The topics of MQTT, and what Home Assistant is told of them (its MQTT discovery)."""

import json
from dataclasses import dataclass
from typing import Any

from services.notify.level import NOBODY, Level
from shared.entities import EXPRESSIONS, UNSURE

ONLINE, OFFLINE = "online", "offline"
ON, OFF = "ON", "OFF"


@dataclass(frozen=True, slots=True)
class Topics:
    """Names of topics.

    Attributes:
        root: all of Mien's own begin with it.
        discovery: Home Assistant's discovery prefix.
    """

    root: str
    discovery: str

    @property
    def availability(self) -> str:
        """Whether Mien knows how its cameras are: `online` or `offline`."""
        return f"{self.root}/availability"

    def events(self, camera: str) -> str:
        """Each event, as JSON."""
        return f"{self.root}/{camera}/events"

    def states(self, camera: str, level: Level) -> dict[str, str]:
        """Return what a camera's other topics hold."""
        states = {"expression": level.expression, "faces": str(level.faces)}
        if level.connected is not None:
            states["connectivity"] = ON if level.connected else OFF
        return {f"{self.root}/{camera}/{name}": state for name, state in states.items()}

    def configurations(self, camera: str) -> dict[str, str]:
        """Return what Home Assistant reads to make a camera's device: JSON by topic."""
        return {
            f"{self.discovery}/{component}/{self._id(camera)}/{name}/config": json.dumps(
                {**about, **self._common(camera, name)}
            )
            for (component, name), about in ENTITIES.items()
        }

    def _common(self, camera: str, name: str) -> dict[str, Any]:
        device = self._id(camera)
        return {
            "unique_id": f"{device}_{name}",
            "state_topic": f"{self.root}/{camera}/{name}",
            "availability_topic": self.availability,
            "device": {"identifiers": [device], "name": f"Mien {camera}", "manufacturer": "Mien"},
            "origin": {"name": "Mien"},
        }

    def _id(self, camera: str) -> str:
        return f"{self.root.replace('/', '_')}_{camera}"


ENTITIES: dict[tuple[str, str], dict[str, Any]] = {
    ("sensor", "expression"): {
        "name": "Expression",
        "device_class": "enum",
        "options": [*EXPRESSIONS, UNSURE, NOBODY],
        "icon": "mdi:emoticon-outline",
    },
    ("sensor", "faces"): {
        "name": "Faces",
        "state_class": "measurement",
        "icon": "mdi:face-recognition",
    },
    ("binary_sensor", "connectivity"): {
        "name": "Connectivity",
        "device_class": "connectivity",
        "entity_category": "diagnostic",
    },
}
"""By component and name; the names are those of the states' topics."""
