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
        browser_cameras: how many browsers may be cameras at once; 0 for none. The pictures of each may have
            1 MiB, and Compose gives the broker 512 MB for all streams.
        https: whether to serve HTTPS, with a certificate that is made at the first start.
        tls_cert: a certificate to serve HTTPS with instead, in PEM, its chain behind it.
        tls_key: its private key, in PEM; unset, it stands in the same file.
        tls_names: further names and addresses for the certificate that is made, separated by spaces.
    """

    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65535)
    token: Annotated[SecretStr, AfterValidator(_usable)] | None = None
    token_file: Path | None = None
    privacy: Privacy = Privacy.OFF
    browser_cameras: int = Field(default=8, ge=0, le=16)
    https: bool = False
    tls_cert: Path | None = None
    tls_key: Path | None = None
    tls_names: str = ""
