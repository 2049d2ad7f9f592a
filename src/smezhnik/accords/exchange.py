"""Whose packages are taken: keys of neighbours, each compared over the telephone before it is believed."""

from __future__ import annotations

from smezhnik.accords.models import Neighbour
from smezhnik.accords.sealed import fingerprint, read_public
from smezhnik.errors import InputError
from smezhnik.records.access import Viewer
from smezhnik.records.actions import act


def may_exchange(viewer: Viewer, held_by: str) -> bool:
    """Whose word a signature is: the ministry's of the region."""
    return viewer.role == "ministry" and bool(held_by) and viewer.region == held_by


def visible_neighbours(viewer: Viewer) -> list[Neighbour]:
    """Neighbours whose packages the viewer's region takes, in the order they were taken."""
    rows = Neighbour.objects.filter(held_by=viewer.region, archived=False)
    return list(rows) if may_exchange(viewer, viewer.region) else []


def trust(held_by: str, region: str, key: str, told: str, who: str, *, own: str, title: str = "") -> Neighbour:
    """Believe a key from now on.

    Parameters
    ----------
    region : whose key it is; it may speak for that region only
    told : the fingerprint as it was read out over the telephone; blanks do not matter
    own : public key of this installation

    Raises
    ------
    InputError where it is no key, our own, known already, of our own region, or has another fingerprint.
    """
    public = read_public(key)
    if public == own or region == held_by:
        raise InputError("neighbour_self")
    if Neighbour.objects.filter(held_by=held_by, key=public, archived=False).exists():
        raise InputError("neighbour_known")
    if "".join(filter(str.isdecimal, told)) != fingerprint(public).replace(" ", ""):
        raise InputError("fingerprint_differs")
    made = Neighbour(held_by=held_by, region=region, key=public, title=title)
    with act(who, "accords.trust", held_by=held_by, region=region, fingerprint=fingerprint(public)) as action:
        action.create([made])
    return made


def distrust(neighbour: Neighbour, who: str) -> None:
    """Take no package of that key any more; what it brought stays."""
    with act(who, "accords.distrust", held_by=neighbour.held_by, region=neighbour.region) as action:
        action.archive(neighbour)
