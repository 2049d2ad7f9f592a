"""Small packs for tests: a head that every pack needs, to which a test adds what it is about."""

from __future__ import annotations

import textwrap

from smezhnik.rules import Pack, read_pack

HEAD = """
[pack]
ru = "Пробный"
en = "Trial"
from = 2015-01-01
checked = 2026-11-22
layer = "federal"
logic = "all"

[acts.law]
ru = "закон"
en = "law"
signed = 2015-01-01

[sources.page]
address = "https://example.org/law"
checked = 2026-11-22

[[editions]]
from = 2015-01-01
act = "law"
ru = "первая"
en = "first"
day = "force"
content = "read"
status = "confirmed"
source = "page"

[[changes]]
on = 2015-01-01
area_ru = "всё"
area_en = "all"
ru = "Введено."
en = "Introduced."
whom_ru = "всем"
whom_en = "all"
"""
WHENCE = 'act = "law"\nstatus = "confirmed"\nsource = "page"\n'


def number(code: str, value: float, unit: str = "member", **more: object) -> str:
    """A parameter with one value for all time."""
    rest = "".join(f"{key} = {text}\n" for key, text in more.items())
    return (f'\n[parameters.{code}]\nru = "{code}"\nen = "{code}"\nunit = "{unit}"\n'
            f"[[parameters.{code}.values]]\nvalue = {value}\nfrom = 2015-01-01\n{WHENCE}{rest}")


def criterion(test: str, code: str = "c", more: str = "") -> str:
    """A criterion for all time; ``test`` are the lines of its kind."""
    return (f'\n[[criteria]]\ncode = "{code}"\nru = "{code}"\nen = "{code}"\nfrom = 2015-01-01\n{WHENCE}{more}'
            + textwrap.dedent(test).strip() + "\n")


def pack(*parts: str, name: str = "trial") -> Pack:
    """The head and the parts as one pack."""
    return read_pack({"pack.toml": HEAD + "".join(parts)}, name)
