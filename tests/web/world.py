"""Two regions full of things that not everybody may see, and who may see which: the truth that pages are held against.

Written down by hand, not asked of the code under test: ``KNOWS`` says which roles may know of a record, ``READS`` which
may read a column of it. Every value that somebody must not see is a word or a number that stands nowhere else.
"""

from __future__ import annotations

import datetime as dt
import io
import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import pypdf
from django.test import Client

from smezhnik.accords.models import Agreement, Aim, Commitment, Order, Party, Plan
from smezhnik.activities.models import (
    AgendaItem,
    Customer,
    CustomerStep,
    Cycle,
    Decision,
    Delegation,
    Event,
    Meeting,
    MeetingGuest,
    Nominee,
    PairMeeting,
    Participant,
    Problem,
)
from smezhnik.cooperation.models import Case, CaseStep, Cluster, Contract, Link, Member
from smezhnik.imports.actions import ask_to_apply, upload
from smezhnik.imports.models import Import
from smezhnik.jobs.actions import claim_end, take
from smezhnik.jobs.models import Job
from smezhnik.people.actions import make_token
from smezhnik.people.models import User
from smezhnik.progress import no_progress
from smezhnik.registry.actions import archive
from smezhnik.registry.models import Contact, Fact, Need, Offer, Organisation, Site
from smezhnik.workflows.works import WORKS
from tests.workplace import HERE, THERE, body, make, make_user, signed_in

#: Who looks: the seven roles in the first region, a guest, two who have no region, an administrator of one region.
VIEWERS = ("ministry", "cluster", "fund", "plant", "auditor", "security", "administrator", "guest", "auditor_of_all",
           "administrator_here")
BUSINESS = frozenset(VIEWERS) - {"security", "guest"}
EVERYWHERE = frozenset({"administrator", "auditor_of_all"})
INTERNAL = frozenset({"ministry", "cluster", "fund", "administrator", "administrator_here"})
MINISTRY = frozenset({"ministry"})
BROKERS = frozenset({"ministry", "cluster", "fund"})
NOBODY: frozenset[str] = frozenset()

#: Record of the first region → who may know that it is there.
KNOWS = {
    "organisation": BUSINESS, "site": BUSINESS,
    "offer_open": BUSINESS, "offer_silent": BUSINESS, "offer_closed": MINISTRY, "offer_own": MINISTRY | {"plant"},
    "need_open": BUSINESS, "need_blind": BUSINESS - {"auditor", "auditor_of_all"}, "need_closed": MINISTRY,
    "need_own": MINISTRY | {"plant"},
    # who brokers; what touches something closed, and what a plant is not asked about yet, only the ministry
    "link_blind": frozenset({"ministry", "cluster"}), "link_closed": MINISTRY,
    "case_open": BROKERS, "case_closed": MINISTRY, "case_own": MINISTRY | {"plant"},
    "contract_open": BROKERS, "contract_closed": MINISTRY, "contract_own": MINISTRY | {"plant"},
    "cluster": BUSINESS,
    # what was signed is public; orders are for those who broker; a closed one only for the ministry
    "agreement_open": BUSINESS, "agreement_closed": MINISTRY, "order_open": BROKERS, "order_closed": MINISTRY,
    # sittings, customers and delegations are the work of those who broker; a plant knows of those that it is asked to
    "cycle": BROKERS, "meeting": BROKERS, "meeting_own": BROKERS | {"plant"}, "event": BUSINESS, "event_idea": BROKERS,
    "customer": BROKERS, "delegation": BROKERS,
    "organisation_gone": NOBODY, "offer_gone": NOBODY, "need_gone": NOBODY,
}
#: The same record of the second region: who has no region looks as far as its role does anywhere.
KNOWS_THERE = {name: roles & EVERYWHERE for name, roles in KNOWS.items()}
#: Who may read the history of what was taken away: who may bring it back.
KNOWS_GONE = {"organisation_gone": frozenset({"ministry", "cluster"}), "offer_gone": MINISTRY, "need_gone": MINISTRY}
#: Who may change a record, of those who know of it.
EDITS = {name: frozenset({"ministry", "cluster"}) & roles | ({"plant"} if name in ("offer_own", "need_own") else set())
         for name, roles in KNOWS.items()}
