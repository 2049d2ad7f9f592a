"""The indexes of the search, as the registry has them."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import migrations

TABLES = tuple(f"activities_{name}" for name in ("cycle", "meeting", "event", "customer", "delegation"))


def make(apps: Any, schema_editor: Any) -> None:
    for table in TABLES:
        name = f"{table}_words"
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(f"CREATE INDEX {name} ON {table} USING gin (to_tsvector('simple', words)) WITH (fastupdate = off)")
            continue
        gone = f"INSERT INTO {name}({name}, rowid, words) VALUES ('delete', old.id, old.words);"
        come = f"INSERT INTO {name}(rowid, words) VALUES (new.id, new.words);"
        for statement in (
            f"CREATE VIRTUAL TABLE {name} USING fts5(words, content='{table}', content_rowid='id', prefix='3', tokenize=\"unicode61 remove_diacritics 0\")",
            f"CREATE TRIGGER {name}_come AFTER INSERT ON {table} BEGIN {come} END",
            f"CREATE TRIGGER {name}_gone AFTER DELETE ON {table} BEGIN {gone} END",
            f"CREATE TRIGGER {name}_changed AFTER UPDATE OF words ON {table} WHEN old.words <> new.words BEGIN {gone} {come} END",
        ):
            schema_editor.execute(statement)


def drop(apps: Any, schema_editor: Any) -> None:
    for table in TABLES:
        name = f"{table}_words"
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(f"DROP INDEX {name}")
            continue
        for trigger in ("come", "gone", "changed"):
            schema_editor.execute(f"DROP TRIGGER {name}_{trigger}")
        schema_editor.execute(f"DROP TABLE {name}")


class Migration(migrations.Migration):
    dependencies: ClassVar = [("activities", "0001_first")]
    operations: ClassVar = [migrations.RunPython(make, drop)]
