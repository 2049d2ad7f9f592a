"""Numbers of Russian registers: ИНН, ОГРН and ОГРНИП, КПП. Faults are returned, never raised.

A right check digit does not prove that the organisation exists; all zeros pass every check and are refused apart.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from stdnum.ru import inn as _inn
from stdnum.ru import ogrn as _ogrn

from smezhnik.classifiers.codes import EXPONENT
from smezhnik.classifiers.lookalikes import TO_LATIN
from smezhnik.errors import Fault

_KPP = re.compile(r"[0-9]{4}[0-9A-Z]{2}[0-9]{3}")


def compact(value: object) -> str:
    """The number as text: no spaces, apostrophe, label or ``.0`` of a spreadsheet; empty where it is absent."""
    if value is None or isinstance(value, bool):
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = re.sub(r"[\s\u00a0\u202f'’`_-]+", "", str(value)).upper()
    return re.sub(r"^(?:ИНН|ОГРНИП|ОГРН|КПП)[:№]*|\.0$", "", text)


def find_inn_fault(value: object) -> Fault | None:
    """What is wrong with an ИНН of 10 (organisation) or 12 (person) digits; None where it is right or absent.

    Codes: ``number_exponent``, ``number_digits``, ``number_zeros``, ``number_lost_zero`` (the field ``padded`` is
    the number whose check digit fits), ``inn_length``, ``inn_check`` (field ``expected``: what its last digits
    must be).
    """
    return _find(value, "ИНН", (10, 12), _inn.is_valid, _inn_expected)


def find_ogrn_fault(value: object) -> Fault | None:
    """What is wrong with an ОГРН (13 digits) or ОГРНИП (15 digits); None where it is right or absent.

    Codes: as for ИНН, with ``ogrn_length``, ``ogrn_kind`` (an ОГРН begins with 1 or 5, an ОГРНИП with 3) and
    ``ogrn_check``.
    """
    fault = _find(value, "ОГРН", (13, 15), _ogrn_is_valid, _ogrn_expected)
    text = compact(value)
    if fault is None and text and text[0] not in ("15" if len(text) == 13 else "3"):
        return Fault("ogrn_kind", {"found": text, "kind": "ОГРН" if len(text) == 13 else "ОГРНИП"})
    return fault


def find_kpp_fault(value: object) -> Fault | None:
    """What is wrong with a КПП: four digits, two digits or Latin capitals, three digits. It has no check digit."""
    text = compact(value).translate(TO_LATIN)
    if not text:
        return None
    if EXPONENT.fullmatch(text):
        return Fault("number_exponent", {"found": str(value)})
    if not text.strip("0"):
        return Fault("number_zeros", {"found": text, "kind": "КПП"})
    if _KPP.fullmatch(text):
        return None
    if _KPP.fullmatch("0" + text):
        return Fault("number_lost_zero", {"found": text, "kind": "КПП", "padded": "0" + text})
    return Fault("kpp_form", {"found": text})


def pad_inn(value: object) -> str | None:
    """The ИНН with its lost leading zero back, where 9 or 11 digits and the check digits say so; else None."""
    fault = find_inn_fault(value)
    return str(fault.fields["padded"]) if fault and fault.code == "number_lost_zero" else None


def _find(value: object, kind: str, lengths: tuple[int, int], is_valid: Callable[[str], bool],
          expected: Callable[[str], str]) -> Fault | None:
    text = compact(value)
    if not text or text in "-–—":
        return None
    if EXPONENT.fullmatch(text):
        return Fault("number_exponent", {"found": str(value), "kind": kind})
    if not (text.isascii() and text.isdigit()):
        return Fault("number_digits", {"found": str(value), "kind": kind})
    if not text.strip("0"):
        return Fault("number_zeros", {"found": text, "kind": kind})
    if len(text) + 1 in lengths and is_valid("0" + text):
        return Fault("number_lost_zero", {"found": text, "kind": kind, "padded": "0" + text})
    stem = "inn" if kind == "ИНН" else "ogrn"
    if len(text) not in lengths:
        return Fault(f"{stem}_length", {"found": text, "digits": len(text)})
    if not is_valid(text):
        return Fault(f"{stem}_check", {"found": text, "expected": expected(text)})
    return None


def _inn_expected(text: str) -> str:
    if len(text) == 10:
        return str(_inn.calc_company_check_digit(text))
    return str(_inn.calc_personal_check_digits(text))


def _ogrn_expected(text: str) -> str:
    # stdnum keeps the remainder of an ОГРНИП whole, so it refuses every tenth-or-greater one; the check digit is
    # the last digit of the remainder (methods of the tax service: 14 digits mod 13, last digit).
    return str(int(text[:-1]) % 13 % 10) if len(text) == 15 else str(_ogrn.calc_check_digit(text))


def _ogrn_is_valid(text: str) -> bool:
    return text[-1] == _ogrn_expected(text) and text[0] != "0"
