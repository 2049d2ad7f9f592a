"""How PostgreSQL comes to keep the words of a search as a ``tsvector``. Migrations call this: it never changes."""

from __future__ import annotations

from typing import Any

from django.db import migrations


def keep_vectors(*tables: str) -> migrations.RunPython:
    """A step of a migration: the column ``sought`` and its index in place of an index of ``to_tsvector(words)``.

    Asked of an expression, the words of each row that is looked at would be taken to pieces anew. SQLite has its FTS5
    tables and is left as it is.
    """
    def make(apps: Any, schema_editor: Any) -> None:
        if schema_editor.connection.vendor != "postgresql":
            return
        for table in tables:
            schema_editor.execute(f"DROP INDEX {table}_words")
            schema_editor.execute(f"ALTER TABLE {table} ADD COLUMN sought tsvector "
                                  "GENERATED ALWAYS AS (to_tsvector('simple', words)) STORED")
            schema_editor.execute(f"CREATE INDEX {table}_sought ON {table} USING gin (sought) WITH (fastupdate = off)")

    def drop(apps: Any, schema_editor: Any) -> None:
        if schema_editor.connection.vendor != "postgresql":
            return
        for table in tables:
            schema_editor.execute(f"DROP INDEX {table}_sought")
            schema_editor.execute(f"ALTER TABLE {table} DROP COLUMN sought")
            schema_editor.execute(f"CREATE INDEX {table}_words ON {table} USING gin (to_tsvector('simple', words)) "
                                  "WITH (fastupdate = off)")

    return migrations.RunPython(make, drop)
