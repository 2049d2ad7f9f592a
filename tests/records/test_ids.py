"""Public ids: read as people write them, and a slip of the pen is found."""

from __future__ import annotations

import pytest

from smezhnik.errors import UnknownCode
from smezhnik.records.ids import ALPHABET, draw_id, read_id


def test_an_id_is_read_as_people_write_it() -> None:
    made = draw_id("N")
    assert read_id(made) == made
    assert read_id(made.lower().replace("-", " ")) == made
    assert read_id(made.replace("0", "o").replace("1", "l")) == made


def test_every_single_wrong_character_is_found() -> None:
    made = draw_id("N")
    for place in range(2, len(made)):
        if made[place] == "-":
            continue
        for letter in ALPHABET:
            if letter != made[place]:
                with pytest.raises(UnknownCode):
                    read_id(made[:place] + letter + made[place + 1:])


@pytest.mark.parametrize("text", ["", "N", "12", "ПП-719", "N-0000", "N-4F7K-2QXCC", "№ 17"])
def test_what_is_no_id_is_refused(text: str) -> None:
    with pytest.raises(UnknownCode):
        read_id(text)
