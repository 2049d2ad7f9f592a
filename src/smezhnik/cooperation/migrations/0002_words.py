"""The index of the search of clusters, as the registry has it."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import migrations

TABLE = "cooperation_cluster"


def make(apps: Any, schema_editor: Any) -> None:
    name = f"{TABLE}_words"
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"CREATE INDEX {name} ON {TABLE} USING gin (to_tsvector('simple', words)) WITH (fastupdate = off)")
        return
    gone = f"INSERT INTO {name}({name}, rowid, words) VALUES ('delete', old.id, old.words);"
    come = f"INSERT INTO {name}(rowid, words) VALUES (new.id, new.words);"
    for statement in (
        f"CREATE VIRTUAL TABLE {name} USING fts5(words, content='{TABLE}', content_rowid='id', prefix='3', tokenize=\"unicode61 remove_diacritics 0\")",
        f"CREATE TRIGGER {name}_come AFTER INSERT ON {TABLE} BEGIN {come} END",
        f"CREATE TRIGGER {name}_gone AFTER DELETE ON {TABLE} BEGIN {gone} END",
        f"CREATE TRIGGER {name}_changed AFTER UPDATE OF words ON {TABLE} WHEN old.words <> new.words BEGIN {gone} {come} END",
    ):
        schema_editor.execute(statement)


def drop(apps: Any, schema_editor: Any) -> None:
    name = f"{TABLE}_words"
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"DROP INDEX {name}")
        return
    for trigger in ("come", "gone", "changed"):
        schema_editor.execute(f"DROP TRIGGER {name}_{trigger}")
    schema_editor.execute(f"DROP TABLE {name}")


class Migration(migrations.Migration):
    dependencies: ClassVar = [("cooperation", "0001_first")]
    operations: ClassVar = [migrations.RunPython(make, drop)]
