"""PostgreSQL keeps the words as a ``tsvector``: asked of an expression it would take each row's words to pieces anew."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import migrations

TABLES = ("registry_organisation", "registry_offer", "registry_need")


def make(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor != "postgresql":
        return
    for table in TABLES:
        schema_editor.execute(f"DROP INDEX {table}_words")
        schema_editor.execute(f"ALTER TABLE {table} ADD COLUMN sought tsvector "
                              "GENERATED ALWAYS AS (to_tsvector('simple', words)) STORED")
        schema_editor.execute(f"CREATE INDEX {table}_sought ON {table} USING gin (sought) WITH (fastupdate = off)")


def drop(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor != "postgresql":
        return
    for table in TABLES:
        schema_editor.execute(f"DROP INDEX {table}_sought")
        schema_editor.execute(f"ALTER TABLE {table} DROP COLUMN sought")
        schema_editor.execute(f"CREATE INDEX {table}_words ON {table} USING gin (to_tsvector('simple', words)) "
                              "WITH (fastupdate = off)")


class Migration(migrations.Migration):
    dependencies: ClassVar = [("registry", "0008_place")]
    operations: ClassVar = [migrations.RunPython(make, drop)]
