"""Cases led through the API: opened for a need, brought from stage to stage, ended by a contract."""
# Annotations of operations must be values, not text: no annotations import.

from typing import Annotated, Any, Literal

from django.http import HttpResponse
from django.utils import timezone
from ninja import Router
from ninja.responses import Status
from pydantic import Field, StringConstraints, create_model

from smezhnik.cooperation.access import visible_links
from smezhnik.cooperation.actions import open_case, sign, step
from smezhnik.cooperation.models import Contract
from smezhnik.errors import InputError
from smezhnik.messages import Words
from smezhnik.records.access import EDITORS, KINDS
from smezhnik.tables import table
from smezhnik.tables.links import DECISIONS, REFUSALS
from smezhnik.web.api.operations import ETAG, IF_MATCH, operation
from smezhnik.web.api.problems import Closed, Refused, about
from smezhnik.web.api.records import PublicId, changed, find, settled, told
from smezhnik.web.api.schemas import Day, Flag, Reasoned, new_row, schemas_of

Note = Annotated[str, StringConstraints(strict=True, max_length=2000)]
Id = Annotated[str, StringConstraints(strict=True, min_length=1, max_length=40)]
#: Columns of a contract that its case gives.
FROM_CASE = ("seller_id", "buyer_id")


class Opened(Closed):
    """A candidate that is led to a contract."""

    offer_id: Id = about("case.offer_id")
    note: Note = about("case.note", "")
    next_on: Day | None = about("case.next_on", None)


class Stepped(Closed):
    """A step of a case."""

    stage: Literal[DECISIONS] = about("case.stage")  # type: ignore[valid-type]
    on: Day | None = about("case.on", None)
    note: Note = about("case.note", "")
    next_on: Day | None = about("case.next_on", None)
    decline_reason: Literal[REFUSALS] | None = about("case.decline_reason", None)  # type: ignore[valid-type]
    more_asks: Flag = about("case.more_asks", False)


def cases_router() -> Router:
    """The operations by which a case goes on."""
    router = Router(tags=["cases"])
    kind, contract = KINDS["case"], KINDS["contract"]
    made, signed_as = schemas_of(kind), schemas_of(contract)
    what = Words(table("cases").ru, table("cases").en)
    signed = create_model("CaseContract", __base__=Reasoned, __doc__="A contract that proves a case.",
                          row=(new_row(contract, "CaseContractRow", without=FROM_CASE), Field()))

    @operation(router, "post", "/needs/{public_id}/cases", "open_case", made.record, status=201, what=what,
               errors=[404, 413], headers=ETAG)
    def open_one(request: Any, response: HttpResponse, public_id: PublicId, given: Opened) -> Any:
        viewer = request.viewer
        need = find(KINDS["need"], viewer, public_id)
        if viewer.role not in EDITORS or need.archived or need.held_by != viewer.region:
            raise Refused(403, "api_forbidden")
        offer = KINDS["offer"].visible_to(viewer).filter(public_id=given.offer_id.upper()).first()
        if offer is None:
            raise Refused(422, "api_invalid", {"offer_id": InputError("api_no_record", found=given.offer_id)}, count=1)
        link = visible_links(viewer).filter(need=need, offer=offer).first()
        case = open_case(need, offer, viewer.login, on=timezone.localdate(), next_on=given.next_on, note=given.note,
                         link=link)
        return Status(201, told(kind, request, response, case))

    @operation(router, "post", "/cases/{public_id}/steps", "step_case", made.record, what=what,
               errors=[404, 413, 428], stale=made.stale, headers=ETAG, parameters=[IF_MATCH])
    def step_one(request: Any, response: HttpResponse, public_id: PublicId, given: Stepped) -> Any:
        return changed(kind, request, response, public_id, lambda case, expected: step(
            case, given.stage, request.viewer.login, on=given.on or timezone.localdate(), expected=expected,
            note=given.note, next_on=given.next_on, decline_reason=given.decline_reason or "",
            more_asks=given.more_asks))

    @operation(router, "post", "/cases/{public_id}/contracts", "sign_case", signed_as.record, status=201, what=what,
               errors=[404, 413], headers=ETAG)
    def sign_one(request: Any, response: HttpResponse, public_id: PublicId,
                 given: signed) -> Any:  # type: ignore[valid-type]
        viewer = request.viewer
        case = find(kind, viewer, public_id)
        if not kind.may_edit(viewer, case):
            raise Refused(403, "api_forbidden")
        if case.buyer is None or case.seller is None:
            raise InputError("case_one_sided")
        row = {name: getattr(given.row, name) for name in given.row.model_fields_set}  # type: ignore[attr-defined]
        values = settled(contract, viewer, Contract(held_by=case.held_by), row)
        if values.get("value_th_rub") is None or values.get("signed_on") is None:
            raise InputError("contract_lacks")
        return Status(201, told(contract, request, response, sign(
            case, case.seller, case.buyer, viewer.login, **values)))

    return router
