"""The index of a list holds the region too, so that its facet is counted without the rows."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models


def _moved(name: str) -> list[migrations.operations.base.Operation]:
    return [
        migrations.RemoveIndex(name, f"{name}_list"),
        migrations.AddIndex(name, models.Index(fields=["held_by", "sort_key", "id", "region"], name=f"{name}_list",
                                               condition=models.Q(archived=False))),
    ]


class Migration(migrations.Migration):
    dependencies: ClassVar = [("registry", "0004_reference")]
    operations: ClassVar = [*_moved("organisation"), *_moved("offer"), *_moved("need")]
