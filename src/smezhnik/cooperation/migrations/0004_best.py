"""The index of the best links is of those that stand: SQLite does not look for NOT archived in an index."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("cooperation", "0003_origins")]
    operations: ClassVar = [
        migrations.RemoveIndex("link", "link_list"),
        migrations.AddIndex("link", models.Index(fields=["held_by", "grade", "-value_th_rub", "id"], name="link_best",
                                                 condition=models.Q(archived=False))),
    ]
