"""``smezhnik exchange``: agreements of two workplaces by signed files; keys, packages out, packages in."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import click

from smezhnik.cli.base import Group, argument, command, common, option, tell
from smezhnik.cli.base import lang as asked_lang
from smezhnik.cli.values import DAY, FILE, OUT, day_or_today
from smezhnik.io.atomic import atomic
from smezhnik.messages import format_value, say
from smezhnik.tables import table
from smezhnik.workflows.installation import opened


@click.group(cls=Group, name="exchange", help="cli.exchange")
@common
def exchange() -> None:
    """See the catalogue entry ``cli.exchange``."""


@command("key", help="cli.exchange.key")
def key() -> None:
    """See the catalogue entry ``cli.exchange.key``."""
    parcels = opened("parcels")
    own = parcels.own_public()
    click.echo(say("cli.exchange.own", asked_lang(), key=own, fingerprint=parcels.fingerprint(own)))


@command("trust", help="cli.exchange.trust")
@argument("region", help="cli.argument.region_of_neighbour")
@argument("public", help="cli.argument.public_key")
@option("--fingerprint", "told", required=True, help="cli.exchange.fingerprint")
@option("--login", required=True, help="cli.exchange.login")
def trust(region: str, public: str, told: str, login: str) -> None:
    """See the catalogue entry ``cli.exchange.trust``."""
    parcels = opened("parcels")
    viewer = parcels.ministry(login)
    made = parcels.trust(viewer.region, region, public, told, viewer.login, own=parcels.own_public())
    tell("cli.exchange.trusted", region=made.region, fingerprint=parcels.fingerprint(made.key))


@command("give", help="cli.exchange.give")
@argument("agreement", help="cli.argument.agreement")
@option("--login", required=True, help="cli.exchange.login")
@option("--on", type=DAY, default=None, help="cli.exchange.on")
@option("--output", "-o", type=OUT, required=True, help="cli.exchange.output")
def give(agreement: str, login: str, on: dt.datetime | None, output: Path) -> None:
    """See the catalogue entry ``cli.exchange.give``."""
    parcels, day = opened("parcels"), day_or_today(on)
    viewer = parcels.ministry(login)
    file = parcels.send(parcels.agreement_of(viewer, agreement), viewer.login, on=day)
    with atomic(output) as aside:
        aside.write_bytes(file)
    tell("cli.exchange.given", day=day, file=str(output))


@command("take", help="cli.exchange.take")
@argument("package", type=FILE, help="cli.argument.package")
@option("--login", required=True, help="cli.exchange.login")
@option("--on", type=DAY, default=None, help="cli.exchange.on")
@option("--into", default=None, help="cli.exchange.into")
@option("--apply", is_flag=True, help="cli.exchange.apply")
def take(package: Path, login: str, on: dt.datetime | None, into: str | None, apply: bool) -> None:
    """See the catalogue entry ``cli.exchange.take``."""
    parcels, day, lang = opened("parcels"), day_or_today(on), asked_lang()
    viewer = parcels.ministry(login)
    own = parcels.agreement_of(viewer, into) if into else None
    with package.open("rb") as file:
        raw = file.read(parcels.LARGEST + 1)
    seen = parcels.look(raw, viewer.region, on=day, into=own)
    click.secho(say("web.parcel.from", lang, day=seen.package.made_on), bold=True)
    click.echo(say("web.parcel.signed_by", lang, region=seen.neighbour.region,
                   fingerprint=parcels.fingerprint(seen.neighbour.key)))
    if seen.before is not None:
        click.echo(say("web.parcel.same", lang, day=seen.before.on))
        return
    for taken, head in ((True, "web.parcel.changes"), (False, "web.parcel.apart")):
        some = [one for one in seen.differences if one.taken is taken]
        if some:
            click.secho(say(head, lang, count=len(some)), bold=True)
        for one in some:
            click.echo(f"    {_line(one)}")
    if apply:
        found = parcels.take(raw, viewer.region, viewer.login, on=day, into=own)
        tell("cli.exchange.taken", agreement=f"{found.public_id} {found.title}")
    else:
        tell("cli.exchange.untouched")


def _line(one: Any) -> str:
    """«Пункт 2.4: слово соседа: – → подтверждает, 4, 30.09.2026»"""
    lang = asked_lang()
    columns = table("agreements").columns
    what = getattr(columns[one.of], lang) if one.what == "field" else say(f"web.parcel.what.{one.what}", lang,
                                                                         no=one.of)
    return f"{what}: {_told(one, one.was)} → {_told(one, one.now)}"


def _told(one: Any, value: Any) -> str:
    lang = asked_lang()
    if value is not None and one.what == "plan":
        return say("web.parcel.edition", lang, number=value.edition, title=value.title)
    if value is not None and one.what == "word":
        said = say("web.parcel.confirms" if value.agrees else "web.accords.disputes", lang)
        parts = (said, *(format_value(part, lang) for part in (value.value, value.on, value.note) if part not in (
            None, "")))
        return ", ".join(parts)
    return format_value(value, lang)


for one in (key, trust, give, take):
    exchange.add_command(one)
