"""Widths, line breaks and scales that are computed before anything is drawn."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from smezhnik.report.layout import largest_scale, text_width, wrapped

WORDS = st.lists(st.text("абвгдеж-", min_size=1, max_size=9).filter(lambda word: word.strip("-")), min_size=1,
                 max_size=8)


@settings(derandomize=True, deadline=None)
@given(WORDS, st.floats(20, 300))
def test_lines_keep_every_letter_and_stay_within_their_width(words: list[str], width: float) -> None:
    text = " ".join(words)
    lines = wrapped(text, 13, width)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    for line in lines:
        assert text_width(line, 13) <= width or len(line.replace("-", " ").split()) <= 1


def test_a_name_breaks_after_its_hyphen_when_it_must() -> None:
    assert wrapped("Редуктор-Кумертау", 13, 90) == ["Редуктор-", "Кумертау"]
    assert wrapped("Редуктор-Кумертау", 13, 200) == ["Редуктор-Кумертау"]


def test_digits_of_the_page_are_as_wide_as_the_font_says() -> None:
    assert text_width("0", 1000) == 620
    assert text_width("№", 1000) == 1095


@settings(derandomize=True, deadline=None)
@given(st.lists(st.tuples(st.floats(0, 10), st.floats(0, 40)), min_size=1, max_size=9), st.floats(1, 800))
def test_the_scale_is_the_largest_that_fits(pairs: list[tuple[float, float]], room: float) -> None:
    sizes, least = [size for size, _ in pairs], [floor for _, floor in pairs]

    def taken(scale: float) -> float:
        return sum(max(scale * size, floor) for size, floor in pairs)

    scale = largest_scale(sizes, least, room)
    if any(sizes) and sum(least) <= room:
        assert taken(scale) <= room + 1e-6
        assert scale > room / max(sizes) * (1 - 1e-9) or taken(scale * (1 + 1e-6) + 1e-9) > room - 1e-3
    else:
        assert scale <= 1e-6 or taken(scale) <= room
