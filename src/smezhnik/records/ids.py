"""Public ids: short, permanent, told over the telephone, with a check character.

Crockford's base 32 has no I, L, O, U; what people write for them is understood. The last character is the check
digit of Luhn's algorithm modulo 32: it finds every single wrong character and nearly every swap of neighbours.
Ids are drawn, not counted: a region cannot read from its ids how many records another one has.
"""

from __future__ import annotations

import secrets

from stdnum import luhn
from stdnum.exceptions import ValidationError

from smezhnik.errors import UnknownCode

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
#: Drawn characters; 2^35 ids of a kind.
DRAWN = 7
_MEANT = str.maketrans("OIL", "011")


def draw_id(prefix: str) -> str:
    """A new id such as ``N-4F7K-2QXC``: kind, seven drawn characters, check character."""
    bits = secrets.randbits(5 * DRAWN)
    drawn = "".join([ALPHABET[bits >> 5 * place & 31] for place in range(DRAWN)])
    whole = drawn + luhn.calc_check_digit(drawn, ALPHABET)
    return f"{prefix}-{whole[:4]}-{whole[4:]}"


def read_id(text: str) -> str:
    """The id that a person wrote: any case, with or without hyphens, O for 0, I or L for 1.

    Raises
    ------
    UnknownCode where it is none, or a character is wrong.
    """
    folded = "".join(text.split()).upper().replace("-", "")
    prefix, whole = folded[:1], folded[1:].translate(_MEANT)
    try:
        luhn.validate(whole, ALPHABET)
    except ValidationError as error:
        raise UnknownCode("public_id", found=text) from error
    if len(whole) != DRAWN + 1 or not prefix.isalpha():
        raise UnknownCode("public_id", found=text)
    return f"{prefix}-{whole[:4]}-{whole[4:]}"
