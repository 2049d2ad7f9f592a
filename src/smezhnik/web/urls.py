"""Addresses. Every one but signing in asks for a user; ``tests/web/test_matrix.py`` knows all of them."""

from __future__ import annotations

from django.urls import path

from smezhnik.web.api import page as api
from smezhnik.web.api.build import urls as api_urls
from smezhnik.web.views import (
    cooperation,
    duplicates,
    filters,
    home,
    imports,
    jobs,
    journal,
    people,
    records,
    regions,
    signin,
    stepup,
)

handler404 = "smezhnik.web.views.errors.absent"
handler403 = "smezhnik.web.views.errors.forbidden"
handler500 = "smezhnik.web.views.errors.failed"

urlpatterns = [
    path("", home.home, name="home"),
    path("signin/", signin.signin, name="signin"),
    path("signin/code/", signin.code, name="code"),
    path("signout/", signin.signout, name="signout"),
    path("invitation/<str:secret>/", signin.invitation, name="invitation"),
    path("account/", people.account, name="account"),
    path("account/password/", people.password, name="password"),
    path("confirm/", stepup.confirm, name="confirm"),
    path("users/", people.user_list, name="users"),
    path("users/new/", people.user_new, name="user_new"),
    path("users/<str:login>/", people.user_card, name="user"),
    path("users/<str:login>/<str:what>/", people.user_change, name="user_change"),
    path("imports/", imports.import_list, name="imports"),
    path("imports/<int:number>/", imports.one_import, name="import"),
    path("imports/<int:number>/file/<str:what>/", imports.import_file, name="import_file"),
    path("imports/<int:number>/<str:what>/", imports.do_import, name="do_import"),
    path("jobs/", jobs.job_list, name="jobs"),
    path("jobs/<int:number>/<str:what>/", jobs.do_job, name="do_job"),
    path("journal/", journal.journal, name="journal"),
    path("journal/<int:number>/", journal.action, name="action"),
    path("journal/<int:number>/undo/", journal.undo_action, name="undo"),
    path("r/<str:public_id>/", records.card, name="card"),
    path("r/<str:public_id>.<str:ending>", records.card_file, name="card_file"),
    path("r/<str:public_id>/edit/", records.change, name="change"),
    path("r/<str:public_id>/archive/", records.take_away, name="take_away"),
    path("r/<str:public_id>/history/", records.history, name="history"),
    path("r/<str:public_id>/why/", journal.why, name="why"),
    path("r/<str:public_id>/partners/", cooperation.partners, name="partners"),
    path("q/<str:public_id>/", filters.filter_open, name="filter"),
    path("q/<str:public_id>/drop/", filters.filter_drop, name="filter_drop"),
    path("<str:plural>/filter/", filters.filter_new, name="filter_new"),
    path("regions/", regions.region_list, name="regions"),
    path("regions/<str:code>/", regions.region, name="region"),
    path("regions/<str:code>/profile/<str:public_id>/", regions.region_profile, name="region_profile"),
    path("comparison/<str:public_id>/", regions.compare, name="compare"),
    path("ratings/<str:public_id>/", regions.rating, name="rating"),
    path("ratings/<str:public_id>/rated/", regions.rated, name="rated"),
    path("organisations/duplicates/", duplicates.duplicates, name="duplicates"),
    path("organisations/merge/", duplicates.merge_two, name="merge"),
    path("links/", cooperation.links, name="links"),
    path("cases/board/", cooperation.case_board, name="case_board"),
    path("cases/new/", cooperation.case_new, name="case_new"),
    path("cases/<str:public_id>/", cooperation.case, name="case"),
    path("cases/<str:public_id>/step/", cooperation.case_step, name="case_step"),
    path("cases/<str:public_id>/sign/", cooperation.case_sign, name="case_sign"),
    path("clusters/new/", cooperation.cluster_new, name="cluster_new"),
    path("clusters/<str:public_id>/", cooperation.cluster, name="cluster"),
    path("clusters/<str:public_id>/<str:what>/change/", cooperation.cluster_change, name="cluster_change"),
    path("clusters/<str:public_id>/paper/", cooperation.cluster_paper, name="cluster_paper"),
    path("api/", api.index, name="api"),
    path("api/<str:name>/", api.group, name="api_group"),
    *api_urls(),
    path("<str:plural>/new/", records.new, name="new"),
    path("<str:plural>/", records.record_list, name="list"),
    path("<str:plural>.<str:ending>", records.record_list, name="file"),
]
