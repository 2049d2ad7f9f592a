"""Work in the background, the end of the journal, and who the caller is."""
# Annotations of operations must be values, not text: no annotations import.

from typing import Annotated, Any

from django.conf import settings
from django.http import Http404
from ninja import Path, Query, Router

from smezhnik.errors import InputError, SmezhnikError
from smezhnik.jobs.access import visible_jobs
from smezhnik.jobs.actions import cancel, retry
from smezhnik.jobs.models import Job
from smezhnik.records.journal import anchor
from smezhnik.web.api.operations import operation
from smezhnik.web.api.paging import read_cursor, write_cursor
from smezhnik.web.api.problems import Refused, about, english
from smezhnik.web.api.records import Onward
from smezhnik.web.api.schemas import Answered, Moment
from smezhnik.web.views.errors import sentence_of

Number = Annotated[int, about("job.number"), Path(description=english("job.number"), ge=1, le=2**62)]
#: Roles that the journal is for.
JOURNAL = frozenset({"ministry", "auditor", "security", "administrator"})


class JobRecord(Answered):
    """A piece of work in the background."""

    number: int = about("job.number")
    kind: str = about("job.kind")
    who: str = about("job.who")
    state: str = about("job.state")
    stage: str = about("job.stage")
    done: int = about("job.done")
    total: int | None = about("job.total")
    attempts: int = about("job.attempts")
    cancel_asked: bool = about("job.cancel_asked")
    error: str | None = about("job.error")
    created_at: Moment = about("job.created_at")
    began_at: Moment | None = about("job.began_at")
    ended_at: Moment | None = about("job.ended_at")


class JobPage(Answered):
    """Jobs, the newest first."""

    items: list[JobRecord] = about("job.items")
    next: str | None = about("page.next")


class Head(Answered):
    """The end of the journal; kept outside, it proves that no row was cut off."""

    number: int = about("head.number")
    hash: str = about("head.hash")


class Limited(Answered):
    """A limit: so many tries at once, and again as many over so many seconds."""

    what: str = about("limit.what")
    many: int = about("limit.many")
    seconds: int = about("limit.seconds")


class Caller(Answered):
    """Who calls."""

    login: str = about("caller.login")
    role: str = about("caller.role")
    region: str = about("caller.region")
    exports: bool = about("caller.exports")
    limits: list[Limited] = about("caller.limits")


def shown_job(request: Any, job: Job) -> dict[str, Any]:
    """A job as it is answered."""
    error = SmezhnikError(job.error["code"], **job.error.get("fields", {})) if job.error else None
    return {**{name: getattr(job, name) for name in (
        "kind", "who", "state", "stage", "done", "total", "attempts", "cancel_asked", "created_at", "began_at",
        "ended_at")}, "number": job.pk, "error": sentence_of(error, request.lang) if error else None}


def _find(request: Any, number: int) -> Job:
    found = visible_jobs(request.viewer).filter(pk=number).first()
    if found is None:
        raise Http404
    return found


def work_router() -> Router:
    """The operations of jobs, journal and caller."""
    router = Router(tags=["work"])

    @operation(router, "get", "/jobs", "list_jobs", JobPage)
    def list_jobs(request: Any, asked: Query[Onward]) -> Any:
        rows = visible_jobs(request.viewer).order_by("-id")
        if asked.cursor:
            (last,) = read_cursor("jobs", asked.cursor)
            rows = rows.filter(pk__lt=last)
        some = list(rows[:asked.size + 1])
        return {"items": [shown_job(request, job) for job in some[:asked.size]],
                "next": write_cursor("jobs", some[asked.size - 1].pk) if len(some) > asked.size else None}

    @operation(router, "get", "/jobs/{number}", "get_job", JobRecord, errors=[404])
    def get_job(request: Any, number: Number) -> Any:
        return shown_job(request, _find(request, number))

    @operation(router, "post", "/jobs/{number}/cancel", "cancel_job", JobRecord, errors=[404, 409])
    def cancel_job(request: Any, number: Number) -> Any:
        job = _find(request, number)
        if job.state not in ("ready", "running"):
            raise InputError("job_over", state=job.state)
        cancel(job)
        return shown_job(request, _find(request, number))

    @operation(router, "post", "/jobs/{number}/retry", "retry_job", JobRecord, errors=[404, 409])
    def retry_job(request: Any, number: Number) -> Any:
        job = _find(request, number)
        if job.state not in ("failed", "cancelled"):
            raise InputError("job_over", state=job.state)
        retry(job)
        return shown_job(request, _find(request, number))

    @operation(router, "get", "/journal/head", "journal_head", Head)
    def journal_head(request: Any) -> Any:
        if request.viewer.role not in JOURNAL:
            raise Refused(403, "api_forbidden")
        end = anchor()
        return {"number": end.number, "hash": end.hash}

    @operation(router, "get", "/me", "me", Caller)
    def me(request: Any) -> Any:
        viewer = request.viewer
        return {"login": viewer.login, "role": viewer.role, "region": viewer.region, "exports": viewer.exports,
                "limits": [{"what": name, "many": limit.many, "seconds": limit.seconds}
                           for name, limit in settings.LIMITS.items()]}

    return router
