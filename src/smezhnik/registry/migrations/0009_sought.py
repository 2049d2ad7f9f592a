from typing import ClassVar

from django.db import migrations

from smezhnik.records.vectors import keep_vectors


class Migration(migrations.Migration):
    dependencies: ClassVar = [("registry", "0008_place")]
    operations: ClassVar = [keep_vectors("registry_organisation", "registry_offer", "registry_need")]
