"""A token may be the secret of an address for calendars."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("people", "0003_sealed")]

    operations = [
        migrations.AddField(model_name="token", name="feed", field=models.BooleanField(default=False)),
    ]
