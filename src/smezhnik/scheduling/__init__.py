"""Who sits where and when: pair meetings of an event, the people of a delegation, the agenda of a sitting.

Every answer says whether it is proved; nothing here knows the clock, a database or a page.
"""

from __future__ import annotations

from smezhnik.scheduling.agenda import Agenda, Line, Subject, write_agenda
from smezhnik.scheduling.delegation import Candidate, Condition, Delegation, Limit, compose_delegation
from smezhnik.scheduling.pairs import Meeting, Person, Schedule, Unmet, Wish, plan_pairs, replan_pairs
from smezhnik.scheduling.slots import Slot, make_slots

__all__ = [
    "Agenda", "Candidate", "Condition", "Delegation", "Limit", "Line", "Meeting", "Person", "Schedule", "Slot",
    "Subject", "Unmet", "Wish", "compose_delegation", "make_slots", "plan_pairs", "replan_pairs", "write_agenda",
]
