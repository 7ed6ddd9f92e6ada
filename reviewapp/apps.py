"""The top floor: wires the apps together and holds the project's commands."""

from django.apps import AppConfig


class ReviewappConfig(AppConfig):
    name = "reviewapp"
    label = "reviewapp"
