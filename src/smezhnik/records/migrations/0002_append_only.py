"""The journal and the history take new rows only: the database itself refuses to change or delete one."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import migrations

TABLES = ("records_action", "records_change")


def make(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            "CREATE FUNCTION records_refuse() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'the journal takes new rows only'; END $$")
        for table in TABLES:
            schema_editor.execute(f"CREATE TRIGGER {table}_kept BEFORE UPDATE OR DELETE ON {table} "
                                  "FOR EACH ROW EXECUTE FUNCTION records_refuse()")
        return
    for table in TABLES:
        for verb in ("update", "delete"):
            schema_editor.execute(f"CREATE TRIGGER {table}_{verb} BEFORE {verb.upper()} ON {table} "
                                  "BEGIN SELECT RAISE(ABORT, 'the journal takes new rows only'); END")


def drop(apps: Any, schema_editor: Any) -> None:
    postgresql = schema_editor.connection.vendor == "postgresql"
    for table in TABLES:
        for name in ("kept",) if postgresql else ("update", "delete"):
            schema_editor.execute(f"DROP TRIGGER {table}_{name}" + (f" ON {table}" if postgresql else ""))
    if postgresql:
        schema_editor.execute("DROP FUNCTION records_refuse()")


class Migration(migrations.Migration):
    dependencies: ClassVar = [("records", "0001_first")]
    operations: ClassVar = [migrations.RunPython(make, drop)]
