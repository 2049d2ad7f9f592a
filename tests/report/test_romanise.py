"""Places on English pages: the English name where the pack has one, Latin letters otherwise."""

from __future__ import annotations

import pytest

from smezhnik.classifiers.places import open_gazetteer
from smezhnik.report.romanise import romanise
from smezhnik.report.territory import place_name


@pytest.mark.parametrize(("name", "latin"), [
    ("Юрюзань", "Yuryuzan"), ("Екатеринбург", "Yekaterinburg"), ("Нижний Новгород", "Nizhny Novgorod"),
    ("Набережные Челны", "Naberezhnye Chelny"), ("Орёл", "Oryol"), ("Щёлково", "Shchyolkovo"),
    ("Горно-Алтайск", "Gorno-Altaysk"), ("Великие Луки", "Velikiye Luki"), ("Подъячево", "Podyachevo"),
    ("Ulm", "Ulm"), ("", ""),
])
def test_a_russian_name_is_written_as_english_maps_write_it(name: str, latin: str) -> None:
    assert romanise(name) == latin


def test_every_town_of_the_pack_comes_out_in_latin_letters_alone() -> None:
    assert not [town.name for town in open_gazetteer().towns if not romanise(town.name).isascii()]


def test_a_place_is_named_in_the_language_of_the_page() -> None:
    assert place_name("RU-CHE", 54.85, 58.42, "ru") == "Юрюзань, Челябинская обл."
    assert place_name("RU-CHE", 54.85, 58.42, "en") == "Yuryuzan, Chelyabinsk Oblast"
    assert place_name(None, 55.75, 37.62, "en") == "Moscow", "the pack has an English name for a town that is a region"
