"""People and their own accounts."""

from django.urls import path

from reviewapp.core.views import gallery, people, theme

urlpatterns = [
    path("profile/", people.profile, name="profile"),
    path("theme/", theme.set_theme, name="set_theme"),
    path("_ui/", gallery.ui_gallery, name="ui_gallery"),
]
