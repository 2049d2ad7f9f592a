from typing import ClassVar

from django.db import migrations

from smezhnik.records.vectors import keep_vectors


class Migration(migrations.Migration):
    dependencies: ClassVar = [("activities", "0003_chains")]
    operations: ClassVar = [keep_vectors(
        "activities_cycle",
        "activities_meeting",
        "activities_event",
        "activities_customer",
        "activities_delegation")]
