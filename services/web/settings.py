"""The web service's settings."""

from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field, SecretStr

from shared.entities import Privacy
from shared.settings import ServiceSettings


def _usable(token: SecretStr) -> SecretStr:
    text = token.get_secret_value()
    # It travels in an address and in a header, where a space or a control character would be lost.
    if not text or any(not "!" <= sign <= "~" for sign in text):
        raise ValueError("must be visible ASCII characters without spaces")
    return token


class WebSettings(ServiceSettings):
    """What the web service reads, besides what every service does.

    Attributes:
        host: the address that it listens on.
        port: the port that it listens on; 0 for any free one.
        token: the access token; without it, the one in `token_file`.
        token_file: where the token is kept, made at the first start; by default in the user's state folder.
        privacy: the least that must have been done to a picture before it is shown, whoever the worker was.
    """

    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65535)
    token: Annotated[SecretStr, AfterValidator(_usable)] | None = None
    token_file: Path | None = None
    privacy: Privacy = Privacy.OFF
