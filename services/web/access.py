"""Who may enter: the token, and the signed cookie that stands for it in a browser."""

import hashlib
import hmac

from itsdangerous import BadSignature, TimestampSigner

SIGNED_IN = "signed-in"

COOKIE_LIFETIME_S = 30 * 24 * 3600


class Access:
    """Checks tokens and cookies.

    The cookie's key is derived from the token, so that every replica takes every replica's cookies, they
    outlive restarts, and another token ends them all.

    Attributes:
        cookie_name: carries a few digits of the key, because browsers share cookies between the ports of a
            host and two deployments there must not sign each other out. Under HTTPS it is another name:
            browsers let no page of HTTP replace a secure cookie, so nobody could sign in there again.
        secure: whether cookies are for HTTPS only.
    """

    def __init__(self, token: str, *, secure: bool = False) -> None:
        self._token = token.encode()
        self.secure = secure
        key = hmac.digest(self._token, b"mien web cookie", "sha256")
        self._signer = TimestampSigner(key, salt="mien.web.access", digest_method=hashlib.sha256)
        prefix = "__Host-" if secure else ""
        self.cookie_name = f"{prefix}mien_{hmac.digest(key, b'name', 'sha256').hex()[:8]}"

    def is_token(self, candidate: str) -> bool:
        """Return whether `candidate` is the token, in the same time whether it nearly is or not at all."""
        return hmac.compare_digest(candidate.encode(), self._token)

    def new_cookie(self) -> str:
        """Return the value of a cookie that stands for the token."""
        return self._signer.sign(SIGNED_IN).decode()

    def is_cookie(self, value: str) -> bool:
        """Return whether `value` is a cookie that was made for this token and is not too old."""
        try:
            return self._signer.unsign(value, max_age=COOKIE_LIFETIME_S) == SIGNED_IN.encode()
        except BadSignature:
            return False
