"""Several tables in one import: what was read and found stands by table."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("imports", "0001_first")]

    operations: ClassVar = [
        migrations.AddField("import", "parts", models.JSONField(default=list)),
        migrations.RemoveField("import", "mapping"),
        migrations.RemoveField("import", "ignored"),
    ]
