"""What the law of a day says of stored clusters, kept until something that a verdict rests on is written."""

from __future__ import annotations

import datetime as dt
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from threading import Lock

from smezhnik.clusters.judge import judge
from smezhnik.cooperation.models import Cluster, ClusterDocument, ClusterFact, Contract, Member
from smezhnik.errors import SmezhnikError
from smezhnik.records.journal import Anchor, anchor
from smezhnik.records.models import Action, Change
from smezhnik.registry.models import Organisation
from smezhnik.rules.criterion import State
from smezhnik.rules.load import load_pack
from smezhnik.workflows.cluster_records import PACK, Stored, stored_of

#: Kinds whose records a verdict rests on: what is written of others leaves it as it is.
RESTS_ON = tuple(model.KIND for model in (Cluster, Member, ClusterFact, ClusterDocument, Contract, Organisation))
#: Verdicts that a process keeps: a few days of some hundred clusters.
MOST_KEPT = 4096


@dataclass(frozen=True, slots=True)
class Word:
    """A verdict in a word, with how many criteria of how many are not met, and not decided."""

    state: State
    not_met: int
    unknown: int
    count: int


_kept: OrderedDict[tuple[int, dt.date], Word | None] = OrderedDict()
_lock = Lock()
#: The end of the journal up to which what is kept holds.
_until: Anchor | None = None


def verdicts_on(clusters: Sequence[Cluster], days: Iterable[dt.date]) -> Mapping[tuple[int, dt.date], Word | None]:
    """Key of the cluster and day → the verdict; None where the law of the day or the facts do not allow to say.

    A verdict rests on the whole cluster, whoever asks: ask with clusters that the viewer may see. However many there
    are, the records are read by four questions, and none where all is kept.
    """
    wanted = [(cluster, day) for cluster in clusters for day in days]
    now = _refresh()
    with _lock:
        found = {(cluster.pk, day): _kept[cluster.pk, day] for cluster, day in wanted if (cluster.pk, day) in _kept}
    missing = {cluster.pk: cluster for cluster, day in wanted if (cluster.pk, day) not in found}
    for whole in stored_of(list(missing.values())):
        for _, day in (one for one in wanted if one[0].pk == whole.cluster.pk):
            found[whole.cluster.pk, day] = _judge(whole, day)
    with _lock:
        if _until == now:  # else something was written meanwhile: the next who asks judges again
            _kept.update(found)
            while len(_kept) > MOST_KEPT:
                _kept.popitem(last=False)
    return found


def _refresh() -> Anchor:
    """Forget what is kept where the journal tells of something that a verdict rests on, or is another journal."""
    global _until
    now = anchor()
    with _lock:
        before = _until
    if before == now:
        return now
    holds = before is not None and before.number < now.number and Action.objects.filter(
        number=before.number, hash=before.hash).exists() and not Change.objects.filter(
        action_id__gt=before.number, kind__in=RESTS_ON).exists()
    with _lock:
        if not holds:
            _kept.clear()
        _until = now
    return now


def _judge(whole: Stored, day: dt.date) -> Word | None:
    try:
        verdict = judge(whole.tables(), load_pack(whole.cluster.pack or PACK), on=day)
    except SmezhnikError:
        return None
    counts = verdict.counts
    return Word(verdict.state, counts["not_met"], counts["unknown"], sum(counts.values()))
