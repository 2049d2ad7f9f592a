"""A file that shows who made it and that nobody changed it since: one JSON text, signed with Ed25519 (RFC 8032).

The key pair belongs to the installation; the private half lies beside the secret key, never in the database. The file
has one spelling only (keys in order, one blank of indent, UTF-8, a line feed at the end), so that every changed byte is
found, also one that would leave the content as it is.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, NoReturn

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from smezhnik.errors import InputError
from smezhnik.io.atomic import write_once

#: What the files call themselves, the version that is written, and the largest one that is opened.
FORMAT, VERSION, LARGEST = "smezhnik-agreement", 1, 2 * 1024 * 1024
#: File of the private key in the folder of the installation.
KEY_FILE = "package_key"
#: Groups of a fingerprint and digits of one: 132 bits, told over the telephone in half a minute.
GROUPS, DIGITS = 8, 5


@dataclass(frozen=True)
class Opened:
    """What a file says, and the public key of who signed it (64 hexadecimal digits); nothing of it is trusted yet."""

    key: str
    content: Any


def own_key(home: Path) -> Ed25519PrivateKey:
    """The private key of the installation, made at first use."""
    text = write_once(home / KEY_FILE, lambda: Ed25519PrivateKey.generate().private_bytes_raw().hex())
    return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(text))


def public_of(key: Ed25519PrivateKey) -> str:
    """The public half, as it is given to a neighbour."""
    return key.public_key().public_bytes_raw().hex()


def read_public(text: str) -> str:
    """A public key as somebody pasted it: blanks and case do not matter.

    Raises
    ------
    InputError where it is none.
    """
    found = "".join(text.split()).lower()
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(found))
    except ValueError as error:
        raise InputError("key_wrong") from error
    return found


def fingerprint(public: str) -> str:
    """Forty digits in groups of five, from the SHA-256 of the key: what two people read to each other."""
    number = int.from_bytes(sha256(bytes.fromhex(public)).digest()) % 10 ** (GROUPS * DIGITS)
    digits = f"{number:0{GROUPS * DIGITS}}"
    return " ".join(digits[start:start + DIGITS] for start in range(0, len(digits), DIGITS))


def seal(content: Mapping[str, Any], key: Ed25519PrivateKey) -> bytes:
    """The file: content, public key and signature."""
    body = {"format": FORMAT, "version": VERSION, "key": public_of(key), "content": content}
    return _spelled({**body, "signature": key.sign(_signed(body)).hex()})


def unseal(raw: bytes) -> Opened:
    """What a file says, once it is sure that it is whole.

    Raises
    ------
    InputError where the file is too large, is none of these files, is of a later version, or a byte of it was changed.
    """
    if len(raw) > LARGEST:
        raise InputError("package_large", most=LARGEST // 1024 ** 2)
    try:
        body = json.loads(raw, parse_constant=_refuse)
        if not isinstance(body, dict) or body.get("format") != FORMAT:
            raise InputError("package_other")
        if body.get("version") != VERSION:
            raise InputError("package_version", found=str(body.get("version"))[:20], known=VERSION)
        if body.keys() != {"format", "version", "key", "content", "signature"} or _spelled(body) != raw:
            raise InputError("package_changed")
        signature = bytes.fromhex(body.pop("signature"))
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(body["key"])).verify(signature, _signed(body))
    except InputError:
        raise
    except InvalidSignature as error:
        raise InputError("package_changed") from error
    except (ValueError, TypeError, RecursionError) as error:  # no JSON, no UTF-8, no key, nested without end
        raise InputError("package_changed" if FORMAT.encode() in raw else "package_other") from error
    return Opened(body["key"], body["content"])


def _signed(body: Mapping[str, Any]) -> bytes:
    """What the signature covers: everything but itself; the first line keeps it from standing for anything else."""
    return f"{FORMAT} {VERSION}\n".encode() + _spelled(body)


def _spelled(body: Mapping[str, Any]) -> bytes:
    return (json.dumps(body, ensure_ascii=False, sort_keys=True, indent=1, allow_nan=False) + "\n").encode()


def _refuse(name: str) -> NoReturn:
    raise ValueError(name)
