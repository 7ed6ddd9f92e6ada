"""People and their own accounts."""

from django.urls import path

from reviewapp.core.views import people

urlpatterns = [
    path("profile/", people.profile, name="profile"),
]
