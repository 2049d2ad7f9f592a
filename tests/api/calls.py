"""Calls that a generator makes up from the description of the API: what is answered must be described there.

Half of the calls keep to the schemas, half break them; half of those that name a record name one that is there, in the
version that it has, so that they reach what they ask for.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from copy import deepcopy
from typing import Any

import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import load_all_checks, not_a_server_error

from smezhnik.imports.models import Import
from smezhnik.jobs.models import Job
from smezhnik.records.access import KINDS
from smezhnik.web.api.build import document
from smezhnik.web.wsgi import application

load_all_checks()
from schemathesis.specs.openapi.checks import (  # noqa: E402  registered by ``load_all_checks``
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_headers_conformance,
          response_schema_conformance, negative_data_rejection]


def operations() -> Iterator[Any]:
    """Every operation of the description."""
    described = deepcopy(document())
    for some in described["paths"].values():
        for one in some.values():
            del one["security"]  # the key is always sent
    schema = schemathesis.openapi.from_dict(described)
    schema.app = application
    for found in schema.get_all_operations():
        yield found.ok()


def call(operation: Any, headers: Mapping[str, str], count: int, begin: int = 0) -> Counter[int]:
    """Call an operation ``count`` times; how often each status came back.

    Raises
    ------
    AssertionError or a group of failures where an answer is a fault of ours, or is not described.
    """
    answered: Counter[int] = Counter()

    @seed(begin)
    @settings(max_examples=count, deadline=None, database=None, phases=[Phase.generate],
              suppress_health_check=list(HealthCheck))
    @given(st.data())
    def one(data: st.DataObject) -> None:
        mode = data.draw(st.sampled_from([GenerationMode.POSITIVE, GenerationMode.NEGATIVE]))
        try:
            strategy = operation.as_strategy(generation_mode=mode)
            case = data.draw(strategy)
        except schemathesis.errors.InvalidSchema:
            case = data.draw(operation.as_strategy())  # nothing in it can be broken
        _aim(case, data)
        response = case.call(headers=dict(headers), buffered=True)
        answered[response.status_code] += 1
        case.validate_response(response, checks=CHECKS)

    with _one_connection():
        one()
    return answered


@contextmanager
def _one_connection() -> Iterator[None]:
    """The connection of the test stays open, as under Django's own client: its transaction would be lost with it."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    try:
        yield
    finally:
        for signal in (request_started, request_finished):
            signal.connect(close_old_connections)


def _aim(case: Any, data: st.DataObject) -> None:
    """Half of the time a record that is there, in the version that it has."""
    names = case.path_parameters or {}
    if not names or not data.draw(st.booleans()):
        return
    if "public_id" in names:
        kind = next(kind for kind in KINDS.values() if f"/{kind.table}/" in case.operation.path)
        rows = kind.model.objects.values_list("public_id", "version")
        found = rows.order_by("pk")[data.draw(st.integers(0, 9)):].first() or rows.first()
        if found is not None:
            names["public_id"] = found[0]
            if case.headers and "If-Match" in case.headers and data.draw(st.booleans()):
                case.headers["If-Match"] = f'"{found[1]}"'
    else:
        model = Import if "/imports/" in case.operation.path else Job
        last = model.objects.order_by("-pk").first()
        if last is not None:
            names["number"] = last.pk
