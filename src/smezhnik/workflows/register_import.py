"""The register of decree ПП № 719 as an import: its entries become offers, those that left it end."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import polars as pl

from smezhnik.io import Loaded
from smezhnik.io.register import SOURCE, read_register, register_offers
from smezhnik.progress import Progress
from smezhnik.registry.loading import Difference
from smezhnik.registry.models import Offer, Organisation


def load_register(path: Path, held_by: str, *, on: dt.date, progress: Progress) -> Loaded:
    """The entries that concern a region, as offers: those made in it, and those of organisations that it keeps.

    The register is of the whole country: the rest of its rows counts as skipped.
    """
    register = read_register(path, on=on, progress=progress)
    offers, _ = register_offers(register)
    known = list(Organisation.objects.filter(held_by=held_by, archived=False, inn__isnull=False).values_list(
        "inn", flat=True))
    ours = offers.filter((pl.col("region") == held_by) | pl.col("inn").is_in(known)).with_columns(
        org_id=pl.lit(None, pl.String), site_id=pl.lit(None, pl.String))
    notes = tuple(replace(fault, severity="skipped" if fault.row is not None else "note") for fault in register.faults)
    return Loaded("offers", path.name, ours, notes=notes, read=register.read, accepted=len(ours), refused=0,
                  skipped=register.read - len(ours), mapping={"Registernumber": "offer_id"})


def end_lost(found: Difference, loaded: Loaded, held_by: str, *, on: dt.date) -> int:
    """Let entries that the register no longer has end on the day; how many that are.

    An entry that left the register is no longer proof of anything, but the offer itself stays: the plant may go on
    making it.
    """
    there = set(loaded.frame["register_entry"].to_list())
    changing = {record.pk for record, _ in found.changed}
    lost = [offer for offer in Offer.objects.filter(held_by=held_by, archived=False, source=SOURCE)
            if offer.register_entry and offer.register_entry not in there and offer.pk not in changing
            and (offer.register_until is None or offer.register_until > on)]
    found.changed.extend((offer, {"register_until": on}) for offer in lost)
    return len(lost)
