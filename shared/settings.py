"""Settings: `MIEN_*` variables, read once by each service's `main` and passed down.

Containers and shells hand the same variables to every service, so each knows the names of all of them, and
one that belongs to none is a mistake that is named.
"""

import difflib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, EnvSettingsSource, PydanticBaseSettingsSource, SettingsConfigDict

from shared.errors import SettingsError

PREFIX = "MIEN_"

VARIABLES = frozenset(
    PREFIX + name
    for name in (
        "AGE_BUDGET_MS",
        "BROWSER_CAMERAS",
        "CAMERAS",
        "CAMERAS_FILE",
        "DETECTOR",
        "FPS",
        "HISTORY",
        "HOST",
        "HTTPS",
        "JPEG_QUALITY",
        "LABELS",
        "LOG_LEVEL",
        "METRICS_HOST",
        "METRICS_PORT",
        "MIRROR",
        "MODE",
        "MODEL",
        "PORT",
        "PRIVACY",
        "REDIS_PASSWORD_FILE",
        "REDIS_URL",
        "SIZE",
        "SOURCE",
        "TLS_CERT",
        "TLS_KEY",
        "TLS_NAMES",
        "TOKEN",
        "TOKEN_FILE",
    )
)
"""Every variable of every service."""

SECRETS = frozenset(PREFIX + name for name in ("CAMERAS", "REDIS_URL", "SOURCE", "TOKEN"))
"""Variables whose value may hold a secret: no error shows it."""

SHOWN = 80
"""Characters of a wrong value, in the error's line."""


class ServiceSettings(BaseSettings):
    """What every service reads.

    Attributes:
        redis_url: the broker: `redis://`, `rediss://` or `unix://`; a secret, as it may hold a password.
        redis_password_file: a file with the broker's password.
        log_level: DEBUG, INFO, WARNING or ERROR.
        metrics_port: of the Prometheus metrics; none by default.
        metrics_host: on which address they are served.
    """

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="forbid", frozen=True)

    redis_url: SecretStr = SecretStr("redis://127.0.0.1:6379/0")
    redis_password_file: Path | None = None
    log_level: str = Field(default="INFO", pattern="^(DEBUG|INFO|WARNING|ERROR)$")
    metrics_port: int | None = Field(default=None, ge=1, le=65535)
    metrics_host: str = "127.0.0.1"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003  the names are pydantic-settings'
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Leave out the process's environment: `load` reads the one that it is given."""
        return (init_settings,)

    @classmethod
    def load(cls, environ: Mapping[str, str]) -> Self:
        """Read the settings from an environment.

        Raises:
            SettingsError: a variable is unknown or its value is wrong; names each.
        """
        _refuse_unknown(environ)
        source = EnvSettingsSource(cls)
        # Compose hands over what is not set as empty.
        source.env_vars = {name.lower(): value for name, value in environ.items() if value}
        try:
            return cls.model_validate(source())
        except ValidationError as error:
            raise SettingsError("; ".join(_line(problem) for problem in error.errors())) from error

    def redis_password(self) -> str | None:
        """Return the broker's password from its file; None where there is no such file set.

        Raises:
            SettingsError: the file cannot be read.
        """
        if self.redis_password_file is None:
            return None
        return read_secret("MIEN_REDIS_PASSWORD_FILE", self.redis_password_file)


def read_secret(variable: str, path: Path) -> str:
    """Return the first line of a file that holds a secret.

    Raises:
        SettingsError: it cannot be read or is empty; names the variable, not the content.
    """
    try:
        lines = path.read_text().splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{variable}: {path} cannot be read: {error}") from error
    if not lines or not lines[0].strip():
        raise SettingsError(f"{variable}: {path} is empty")
    return lines[0].strip()


def _refuse_unknown(environ: Mapping[str, str]) -> None:
    for name in sorted(environ):
        if name.startswith(PREFIX) and name not in VARIABLES:
            near = difflib.get_close_matches(name, VARIABLES, n=1)
            hint = f"; did you mean {near[0]}?" if near else ""
            raise SettingsError(f"{name} is no setting of Mien{hint} (.env.example lists them all)")


def _line(problem: Mapping[str, Any]) -> str:
    name = PREFIX + str(problem["loc"][0] if problem["loc"] else "?").upper()
    message = str(problem["msg"]).removeprefix("Value error, ")
    value = problem.get("input")
    shown = "" if name in SECRETS or isinstance(value, dict) else f" {value!r}"[:SHOWN]
    return f"{name}{shown}: {message}"
