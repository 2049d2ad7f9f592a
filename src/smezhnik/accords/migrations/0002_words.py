"""The index of the search of agreements and orders, as the registry has it."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import migrations

TABLES = ("accords_agreement", "accords_order")


def index_sql(table: str, vendor: str) -> list[str]:
    name = f"{table}_words"
    if vendor == "postgresql":
        return [f"CREATE INDEX {name} ON {table} USING gin (to_tsvector('simple', words)) WITH (fastupdate = off)"]
    gone = f"INSERT INTO {name}({name}, rowid, words) VALUES ('delete', old.id, old.words);"
    come = f"INSERT INTO {name}(rowid, words) VALUES (new.id, new.words);"
    return [
        f"CREATE VIRTUAL TABLE {name} USING fts5(words, content='{table}', content_rowid='id', prefix='3', tokenize=\"unicode61 remove_diacritics 0\")",
        f"CREATE TRIGGER {name}_come AFTER INSERT ON {table} BEGIN {come} END",
        f"CREATE TRIGGER {name}_gone AFTER DELETE ON {table} BEGIN {gone} END",
        f"CREATE TRIGGER {name}_changed AFTER UPDATE OF words ON {table} WHEN old.words <> new.words BEGIN {gone} {come} END",
    ]


def make(apps: Any, schema_editor: Any) -> None:
    for table in TABLES:
        for statement in index_sql(table, schema_editor.connection.vendor):
            schema_editor.execute(statement)


def drop(apps: Any, schema_editor: Any) -> None:
    postgresql = schema_editor.connection.vendor == "postgresql"
    for table in TABLES:
        if postgresql:
            schema_editor.execute(f"DROP INDEX {table}_words")
            continue
        for trigger in ("come", "gone", "changed"):
            schema_editor.execute(f"DROP TRIGGER {table}_words_{trigger}")
        schema_editor.execute(f"DROP TABLE {table}_words")


class Migration(migrations.Migration):
    dependencies: ClassVar = [("accords", "0001_first")]
    operations: ClassVar = [migrations.RunPython(make, drop)]
