"""Logging in to a network camera, as HTTP and RTSP have it: RFC 7617 (Basic) and RFC 7616 (Digest)."""

import hashlib
import re
import socket
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from secrets import token_hex
from urllib.parse import unquote, urlsplit

_PARAMETER = re.compile(r'(\w+)\s*=\s*(?:"([^"]*)"|([^\s,]+))')

_NEXT = re.compile(r",\s*(?=(?:basic|digest)\s+\w+\s*=)", re.IGNORECASE)
"""Between two challenges of one line."""

_HASHES = {"SHA-256": "sha256", "MD5": "md5"}
"""By their names in challenges, the strongest first."""

_FIRST_USE = "00000001"


@dataclass(frozen=True, slots=True)
class Login:
    """A user and a password, which `repr` does not show."""

    user: str
    password: str = field(repr=False)

    def answer(self, challenges: Sequence[str], method: str, uri: str) -> str | None:
        """Return the `Authorization` for a request, or None where no challenge is of a kind that is known.

        The strongest is answered, wherever it stands: to a Basic one, the password itself goes out.

        Args:
            challenges: every `WWW-Authenticate` of the refusal.
            method: of the request.
            uri: of the request, as it is sent.
        """
        offered = [_parsed(challenge) for line in challenges for challenge in _NEXT.split(line.strip())]
        digests = [parameters for scheme, parameters in offered if scheme == "digest"]
        for algorithm in _HASHES:
            for parameters in digests:
                if _hash_of(parameters) == algorithm:
                    return self._digest(parameters, method, uri)
        if any(scheme == "basic" for scheme, _ in offered):
            return "Basic " + b64encode(f"{self.user}:{self.password}".encode()).decode()
        return None

    def _digest(self, challenge: Mapping[str, str], method: str, uri: str) -> str:
        def hashed(*words: str) -> str:
            return hashlib.new(_HASHES[_hash_of(challenge)], ":".join(words).encode()).hexdigest()

        realm, nonce = challenge.get("realm", ""), challenge.get("nonce", "")
        who, what = hashed(self.user, realm, self.password), hashed(method, uri)
        words = {"username": self.user, "realm": realm, "nonce": nonce, "uri": uri}
        more: dict[str, str] = {}
        if "auth" in re.split(r"[\s,]+", challenge.get("qop", "")):
            more = {"qop": "auth", "nc": _FIRST_USE, "cnonce": token_hex(8)}
        middle = [more[name] for name in ("nc", "cnonce", "qop") if more]
        words["response"] = hashed(who, nonce, *middle, what)
        words |= {name: challenge[name] for name in ("opaque", "algorithm") if name in challenge} | more
        return "Digest " + ", ".join(_written(name, word) for name, word in words.items())


def split_login(address: str) -> tuple[str, Login | None]:
    """Return an address without its login, and the login.

    Raises:
        ValueError: it is no address.
    """
    parts = urlsplit(address)
    if not parts.hostname:
        raise ValueError("no host")
    _ = parts.port  # Raises for what is no port.
    login, at, host = parts.netloc.rpartition("@")
    bare = parts._replace(netloc=host, fragment="").geturl()
    if not at:
        return bare, None
    user, _, password = login.partition(":")
    return bare, Login(unquote(user), unquote(password))


def refusal(status: int, *, logged_in: bool) -> str:
    """Return in words why a camera refuses, from the status of its answer, which HTTP and RTSP share."""
    if status == HTTPStatus.UNAUTHORIZED:
        if logged_in:
            return "it refuses the login: wrong user or password"
        return "it asks for a login; write it into the address: //USER:PASSWORD@HOST"
    if status == HTTPStatus.FORBIDDEN:
        return "it forbids this user to watch (403)"
    if status == HTTPStatus.NOT_FOUND:
        return "there is nothing at this path (404); check the address"
    return f"it answers with status {status}"


def why(error: Exception, patience_s: float) -> str:
    """Return in words why a camera could not be asked."""
    if isinstance(error, TimeoutError):
        return f"no answer within {patience_s:g} s; check the address and the network"
    if isinstance(error, socket.gaierror):
        return "no host has this name; check the address"
    if isinstance(error, OSError):
        return f"cannot be reached: {error.strerror or error}"
    # What it says may be what came from the camera, or the address with all that is in it.
    return "what answers there is no camera; check the address"


def _parsed(challenge: str) -> tuple[str, dict[str, str]]:
    """Return a challenge's scheme in lower case, and its parameters."""
    scheme, _, rest = challenge.partition(" ")
    return scheme.lower(), {name.lower(): quoted or bare for name, quoted, bare in _PARAMETER.findall(rest)}


def _hash_of(challenge: Mapping[str, str]) -> str:
    return challenge.get("algorithm", "MD5").upper()


def _written(name: str, word: str) -> str:
    # RFC 7616, section 3.4: these three stand without quotes.
    return f"{name}={word}" if name in ("qop", "nc", "algorithm") else f'{name}="{word}"'
