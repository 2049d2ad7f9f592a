"""Who sees what: one function a kind of record says which rows, one says which fields; everything else asks them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from smezhnik.records.models import Record
from smezhnik.tables import table
from smezhnik.tables.column import Secrecy
from smezhnik.types import Role

#: How much of other people's records a role sees in its region; None: no business data at all.
SEES: Mapping[Role, Secrecy | None] = {
    "ministry": "confidential", "cluster": "internal", "fund": "internal", "plant": "public", "auditor": "public",
    "administrator": "internal", "security": None,
}
#: Who may enter and change records of its region; a plant may change its own.
EDITORS: frozenset[Role] = frozenset({"ministry", "cluster"})
SECRECY: tuple[Secrecy, ...] = ("public", "internal", "confidential")


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks.

    Attributes
    ----------
    login, role : of the user
    region : whose records; empty for all regions of the installation (administrator, auditor of the country)
    organisation : key of the plant that the user speaks for
    exports : may take lists away, which is more than to read them
    archived : looks at what was taken away, and at nothing else
    """

    login: str
    role: Role
    region: str = ""
    organisation: int | None = None
    exports: bool = False
    archived: bool = False

    def sees(self, secrecy: Secrecy) -> bool:
        """Whether fields of that secrecy of other people's records are shown."""
        most = SEES[self.role]
        return most is not None and SECRECY.index(secrecy) <= SECRECY.index(most)

    @property
    def sees_cooperation(self) -> bool:
        """Whether cases, orders and meetings of the region are for it: those who broker, and the fund."""
        return self.sees("internal") and self.role != "administrator"


@dataclass(frozen=True)
class Kind:
    """A kind of record, as lists, cards, exports, imports and the API know it.

    Attributes
    ----------
    model, table : the record, and the declared table that its rows are written as
    visible_to : rows that the viewer may know of
    visible_fields : declared columns of one record that the viewer may read
    may_edit : whether the viewer may change the record
    listed : columns of the list, first what the row is about
    entered : people enter and edit it in a form of its columns; others have actions of their own
    """

    model: type[Record]
    table: str
    visible_to: Callable[[Viewer], Any]
    visible_fields: Callable[[Viewer, Any], frozenset[str]]
    may_edit: Callable[[Viewer, Any], bool]
    row_of: Callable[[Any], dict[str, Any]]
    listed: tuple[str, ...]
    entered: bool = True

    @property
    def name(self) -> str:
        """``need``, ``offer`` …"""
        return self.model.KIND

    def seen(self, viewer: Viewer, record: Any) -> dict[str, Any]:
        """The row of the record as the viewer may read it: every declared column, hidden ones None."""
        fields = self.visible_fields(viewer, record)
        return {name: value if name in fields else None for name, value in self.row_of(record).items()}


#: Kind → how it is seen; each record room adds its own when it is loaded.
KINDS: dict[str, Kind] = {}


def add_kind(kind: Kind) -> None:
    """Make a kind known to lists, exports, imports and the API."""
    KINDS[kind.name] = kind


def columns_up_to(name: str, viewer: Viewer) -> frozenset[str]:
    """Columns of a table whose secrecy the viewer's role may read."""
    return _columns_of_role(name, viewer.role)


@cache
def _columns_of_role(name: str, role: Role) -> frozenset[str]:
    """Asked for every row of a list."""
    viewer = Viewer("", role)
    return frozenset(column for column, about in table(name).columns.items() if viewer.sees(about.secrecy))
