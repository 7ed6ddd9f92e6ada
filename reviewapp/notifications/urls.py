"""Addresses of notices."""

from django.urls import path

from reviewapp.notifications import views

urlpatterns = [
    path("notices/", views.notices, name="notices"),
    path("notices/unseen/", views.unseen_notices, name="unseen_notices"),
    path("notices/seen/", views.see_all_notices, name="see_all_notices"),
    path("notices/<uuid:notice_id>/", views.notice, name="notice"),
    path("profile/calls/", views.reach, name="reach"),
    path("profile/calls/<slug:slug>/", views.wishes, name="wishes"),
]
