"""A saved filter keeps the columns that it shows."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies: ClassVar = [("registry", "0005_list_region")]

    operations: ClassVar = [migrations.AddField("savedfilter", "columns", models.JSONField(default=list))]
