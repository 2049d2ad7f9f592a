"""Charts of a workbook: bars of one column by another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

#: Rows of a chart that can still be read.
CHARTED = 60
_COLOUR = "#1F5F8B"


@dataclass(frozen=True)
class Bars:
    """A chart of bars: column ``of`` by column ``by``, at most ``CHARTED`` of ``count`` rows from the row ``first``.

    ``count`` None takes all rows from the first on.
    """

    by: str
    of: str
    title: str
    first: int = 0
    count: int | None = None


def make_bars(book: Any, sheet: str, bars: Bars, columns: Sequence[int], count: int) -> Any:
    """The chart of two columns of a sheet, the first row at the top.

    Parameters
    ----------
    columns : places of ``by`` and ``of``
    count : rows below the header that have a value
    """
    (by, of), first = columns, bars.first + 1
    shown = min(count - bars.first if bars.count is None else bars.count, CHARTED)
    last = bars.first + shown
    chart = book.add_chart({"type": "bar"})
    chart.add_series({"categories": [sheet, first, by, last, by], "values": [sheet, first, of, last, of],
                      "fill": {"color": _COLOUR}, "gap": 40})
    chart.set_title({"name": bars.title, "name_font": {"size": 12}})
    chart.set_legend({"none": True})
    chart.set_y_axis({"reverse": True, "num_font": {"size": 8}})
    chart.set_size({"width": 640, "height": 80 + 18 * shown})
    return chart
