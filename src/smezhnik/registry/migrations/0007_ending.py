"""Indexes for what ends soon, which the first page looks for."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models


def _ending(name: str, column: str) -> migrations.AddIndex:
    return migrations.AddIndex(name, models.Index(fields=[column, "id"], name=f"{name}_{column}", condition=models.Q(
        archived=False, **{f"{column}__isnull": False})))


class Migration(migrations.Migration):
    dependencies: ClassVar = [("registry", "0006_columns")]
    operations: ClassVar = [_ending("offer", "valid_until"), _ending("offer", "register_until"),
                            _ending("fact", "valid_until")]
