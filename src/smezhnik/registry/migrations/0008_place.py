"""Indexes for the places of a region's records, and for the needs that are worth most."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models

STANDING = models.Q(archived=False)


def _place(name: str) -> migrations.AddIndex:
    return migrations.AddIndex(name, models.Index(fields=["region", "held_by", "id"], name=f"{name}_place",
                                                  condition=STANDING))


class Migration(migrations.Migration):
    dependencies: ClassVar = [("registry", "0007_ending")]
    operations: ClassVar = [
        _place("organisation"), _place("offer"), _place("need"),
        migrations.AddIndex("need", models.Index(fields=["held_by", "-value_th_rub", "id"], name="need_worth",
                                                 condition=STANDING))]