#: Kinds of the room of activities.
ACTIVITIES = ("cycle", "meeting", "event", "customer", "delegation")
#: Kinds that no form of columns enters: a calculation finds links, steps lead cases, promises have forms of their own.
NO_FORM = ("link", "case", "agreement", "order")
#: Column → who may read it, of records that they know of; the owner reads all of its own. Others are public.
READS = {
    **dict.fromkeys(("capacity", "price", "volume", "value_th_rub", "imported_th_rub"), MINISTRY),
    **dict.fromkeys(("potential_th_rub", "signed_th_rub", "quantity"), MINISTRY),
    **dict.fromkeys(("output_th_rub", "jobs", "high_productivity_jobs", "lead", "budget_th_rub"), INTERNAL),
}
#: Kinds of which a plant reads every column where they are its own; of a case it reads what concerns both sides.
OWNED = ("offer_own", "need_own", "contract_own")
#: Of a blind need nobody reads whose it is but those who keep the cooperation of the region.
WHOSE = ("source", "latitude", "longitude")
READS_BLIND = {**READS, **dict.fromkeys(WHOSE, INTERNAL)}
JOURNAL = frozenset({"ministry", "auditor", "security", "administrator", "auditor_of_all", "administrator_here"})

_numbers, _words = count(713_400_001), count(1)


def word(of: str) -> str:
    """A word that stands nowhere else; no dictionary knows it."""
    return f"{of.replace('_', '')}щя{next(_words)}ю"


@dataclass
class Thing:
    """A record with its marks.

    Attributes
    ----------
    tag, region, record : which one
    title : word of its text that no other record has
    secrets : column → value that stands nowhere else
    whose : words that tell of its owner and stand on no other need or offer
    """

    tag: str
    region: str
    record: Any
    title: str
    secrets: dict[str, str] = field(default_factory=dict)
    whose: tuple[str, ...] = ()

    @property
    def plural(self) -> str:
        """The list that it stands in."""
        return f"{self.record.KIND}s"

    def known_to(self, viewer: str) -> bool:
        """Whether the viewer may know of it."""
        return viewer in (KNOWS if self.region == HERE else KNOWS_THERE)[self.tag]

    def readers(self, column: str) -> frozenset[str]:
        """Who may read the column."""
        table = KNOWS if self.region == HERE else KNOWS_THERE
        may = (READS_BLIND if self.tag == "need_blind" else READS).get(column, BUSINESS)
        own = {"plant"} if self.tag in OWNED and self.region == HERE else set()
        return table[self.tag] & (may | own)


@dataclass
class World:
    """Everything that there is, and a browser of every viewer."""

    things: list[Thing] = field(default_factory=list)
    forbidden: dict[str, frozenset[str]] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)
    clients: dict[str, Client] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    imports: dict[str, list[Import]] = field(default_factory=dict)
    jobs: dict[str, Job] = field(default_factory=dict)

    def thing(self, tag: str, region: str = HERE) -> Thing:
        """One of them."""
        return next(thing for thing in self.things if (thing.tag, thing.region) == (tag, region))

    def secrets(self) -> Iterator[tuple[str, str, frozenset[str]]]:
        """What it is, the word or number, who may see it anywhere."""
        for thing in self.things:
            known = (KNOWS if thing.region == HERE else KNOWS_THERE)[thing.tag]
            gone = KNOWS_GONE.get(thing.tag, NOBODY) if thing.region == HERE else NOBODY
            yield f"{thing.tag} of {thing.region}: title", thing.title, known | gone
            for column, secret in thing.secrets.items():
                yield (f"{thing.tag} of {thing.region}: {column}", secret,
                       thing.readers(column) | (gone & READS.get(column, BUSINESS)))
        for name, roles in self.forbidden.items():
            yield "what no record says", name, roles


def number() -> int:
    """A number that stands nowhere else."""
    return next(_numbers)


def build() -> World:
    """The world; as everything in it was entered through actions, the journal and the histories are full too."""
    world = World()
    for region in (HERE, THERE):
        _fill(world, region)
    own = world.thing("offer_own").record.organisation
    regional = {"region": HERE, "exports": True}
    for viewer in ("ministry", "cluster", "fund", "auditor", "security"):
        world.users[viewer] = make_user(f"кто-{viewer}", viewer, **regional)
    world.users["plant"] = make_user("кто-plant", "plant", organisation=own, **regional)
    world.users["administrator"] = make_user("кто-administrator", "administrator", exports=True)
    world.users["auditor_of_all"] = make_user("кто-auditor-всех", "auditor", exports=True)
    world.users["administrator_here"] = make_user("кто-administrator-здесь", "administrator", **regional)
    other = world.users["other"] = make_user(word("логин"), "ministry", region=THERE, exports=True)
    world.forbidden[other.login] = EVERYWHERE
    for region, who in ((HERE, world.users["ministry"]), (THERE, other)):
        _load(world, region, who.login)
    world.clients = {viewer: signed_in(user) for viewer, user in world.users.items()}
    world.clients["guest"] = Client()
    world.keys = {viewer: make_token(user, "проверка", days=1, writes=True) for viewer, user in world.users.items()}
    return world


