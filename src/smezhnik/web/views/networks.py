"""The network around a cluster: its members and everybody who trades or could trade with them."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from smezhnik.web.views.clusters import cluster_of
from smezhnik.web.views.errors import forbidden
from smezhnik.workflows.cluster_network import network_around


def cluster_network(request: Any, public_id: str) -> HttpResponse:
    """The drawing, and the same as a table: who is nearest to the cluster and is no member yet."""
    viewer, found = request.user.viewer, cluster_of(request, public_id)
    if not viewer.sees("internal"):
        return forbidden(request)
    return render(request, "cluster_network.html", {"cluster": found, "made": network_around(found, viewer,
                                                                                              request.lang)})
