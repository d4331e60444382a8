"""How a receiver sees that a webhook is Mien's: a signature over the time and the body."""

import hashlib
import hmac

HEADER = "X-Mien-Signature"


def signature(secret: bytes, body: bytes, at: int) -> str:
    """Return the header's value: `t=`, the Unix time in seconds, and `v1=`, hex of HMAC-SHA256 (RFC 2104).

    What is signed is the time in decimal, a dot and the body, so that neither can be taken for another's.
    """
    signed = hmac.new(secret, f"{at}.".encode() + body, hashlib.sha256)
    return f"t={at},v1={signed.hexdigest()}"
