"""Calling people, and calling agents back."""

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "reviewapp.notifications"
    label = "notifications"
    default_auto_field = "django.db.models.BigAutoField"