def _fill(world: World, region: str) -> None:
    """Records of one region."""
    plant = _organisation(world, region, "завод")
    for tag in KNOWS:
        kind, _, how = tag.partition("_")
        if kind in ("link", "case", "contract", "cluster", "agreement", "order", *ACTIVITIES):
            continue
        owner = plant if how == "own" else _organisation(world, region, f"владелец {how}")
        thing: Any
        title = word(tag)
        secrets = {"source": word("источник")}
        about = {"held_by": region, "region": region, "source": secrets["source"]}
        closed = {"open": False, "closed": True, "own": True, "gone": True}.get(how)
        if kind == "organisation":
            figures = {name: number() for name in ("output_th_rub", "jobs", "high_productivity_jobs")}
            secrets |= {name: str(value) for name, value in figures.items()}
            thing = Organisation(name=f"Завод {title}", inn=str(number()), **figures, **about)
        elif kind == "site":
            thing = Site(name=f"Площадка {title}", organisation=owner, **about)
        else:
            place = {"latitude": float(f"55.{number()}1"), "longitude": float(f"58.{number()}1")}
            columns = ("capacity", "price") if kind == "offer" else ("volume", "price", "value_th_rub",
                                                                    "imported_th_rub")
            figures = {name: number() for name in columns}
            secrets |= {name: str(value) for name, value in figures.items()} | {
                name: str(value) for name, value in place.items()}
            made = Offer if kind == "offer" else Need
            thing = made(text=f"Насос {title}", organisation=owner, confidential=closed, okpd2="28.13.14", unit="шт",
                         basis="declared", **figures, **place, **about)
        site = None
        if kind in ("offer", "need"):
            site = thing.site = make(Site(name=word("цех"), organisation=owner, held_by=region, region=region))
        make(thing, who="система")
        whose = (owner.name, owner.inn or "", owner.public_id, owner.group_id or "") if site is not None else ()
        world.things.append(Thing(tag, region, thing, title, secrets, whose))
        if how == "gone":
            archive(thing, "система", expected=thing.version)
    _cooperate(world, region)
    _meet(world, region, plant)
    _aside(world, plant, region)


def _cooperate(world: World, region: str) -> None:
    """Links, cases, contracts and a cluster between what is there."""
    def thing(tag: str) -> Any:
        return world.thing(tag, region).record

    def add(tag: str, record: Any, title: str, *columns: str) -> Any:
        make(record, who="система")
        world.things.append(Thing(tag, region, record, title, {name: str(getattr(record, name)) for name in columns}))
        return record

    about, day = {"held_by": region, "basis": "declared"}, dt.date(2026, 11, 2)
    for tag, need, offer in (("link_blind", "need_blind", "offer_open"), ("link_closed", "need_closed", "offer_open")):
        made = Link(need=thing(need), offer=thing(offer), rank=1, probability=0.9, score=2.2, base=0.0, grade="A",
                    quantity=number(), value_th_rub=number(), imported_th_rub=number(), as_of=day, **about)
        add(tag, made, made.public_id, "quantity", "value_th_rub", "imported_th_rub")
    for how, need, offer, inside in (("open", "need_open", "offer_open", BROKERS),
                                     ("closed", "need_open", "offer_closed", MINISTRY),
                                     ("own", "need_own", "offer_open", MINISTRY)):
        buyer, seller = thing(need).organisation, thing(offer).organisation
        title = word("соглашение")
        case = add(f"case_{how}", Case(need=thing(need), offer=thing(offer), buyer=buyer, seller=seller,
                                       stage="contacted", opened_on=day, stage_on=day, lead=word("ведёт"),
                                       potential_th_rub=number(), agreement_id=title, **about), title,
                   "potential_th_rub", "lead")
        said = word("записка")
        make(CaseStep(case=case, on=day, who="система", stage="contacted", note=said, held_by=region), who="система")
        world.forbidden[said] = inside if region == HERE else NOBODY
        title = word("договор")
        add(f"contract_{how}", Contract(own_id=title, case=case, buyer=buyer, seller=seller, text=f"Насос {title}",
                                        value_th_rub=number(), volume=number(), unit="шт", signed_on=day, **about),
            title, "value_th_rub", "volume")
    _promise(add, region)
    title = word("кластер")
    cluster = Cluster(name=f"Кластер {title}", pack="ru-779", region=region, held_by=region)
    cluster.index()
    add("cluster", cluster, title)
    # both sides of a closed contract and of an open one: the pages of the cluster must not tell their sums
    inside = {one.pk: one for how in ("open", "closed") for one in (
        thing(f"contract_{how}").seller, thing(f"contract_{how}").buyer)}
    for organisation in inside.values():
        make(Member(cluster=cluster, organisation=organisation, held_by=region, roles=["producer"]))


