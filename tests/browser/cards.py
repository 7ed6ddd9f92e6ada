"""The card in a browser: how a reviewer finds their way on it."""

from __future__ import annotations

from django.urls import reverse
from playwright.sync_api import Locator, Page

from queues.models import ActionRequest

ARMED = "form[data-decide][data-armed='true']"


def path_of(ask: ActionRequest) -> str:
    return reverse("request", args=[ask.pk])


def await_arming(page: Page) -> Page:
    page.wait_for_selector(ARMED)
    return page


def await_reading(page: Page) -> Page:
    """Until what must be seen has been in view long enough to approve."""
    page.wait_for_selector("#decide [value=approve][aria-disabled=false]")
    return page


def verdict(page: Page, value: str) -> Locator:
    return page.locator(f"#decide button[name=verdict][value={value}]")


def status_of(ask: ActionRequest) -> str:
    ask.refresh_from_db()
    return ask.status
