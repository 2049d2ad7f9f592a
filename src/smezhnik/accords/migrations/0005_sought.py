from typing import ClassVar

from django.db import migrations

from smezhnik.records.vectors import keep_vectors


class Migration(migrations.Migration):
    dependencies: ClassVar = [("accords", "0004_repeats")]
    operations: ClassVar = [keep_vectors("accords_agreement", "accords_order")]