def _promise(add: Any, region: str) -> None:
    """Agreements, each with a plan that counts the contracts of the region, and orders under them."""
    day = dt.date(2026, 11, 2)
    for how in ("open", "closed"):
        about = {"held_by": region, "confidential": how == "closed"}
        title = word("соглашениео")
        agreement = add(f"agreement_{how}", Agreement(title=f"Соглашение {title}", kind="ministerial", state="in_force",
                                                      signed_on=day, **about), title)
        make(Party(held_by=region, agreement=agreement, side=1, body=f"Ведомство {title}", region=region,
                   post="министр"))
        item = make(Commitment(held_by=region, no="1", text=f"Поставки {title}", plan=make(Plan(
            held_by=region, agreement=agreement, edition=1, title=title))))
        for measure in ("contracts_sum", "links_new", "cases_opened"):
            make(Aim(held_by=region, commitment=item, measure=measure, plan=5, counted="in_scope", due=day))
        title = word("поручение")
        order = add(f"order_{how}", Order(text=f"Связи {title}", number=title, executor="Отдел", controller="Министр",
                                          state="in_work", due_first=day, due=day, agreement=agreement, **about), title)
        make(Aim(held_by=region, order=order, measure="contracts_sum", plan=5, counted="in_scope", due=day))


def _meet(world: World, region: str, plant: Organisation) -> None:
    """Sittings, events with pair meetings, a customer and a delegation, each with what belongs to it."""
    day, about = dt.date(2026, 11, 2), {"held_by": region, "region": region}
    inside = BROKERS if region == HERE else NOBODY

    def add(tag: str, made: Any, *columns: str) -> Any:
        make(made, who="система")
        title = made.name.split()[-1]
        world.things.append(Thing(tag, region, made, title, {name: str(getattr(made, name)) for name in columns}))
        return made

    def told(made: Any, *words: str, readers: frozenset[str] = inside) -> Any:
        make(made, who="система")
        world.forbidden |= dict.fromkeys(words, readers)
        return made

    cycle = add("cycle", Cycle(name=f"Час {word('серия')}", kind="industrial_hour", **about))
    for tag, values in (("meeting", {"cycle": cycle}), ("meeting_own", {"host": plant, "standing": "called"})):
        held = add(tag, Meeting(name=f"О деле {word('совещание')}", held_on=day, **values, **about))
        item = told(AgendaItem(meeting=held, place=1, kind="own", title=word("вопрос"), minutes=5,
                               heard=word("слушали"), held_by=region))
        world.forbidden |= {item.title: inside, item.heard: inside}
        for model, field_name in ((Decision, "text"), (Problem, "text"), (MeetingGuest, "body")):
            said = word(field_name)
            more = {Decision: {"kind": "note"}, MeetingGuest: {"post": "директор"}}.get(model, {})
            told(model(meeting=held, held_by=region, **{field_name: said}, **more), said)
    customer = add("customer", Customer(name=f"Заказчик {word('заказчик')}", **about))
    said = word("шаг")
    told(CustomerStep(customer=customer, name=said, held_by=region), said)
    for tag, standing in (("event", "timetabled"), ("event_idea", "idea")):
        made = add(tag, Event(name=f"Событие {word('событие')}", kind="supplier_day", standing=standing, starts_on=day,
                              hours="10:00-12:00", customer=customer, budget_th_rub=number(), **about), "budget_th_rub")
        firms = [plant, *(_organisation(world, region, name) for name in ("гость", "другой", "покупатель"))]
        sides = [told(Participant(event=made, organisation=firm, side=side, held_by=region))
                 for firm, side in zip(firms, ("host", "guest", "guest", "host"), strict=True)]
        for guest, readers in ((sides[1], inside | {"plant"} if region == HERE else NOBODY), (sides[2], inside)):
            own = guest is sides[1] and standing != "idea"
            topic, potential, note = word("тема"), number(), word("заметка")
            told(PairMeeting(event=made, host=sides[0] if own else sides[3], guest=guest, slot=1 if own else 2, table=1,
                             topic=topic, standing="held", outcome="contact", potential_th_rub=potential, note=note,
                             held_by=region), topic, readers=readers if own else inside)
            world.forbidden |= {str(potential): MINISTRY if region == HERE else NOBODY,
                                note: frozenset({"ministry", "cluster"}) if region == HERE else NOBODY}
    delegation = add("delegation", Delegation(name=f"Делегация {word('делегация')}", **about))
    said = word("кандидат")
    told(Nominee(delegation=delegation, organisation=said, post="директор", held_by=region), said)


