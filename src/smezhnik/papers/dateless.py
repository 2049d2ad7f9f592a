"""Office files without the moment of their making: the same content gives the same bytes."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile

#: Where a file has no moment of its own.
EPOCH = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
_MOMENT = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*(<)")


def dateless(archive: io.BytesIO) -> bytes:
    """The same parts without the moment at which each was packed, and so within workbooks that a part holds."""
    out = io.BytesIO()
    with zipfile.ZipFile(archive) as made, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name in made.namelist():
            content = made.read(name)
            if name.endswith(".xlsx"):  # behind a chart
                content = dateless(io.BytesIO(content))
            elif name == "docProps/core.xml" and _is_workbook(made):
                content = _MOMENT.sub(rb"\g<1>" + EPOCH.strftime("%Y-%m-%dT%H:%M:%SZ").encode() + rb"\2", content)
            packed.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _is_workbook(made: zipfile.ZipFile) -> bool:
    """A workbook: its moments are no part of what it says, those of a paper are."""
    return "xl/workbook.xml" in made.namelist()
