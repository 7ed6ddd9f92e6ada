"""People, their own accounts, the theme, the log, and what machines watch."""

from django.urls import path

from reviewapp.core.views import gallery, health, log, people, profile, theme

urlpatterns = [
    path("profile/", profile.profile, name="profile"),
    path("profile/tokens/", profile.issue_token, name="issue_token"),
    path(
        "profile/tokens/<uuid:token_id>/revoke/",
        profile.revoke_token,
        name="revoke_token",
    ),
    path("people/", people.people, name="people"),
    path("people/add/", people.add_person, name="add_person"),
    path("people/<int:person_id>/", people.show_person, name="show_person"),
    path("people/<int:person_id>/roles/", people.set_roles, name="set_roles"),
    path("people/<int:person_id>/invite/", people.invite_person, name="invite_person"),
    path(
        "people/<int:person_id>/deactivate/",
        people.deactivate_person,
        name="deactivate_person",
    ),
    path(
        "people/<int:person_id>/reactivate/",
        people.reactivate_person,
        name="reactivate_person",
    ),
    path("log/", log.log, name="log"),
    path("log/export/", log.export_log, name="export_log"),
    path("theme/", theme.set_theme, name="set_theme"),
    path("_ui/", gallery.ui_gallery, name="ui_gallery"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", health.metrics, name="metrics"),
]
