"""Secrets of one-time codes are sealed with the key of the installation; those that lie open are sealed now."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import migrations, models

from smezhnik.people.sealing import MARK, seal


def seal_all(apps: Any, editor: Any) -> None:
    """Seal what lies open."""
    users = apps.get_model("people", "User").objects.using(editor.connection.alias)
    for pk, secret in users.exclude(second_factor="").values_list("pk", "second_factor"):
        if not secret.startswith(MARK):
            users.filter(pk=pk).update(second_factor=seal(secret, str(pk), settings.SECRET_KEY))


class Migration(migrations.Migration):

    dependencies: ClassVar = [("people", "0002_password_at")]

    operations: ClassVar = [
        migrations.AlterField("user", "second_factor", models.CharField(max_length=200, blank=True)),
        migrations.RunPython(seal_all, migrations.RunPython.noop),
    ]
