from typing import ClassVar

from django.db import migrations

from smezhnik.records.vectors import keep_vectors


class Migration(migrations.Migration):
    dependencies: ClassVar = [("cooperation", "0004_best")]
    operations: ClassVar = [keep_vectors("cooperation_cluster")]
