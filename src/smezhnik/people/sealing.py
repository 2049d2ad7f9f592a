"""Secrets that must be read again and so cannot be hashed: sealed with a key that lies outside the database.

AES-GCM with a nonce of its own for every secret; the key comes from the secret key of the installation (HKDF,
RFC 5869). The seal covers whose the secret is, so that nobody can put one user's in the place of another's.
"""

from __future__ import annotations

import base64
import binascii
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

#: Bytes of a nonce; how a sealed text begins, so that another way can follow.
NONCE, MARK = 12, "s1."


def seal(secret: str, whose: str, key: str) -> str:
    """The secret as it may lie in a database."""
    nonce = secrets.token_bytes(NONCE)
    sealed = nonce + _cipher(key).encrypt(nonce, secret.encode(), whose.encode())
    return MARK + base64.urlsafe_b64encode(sealed).decode()


def unseal(sealed: str, whose: str, key: str) -> str | None:
    """The secret; None where it was sealed with another key, for somebody else, or changed since."""
    if not sealed.startswith(MARK):
        return None
    try:
        raw = base64.b64decode(sealed[len(MARK):], b"-_", validate=True)
        return _cipher(key).decrypt(raw[:NONCE], raw[NONCE:], whose.encode()).decode()
    except (binascii.Error, InvalidTag, ValueError):
        return None


def _cipher(key: str) -> AESGCM:
    derived = HKDF(algorithm=SHA256(), length=32, salt=b"smezhnik", info=b"second factor").derive(key.encode())
    return AESGCM(derived)
