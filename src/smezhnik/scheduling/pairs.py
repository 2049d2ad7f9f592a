"""Pair meetings of an event: who meets whom, when, at which table.

Slots in which the same people can sit and the same tables are free are one *block*. Which pair meets in which block is
chosen by HiGHS; inside a block the slots follow by Kőnig's theorem (``colouring.py``), so that nothing is lost by
choosing blocks instead of slots, and the program is as small as the availability is simple.

Mutual wishes come first: no sum of other wishes outweighs one of them. Then the sum of wishes (0 … 3 from each side)
and scores (0 … 1). A mutual wish is given a price in one sum with the rest. A small one (``PRICE``) is solved faster;
where it meets as many mutual wishes as the relaxation allows at most, no higher price could meet more, and the answer
is the same as with a price above every sum.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from smezhnik.errors import Fault, InputFaults
from smezhnik.progress import Progress, no_progress
from smezhnik.scheduling.colouring import colour_pairs
from smezhnik.scheduling.program import Program, Status
from smezhnik.scheduling.slots import Slot
from smezhnik.solver import Watch

#: Room for tables that wobble: late starts, a meeting that goes on (benchmarks of supplier days: 1.1 to 1.2).
SPARE_TABLES = 1.15
#: A wish says how much: 1 would be good, 2 important, 3 a must; 0 none.
STRONGEST = 3
#: Seconds of a search.
LIMIT_S = 10.0
#: The price of a mutual wish that is tried first: a few times the most that another one is worth.
PRICE = 30

Side = Literal["host", "guest"]
#: away: no slot in which both are there; host_full, guest_full, both_full: all slots of that side are taken;
#: tables: no table is free when both are; crossed: both have free slots, never the same one.
Reason = Literal["away", "host_full", "guest_full", "both_full", "tables", "crossed"]


@dataclass(frozen=True)
class Person:
    """A participant; firms are participants, however many people they send to a table.

    Attributes
    ----------
    side : a host (a buyer, a corporation) stays at a table, a guest (a supplier) goes from table to table
    free : numbers of the slots in which it can sit; None is all
    most : meetings that it can bear at most; None is as many as slots
    """

    id: str
    side: Side
    free: frozenset[int] | None = None
    most: int | None = None


@dataclass(frozen=True)
class Wish:
    """What a host and a guest want of each other: wishes 0 … 3, score 0 … 1 of a match."""

    host: str
    guest: str
    of_host: int = 0
    of_guest: int = 0
    score: float = 0.0

    @property
    def mutual(self) -> bool:
        """Both sides want it."""
        return self.of_host > 0 and self.of_guest > 0

    @property
    def worth(self) -> float:
        """What a meeting is worth beside others that are as mutual."""
        return self.of_host + self.of_guest + round(self.score, 2)


@dataclass(frozen=True, order=True)
class Meeting:
    """A meeting of a schedule; ``slot`` and ``table`` count from 1; ``mutual``: both sides wanted it."""

    slot: int
    table: int
    host: str
    guest: str
    mutual: bool = field(default=False, compare=False)


@dataclass(frozen=True)
class Unmet:
    """A wish that the schedule does not meet, and why."""

    wish: Wish
    reason: Reason


@dataclass(frozen=True)
class Schedule:
    """A schedule.

    Attributes
    ----------
    meetings : by slot and table
    unmet : wishes without a meeting, mutual ones first, then by what they are worth
    tables : to set up: those that there are, or else meetings ÷ slots × 1.15 rounded up; never fewer than sit at once
    mutual, mutual_met, mutual_bound : mutual wishes in all, met, and at most to be met by any schedule
    worth, bound : sum over the meetings, and at most to be had with as many mutual ones
    status : proved, or found: something better may exist, not above the bounds
    """

    meetings: tuple[Meeting, ...]
    unmet: tuple[Unmet, ...]
    tables: int
    mutual: int
    mutual_met: int
    mutual_bound: int
    worth: float
    bound: float
    status: Status

    @property
    def gap(self) -> float:
        """Share that a better schedule could add at most: of mutual wishes, or where all that can be met are, of worth.

        0 where this one is proved.
        """
        done, most = ((self.mutual_met, self.mutual_bound) if self.mutual_bound > self.mutual_met
                      else (self.worth, self.bound))
        return 0.0 if self.status == "proved" or most <= done else (most - done) / most


def plan_pairs(people: Sequence[Person], wishes: Sequence[Wish], slots: Sequence[Slot], *, tables: int | None = None,
               kept: Sequence[Meeting] = (), time_limit_s: float = LIMIT_S, progress: Progress = no_progress
               ) -> Schedule:
    """The schedule that meets the most mutual wishes, and of those the one that is worth most.

    Parameters
    ----------
    people : hosts and guests; ids are different
    wishes : one of each pair; pairs that nobody wants and no score recommends do not meet
    tables : that there are; None sets up as many as are needed
    kept : meetings that stay as they are; their people and tables are not free then

    Returns
    -------
    a schedule in which nobody sits at two tables; the order of people and wishes changes nothing.

    Raises
    ------
    InputFaults that name every participant that comes twice, every wish of somebody unknown, every pair twice.
    """
    _check(people, wishes, slots, kept)
    cells = _Cells(people, slots, tables, kept)
    done = {(meeting.host, meeting.guest) for meeting in kept}
    wanted = sorted((wish for wish in wishes if wish.worth > 0), key=lambda wish: (wish.host, wish.guest))
    open_wishes = [wish for wish in wanted if (wish.host, wish.guest) not in done]
    found = _choose(open_wishes, cells, Watch(time_limit_s, progress))
    placed, status = found.placed, found.status
    if status != "proved":  # a search that was stopped early may have found less than a plain filling of holes
        placed = max([*placed, *_fill(open_wishes, placed, cells)], _fill(open_wishes, (), cells), key=_weight)
        status = "found"
    meetings = _seat([*((meeting.slot, meeting.host, meeting.guest, meeting.table) for meeting in kept),
                      *((slot, wish.host, wish.guest, 0) for wish, slot in placed)])
    met = {(meeting.host, meeting.guest) for meeting in meetings}
    by_pair = {(wish.host, wish.guest): wish for wish in wanted}
    meetings = [replace(one, mutual=(one.host, one.guest) in by_pair and by_pair[one.host, one.guest].mutual)
                for one in meetings]
    mutual_met = sum(wish.mutual for pair, wish in by_pair.items() if pair in met)
    worth = sum(wish.worth for pair, wish in by_pair.items() if pair in met)
    new = [by_pair[pair] for pair in met - done if pair in by_pair]
    mutual_new = sum(wish.mutual for wish in new)
    bound = worth - sum(wish.worth for wish in new) + max(found.bound - found.price * mutual_new, 0.0)
    most = mutual_met if status == "proved" else mutual_met - mutual_new + max(found.most_mutual, mutual_new)
    left = [Unmet(wish, cells.why(wish, placed)) for wish in open_wishes if (wish.host, wish.guest) not in met]
    at_once = max(Counter(meeting.slot for meeting in meetings).values(), default=0)
    return Schedule(
        tuple(sorted(meetings)),
        tuple(sorted(left, key=lambda item: (not item.wish.mutual, -item.wish.worth, item.wish.host, item.wish.guest))),
        max(at_once, tables or math.ceil(round(len(meetings) / max(len(slots), 1) * SPARE_TABLES, 9))),
        sum(wish.mutual for wish in wanted), mutual_met, most, worth,
        worth if status == "proved" else max(bound, worth), status)


def replan_pairs(made: Schedule, people: Sequence[Person], wishes: Sequence[Wish], slots: Sequence[Slot], *,
                 absent: Mapping[str, int], now: int = 1, tables: int | None = None,
                 time_limit_s: float = 1.0, progress: Progress = no_progress) -> Schedule:
    """The schedule after some did not come: what stands stays, since people hold it in their hands; holes are filled.

    Parameters
    ----------
    absent : who, and from which slot on
    now : the first slot that has not begun; nothing before it changes
    """
    gone = dict(absent)
    kept = [meeting for meeting in made.meetings if meeting.slot < now or not any(
        meeting.slot >= gone.get(who, math.inf) for who in (meeting.host, meeting.guest))]
    every = frozenset(slot.number for slot in slots)
    there = [replace(person, free=frozenset(number for number in (person.free if person.free is not None else every)
                                            if now <= number < gone.get(person.id, math.inf))
                     | {meeting.slot for meeting in kept if person.id in (meeting.host, meeting.guest)})
             for person in people]
    return plan_pairs(there, wishes, slots, tables=tables if tables is not None else made.tables, kept=kept,
                      time_limit_s=time_limit_s, progress=progress)


class _Cells:
    """Who is free when, beside what is kept."""

    def __init__(self, people: Sequence[Person], slots: Sequence[Slot], tables: int | None,
                 kept: Sequence[Meeting]) -> None:
        every = frozenset(slot.number for slot in slots)
        self.there = {person.id: every if person.free is None else person.free & every for person in people}
        busy: dict[str, set[int]] = defaultdict(set)
        for meeting in kept:
            busy[meeting.host].add(meeting.slot)
            busy[meeting.guest].add(meeting.slot)
        self.free = {who: slots_of - busy[who] for who, slots_of in self.there.items()}
        self.most = {person.id: max((len(every) if person.most is None else person.most) - len(busy[person.id]), 0)
                     for person in people}
        most_at_once = min(Counter(person.side for person in people).get(side, 0) for side in ("host", "guest"))
        taken = Counter(meeting.slot for meeting in kept)
        self.room = {slot: max((most_at_once if tables is None else tables) - taken[slot], 0) for slot in every}

    def blocks(self) -> list[list[int]]:
        """Slots in which the same people are free and the same number of tables is; the earliest first."""
        alike: dict[tuple[frozenset[str], int], list[int]] = defaultdict(list)
        for slot in sorted(self.room):
            alike[frozenset(who for who, free in self.free.items() if slot in free), self.room[slot]].append(slot)
        return list(alike.values())

    def why(self, wish: Wish, placed: Collection[tuple[Wish, int]]) -> Reason:
        """Why a pair does not meet, given what is placed."""
        host, guest = wish.host, wish.guest
        if not self.there[host] & self.there[guest]:
            return "away"
        busy = {who: {slot for one, slot in placed if who in (one.host, one.guest)} for who in (host, guest)}
        left = {who: self.free[who] - busy[who] if len(busy[who]) < self.most[who] else frozenset()
                for who in (host, guest)}
        if not left[host] or not left[guest]:
            return "both_full" if not left[host] and not left[guest] else "guest_full" if left[host] else "host_full"
        return "tables" if left[host] & left[guest] else "crossed"


@dataclass(frozen=True)
class _Found:
    """Which wish is met in which slot; ``bound`` of the sum in which a mutual wish costs ``price``."""

    placed: list[tuple[Wish, int]]
    status: Status
    bound: float
    price: float
    most_mutual: int


def _choose(wishes: Sequence[Wish], cells: _Cells, watch: Watch) -> _Found:
    blocks = cells.blocks()
    columns = [(number, block) for number, wish in enumerate(wishes) for block, alike in enumerate(blocks)
               if alike[0] in cells.free[wish.host] and alike[0] in cells.free[wish.guest]
               and cells.room[alike[0]] and cells.most[wish.host] and cells.most[wish.guest]]
    program = Program([float(wishes[number].mutual) for number, _ in columns])
    of_wish: dict[int, list[int]] = defaultdict(list)
    of_person: dict[str, list[int]] = defaultdict(list)
    of_cell: dict[tuple[str, int], list[int]] = defaultdict(list)
    of_block: dict[int, list[int]] = defaultdict(list)
    for column, (number, block) in enumerate(columns):
        of_wish[number].append(column)
        of_block[block].append(column)
        for who in (wishes[number].host, wishes[number].guest):
            of_cell[who, block].append(column)
            of_person[who].append(column)
    for some in of_wish.values():
        program.limit(some, high=1)
    for (_, block), some in of_cell.items():
        program.limit(some, high=len(blocks[block]))
    for who, some in of_person.items():
        if cells.most[who] < len(cells.free[who]):
            program.limit(some, high=cells.most[who])
    for block, some in of_block.items():
        program.limit(some, high=len(blocks[block]) * cells.room[blocks[block][0]])
    most_mutual = math.floor(min(program.relaxed(), len(wishes)) + 1e-6)
    # above every sum: so many meetings there are at most, and each is worth so much at most
    highest = 1 + (2 * STRONGEST + 1) * min(len(wishes), *(sum(
        min(len(cells.free[who]), cells.most[who]) for who in {getattr(wish, side) for wish in wishes})
        for side in ("host", "guest")))
    price = 0
    for asked in (min(PRICE, highest), highest):
        price = asked
        program.worth([wishes[number].worth + price * wishes[number].mutual for number, _ in columns])
        answer = program.solve(watch)
        if answer.status != "proved" or most_mutual <= sum(
                wishes[columns[column][0]].mutual for column in answer.chosen.nonzero()[0]):
            break
    placed: list[tuple[Wish, int]] = []
    for block, some in of_block.items():
        chosen = [wishes[columns[column][0]] for column in some if answer.chosen[column]]
        hosts = {who: at for at, who in enumerate(sorted({wish.host for wish in chosen}))}
        guests = {who: at for at, who in enumerate(sorted({wish.guest for wish in chosen}))}
        colours = colour_pairs([(hosts[wish.host], guests[wish.guest]) for wish in chosen], len(blocks[block]))
        placed += [(wish, blocks[block][colour]) for wish, colour in zip(chosen, colours, strict=True)]
    return _Found(placed, answer.status, answer.bound, price, most_mutual)


def _weight(placed: Sequence[tuple[Wish, int]]) -> tuple[int, float]:
    return sum(wish.mutual for wish, _ in placed), sum(wish.worth for wish, _ in placed)


def _fill(wishes: Sequence[Wish], placed: Sequence[tuple[Wish, int]], cells: _Cells) -> list[tuple[Wish, int]]:
    """What a search that was stopped left open: wishes for which a slot and a table are free."""
    busy: dict[str, set[int]] = defaultdict(set)
    taken: Counter[int] = Counter()
    met: set[Wish] = set()
    found: list[tuple[Wish, int]] = []

    def place(wish: Wish, slot: int) -> None:
        busy[wish.host].add(slot)
        busy[wish.guest].add(slot)
        taken[slot] += 1
        met.add(wish)

    for wish, slot in placed:
        place(wish, slot)
    for wish in sorted(wishes, key=lambda wish: (not wish.mutual, -wish.worth, wish.host, wish.guest)):
        pair = (wish.host, wish.guest)
        if wish in met or any(len(busy[who]) >= cells.most[who] for who in pair):
            continue
        both = (cells.free[wish.host] - busy[wish.host]) & (cells.free[wish.guest] - busy[wish.guest])
        room = [slot for slot in sorted(both) if taken[slot] < cells.room[slot]]
        if room:
            place(wish, room[0])
            found.append((wish, room[0]))
    return found


def _seat(rows: Sequence[tuple[int, str, str, int]]) -> list[Meeting]:
    """Tables: kept ones stay, a host keeps its own from slot to slot where it is free, else the first free one."""
    usual: dict[str, int] = {}
    made: list[Meeting] = []
    by_slot: dict[int, list[tuple[str, str, int]]] = defaultdict(list)
    for slot, host, guest, table in rows:
        by_slot[slot].append((host, guest, table))
        if table:
            usual.setdefault(host, table)
    most = max((len(some) for some in by_slot.values()), default=0)
    for host in sorted({host for _, host, _, _ in rows} - set(usual)):
        if len(usual) < most:  # as long as there is one for everybody
            usual[host] = next(table for table in range(1, len(rows) + 2) if table not in usual.values())
    for slot, some in sorted(by_slot.items()):
        taken = {table for _, _, table in some if table}
        waiting = []
        for host, guest, table in sorted(some):
            own = table or usual.get(host, 0)
            if table or (own and own not in taken):
                taken.add(own)
                usual.setdefault(host, own)
                made.append(Meeting(slot, own, host, guest))
            else:
                waiting.append((host, guest))
        for host, guest in waiting:
            own = next(table for table in range(1, len(rows) + 2) if table not in taken)
            taken.add(own)
            usual[host] = own
            made.append(Meeting(slot, own, host, guest))
    return made


def _check(people: Sequence[Person], wishes: Sequence[Wish], slots: Sequence[Slot], kept: Sequence[Meeting]) -> None:
    faults: list[Fault] = []
    sides = {person.id: person.side for person in people}
    faults += [Fault("participant_twice", {"id": who}) for who, count in sorted(Counter(
        person.id for person in people).items()) if count > 1]
    numbers = {slot.number for slot in slots}
    for person in people:
        beyond = sorted((person.free or frozenset()) - numbers)
        if beyond:
            faults.append(Fault("participant_slots", {"id": person.id, "slots": beyond, "count": len(numbers)}))
    for wish in wishes:
        for who, side in ((wish.host, "host"), (wish.guest, "guest")):
            if who not in sides:
                faults.append(Fault("wish_of_unknown", {"id": who}))
            elif sides[who] != side:
                faults.append(Fault("wish_one_side", {"host": wish.host, "guest": wish.guest}))
    faults += [Fault("wish_twice", {"host": host, "guest": guest}) for (host, guest), count in sorted(Counter(
        (wish.host, wish.guest) for wish in wishes).items()) if count > 1]
    seats = Counter((meeting.slot, who) for meeting in kept for who in (meeting.host, meeting.guest))
    faults += [Fault("participant_at_two_tables", {"id": who, "slot": slot}) for (slot, who), count in sorted(
        seats.items()) if count > 1]
    if faults:
        raise InputFaults(faults, "schedule_faults")
