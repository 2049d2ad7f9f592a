"""Secrets that must be read again and so cannot be hashed: sealed with a key that lies outside the database.

The keystream is HMAC-SHA256 in counter mode over a random nonce, the seal is encrypt-then-MAC with a key of its own;
both keys come from the secret key of the installation (HKDF, RFC 5869, one block each). Every secret has its own nonce,
and its seal covers whose it is, so that nobody can put one user's secret in the place of another's. Only the standard
library is used: a secret is twenty bytes, and the installation stays without a native dependency.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import secrets
from itertools import count

#: Bytes of nonce and seal; how a sealed text begins, so that another way can follow.
NONCE, SEAL, MARK = 16, 32, "s1."


def seal(secret: str, whose: str, key: str) -> str:
    """The secret as it may lie in a database."""
    nonce, plain = secrets.token_bytes(NONCE), secret.encode()
    hidden = _mixed(plain, nonce, key)
    return MARK + base64.urlsafe_b64encode(nonce + hidden + _seal_of(nonce + hidden, whose, key)).decode()


def unseal(sealed: str, whose: str, key: str) -> str | None:
    """The secret; None where it was sealed with another key, for somebody else, or changed since."""
    if not sealed.startswith(MARK):
        return None
    try:
        raw = base64.urlsafe_b64decode(sealed[len(MARK):])
    except (ValueError, binascii.Error):
        return None
    body, given = raw[:-SEAL], raw[-SEAL:]
    if len(raw) < NONCE + SEAL or not hmac.compare_digest(given, _seal_of(body, whose, key)):
        return None
    return _mixed(body[NONCE:], body[:NONCE], key).decode()


def _derived(key: str, purpose: str) -> bytes:
    extracted = hmac.digest(b"smezhnik", key.encode(), "sha256")
    return hmac.digest(extracted, purpose.encode() + b"\x01", "sha256")


def _mixed(text: bytes, nonce: bytes, key: str) -> bytes:
    """The text under the keystream of the nonce; the same once more gives it back."""
    derived, stream = _derived(key, "second factor: stream"), b""
    for block in count():
        if len(stream) >= len(text):
            return bytes(one ^ other for one, other in zip(text, stream, strict=False))
        stream += hmac.digest(derived, nonce + block.to_bytes(4, "big"), "sha256")
    raise AssertionError


def _seal_of(body: bytes, whose: str, key: str) -> bytes:
    return hmac.digest(_derived(key, "second factor: seal"), whose.encode() + b"\x00" + body, "sha256")
