"""Bars of promises: how far, with a tick where it should be; all states of an agreement in one bar."""

from __future__ import annotations

from collections.abc import Mapping

from markupsafe import Markup

from smezhnik.report.markup import element, joined

#: State → the light that stands beside its word: shape first, then colour.
LIGHTS: Mapping[str, str] = {"done": "ok", "on_the_way": "half", "behind": "warn", "late": "bad", "cannot_say": "unk"}
#: States as an agreement counts them, the good ones first.
ORDER = tuple(LIGHTS)
_HEIGHT, _BAR = 18, 8


def progress_bar(share: float | None, expected: float | None, state: str, said: str, width: int = 112) -> Markup:
    """A bar from nought to the plan, with a dark tick at what was expected by the day.

    Parameters
    ----------
    share : part of the plan that is done; None hatches the track: no data is not nought
    expected : part that was due; None has no tick
    said : the same in words, for who does not see the bar
    """
    top = (_HEIGHT - _BAR) / 2
    parts = [element("rect", x=0, y=top, width=width, height=_BAR, rx=1, class_="pb-track")]
    if share is None:
        parts.append(element("rect", x=0, y=top, width=width, height=_BAR, rx=1, fill="url(#nodata)"))
    elif share > 0:
        parts.append(element("rect", x=0, y=top, width=max(width * min(share, 1.0), 2.0), height=_BAR, rx=1,
                             class_=f"pb-{LIGHTS[state]}"))
    if expected is not None:
        at = min(max(width * min(expected, 1.0), 1.0), width - 1.0)
        parts.append(element("rect", x=at - 1, y=1, width=2, height=_HEIGHT - 2, class_="pb-tick"))
    return element("svg", element("title", said), joined(parts), role="img", class_="in-row pb", width=width,
                   height=_HEIGHT, viewBox=f"0 0 {width} {_HEIGHT}")


def states_bar(counts: Mapping[str, int], width: int = 520) -> Markup:
    """One bar whose parts are the states, as wide as their numbers, which stand beside it in words; what cannot be
    said is hatched.
    """
    total = sum(counts.values())
    if not total:
        return Markup("")
    gap, at, parts = 3.0, 0.0, []
    shown = [(state, counts.get(state, 0)) for state in ORDER if counts.get(state, 0)]
    room = width - gap * (len(shown) - 1)
    for state, count in shown:
        part = room * count / total
        style = {"fill": "url(#nodata)"} if state == "cannot_say" else {"class_": f"pb-{LIGHTS[state]}"}
        parts.append(element("rect", x=at, y=0, width=part, height=12, rx=1, **style))
        at += part + gap
    return element("svg", joined(parts), aria_hidden="true", class_="pb states",
                   viewBox=f"0 0 {width} 12", preserveAspectRatio="none")
