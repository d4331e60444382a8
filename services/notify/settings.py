"""The settings of notify."""

from pathlib import Path

from shared.errors import SettingsError
from shared.settings import ServiceSettings


class NotifySettings(ServiceSettings):
    """What notify reads.

    Attributes:
        cameras_file: `cameras.yaml`, whose part `notify` says who is told of what.
    """

    cameras_file: Path | None = None

    @property
    def file(self) -> Path:
        """The file.

        Raises:
            SettingsError: none is named.
        """
        if self.cameras_file is None:
            raise SettingsError("MIEN_CAMERAS_FILE is not set: its part 'notify' says who is told of what")
        return self.cameras_file