def _organisation(world: World, region: str, name: str) -> Organisation:
    return make(Organisation(name=f"{name} {word('имя')}", inn=str(number()), group_id=word("группа"), held_by=region,
                             region=region))


def _aside(world: World, plant: Organisation, region: str) -> None:
    """Contacts, for the ministry and the plant itself; facts that disagree, which only those inside read."""
    person, phone, jobs = word("человек"), str(number()), number()
    make(Contact(organisation=plant, person=person, phone=phone, mail=f"{word('почта')}@example.org", held_by=region))
    make(Fact(organisation=plant, column="jobs", value=jobs, source=word("чейфакт"), held_by=region))
    few = MINISTRY | {"plant"} if region == HERE else NOBODY
    world.forbidden |= {person: few, phone: few,
                        str(jobs): INTERNAL & (BUSINESS if region == HERE else EVERYWHERE)}


def _load(world: World, region: str, who: str) -> None:
    """A file that was loaded, one with a fault, and a job that failed."""
    buyer, what, price, file = word("покупатель"), word("товар"), number(), word("файл")
    text = ("Что нужно;Покупатель;Регион;Цена за единицу;Объём в год;Единица\n"
            f"Насос {what};{buyer};{region};{price};5;шт\n")
    loaded = upload(f"{file}.csv", [text.encode()], "needs", who, region)
    _work()
    loaded.refresh_from_db()
    ask_to_apply(loaded, who)
    faulty = upload(f"{word('файл')}.csv", [text.replace(";5;", ";много;").encode()], "needs", who, region)
    _work()
    job = Job.objects.create(kind="read_import", who=who, held_by=region, state="failed",
                             error={"code": "file_too_large", "fields": {"most": number()}})
    world.imports[region], world.jobs[region] = [Import.objects.get(pk=item.pk) for item in (loaded, faulty)], job
    here = region == HERE
    world.forbidden |= {
        str(price): MINISTRY if here else NOBODY,
        # a need that a file brings is blind: seen by all but the auditors, and not by whom it is
        what: (BUSINESS if here else EVERYWHERE) - {"auditor", "auditor_of_all"},
        faulty.file: MINISTRY if here else NOBODY,
        str(job.error["fields"]["most"]): frozenset({"ministry", "administrator", "administrator_here"}) if here
        else frozenset({"administrator"}),
    }


def _work() -> None:
    """Do what waits within the transaction of the test: a worker would close its connection."""
    while (job := take()) is not None:
        effect = WORKS[job.kind](job, no_progress)
        claim_end(job, effect.result)
        effect.write()


def words_of(answer: Any) -> str:
    """All that an answer says: headers, text, members of a workbook, sheets of a paper; digits without their marks."""
    content = body(answer)
    parts = [" ".join(f"{name}: {value}" for name, value in answer.headers.items())]
    if content[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            parts += [*book.namelist(), *(book.read(name).decode("utf-8", "replace") for name in book.namelist())]
    elif content[:5] == b"%PDF-":
        parts += [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages]
    elif "json" in answer.headers.get("Content-Type", ""):
        parts.append(json.dumps(json.loads(content), ensure_ascii=False))
    else:
        parts.append(content.decode("utf-8", "replace"))
    return re.sub(r"(?<=\d)[\s\u00a0\u202f,](?=\d{3}(?!\d)|\d{3}[\s\u00a0\u202f,])", "", "\n".join(parts))
