"""Partners of a need at once, and all needs of a region as work in the background."""
# Annotations of operations must be values, not text: no annotations import.

from typing import Annotated, Any

from django.utils import timezone
from ninja import Query, Router
from ninja.responses import Status
from pydantic import Field, create_model

from smezhnik.jobs.actions import ask
from smezhnik.messages import Words
from smezhnik.records.access import EDITORS, KINDS
from smezhnik.tables import table
from smezhnik.web.api.operations import operation
from smezhnik.web.api.problems import Closed, Refused, about
from smezhnik.web.api.records import PublicId, find
from smezhnik.web.api.schemas import Answered, schemas_of
from smezhnik.web.api.work import JobRecord, shown_job
from smezhnik.web.limits import spend
from smezhnik.workflows.partners import TOP, find_partners


class Wanted(Closed):
    """How many candidates."""

    top: Annotated[int, Field(ge=1, le=TOP)] = about("partners.top", TOP)


def matching_router() -> Router:
    """The operations of matching; both take from the tries of a user."""
    router = Router(tags=["links"])
    what = Words(table("needs").ru, table("needs").en)
    row = schemas_of(KINDS["link"]).row
    found = create_model("Partners", __base__=Answered, __doc__="Candidates for a need, best first.",
                         items=(list[row], about("partners.items")))  # type: ignore[valid-type]

    @operation(router, "get", "/needs/{public_id}/partners", "need_partners", found, what=what, errors=[404])
    def need_partners(request: Any, public_id: PublicId, asked: Query[Wanted]) -> Any:
        viewer = request.viewer
        need = find(KINDS["need"], viewer, public_id)
        own = viewer.organisation is not None and need.organisation_id == viewer.organisation
        if viewer.role not in EDITORS and not own:
            raise Refused(403, "api_forbidden")
        spend(viewer.login, "match")
        return {"items": find_partners(need, viewer, on=timezone.localdate(), top=asked.top).to_dicts()}

    @operation(router, "post", "/matching", "match_needs", JobRecord, status=202)
    def match_needs(request: Any) -> Any:
        viewer = request.viewer
        if viewer.role not in EDITORS or not viewer.region:
            raise Refused(403, "api_forbidden")
        spend(viewer.login, "match")
        return Status(202, shown_job(request, ask("match_needs", viewer.login, held_by=viewer.region)))

    return router
