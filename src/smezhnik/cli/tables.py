"""``smezhnik tables``: what the declared tables hold."""

from __future__ import annotations

import json

import click

from smezhnik.cli.base import argument, command, option
from smezhnik.cli.base import lang as asked_lang
from smezhnik.io.describe import table_schema, tables_markdown, tables_overview
from smezhnik.messages import say
from smezhnik.tables import TABLES, table


@command("tables")
@argument("name", required=False, type=click.Choice(list(TABLES)), help="cli.argument.table")
@option("--as", "form", type=click.Choice(["tableschema", "markdown", "json"]), help="cli.tables.as")
def tables(name: str | None, form: str | None) -> None:
    """See the catalogue entry ``cli.tables``."""
    names = [name] if name else list(TABLES)
    if form == "markdown":
        click.echo(tables_markdown(names))
    elif form == "tableschema":
        schemas = {item: table_schema(item) for item in names}
        click.echo(json.dumps(schemas[name] if name else schemas, ensure_ascii=False, indent=2))
    elif form == "json":
        listed = [{"name": item, "title": table(item).ru, "title_en": table(item).en,
                   "key": list(table(item).key), "columns": table_schema(item)["fields"]} for item in names]
        click.echo(json.dumps(listed, ensure_ascii=False, indent=2))
    elif name is None:
        _print_overview()
    else:
        _print_columns(name)


def _print_overview() -> None:
    listed = tables_overview(asked_lang())
    width = max(len(name) for name, _, _ in listed)
    for name, title, columns in listed:
        click.echo(f"{name:{width}}  {title} ({say('tables.columns', asked_lang(), count=columns)})")


def _print_columns(name: str) -> None:
    language = asked_lang()
    about = table(name).columns
    width = max(map(len, about))
    for column, info in about.items():
        click.echo(f"{column:{width}}  {getattr(info, language)}: {getattr(info, f'meaning_{language}')}")
