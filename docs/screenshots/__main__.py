"""Take the pictures: `make screenshots`.

Runs inside an embedded stack: plays the scene in databases of its own, which start
empty and are dropped again, serves them on the loopback, and photographs each page in
light and dark, on a desk and on a phone.
"""

from __future__ import annotations

import os
from itertools import product
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "reviewapp.settings")
# Playwright runs an event loop in this thread; Django would refuse the database.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
django.setup()

from django.db import connections  # noqa: E402
from django.test.utils import (  # noqa: E402  needs the set-up above
    setup_databases,
    teardown_databases,
)
from playwright.sync_api import Browser, sync_playwright  # noqa: E402

from docs.screenshots.scene import Scene, set_scene  # noqa: E402
from reviewapp.core.models import User  # noqa: E402
from reviewapp.stack.browser import find_browser  # noqa: E402
from tests.browser.signed_in import sign_in  # noqa: E402
from tests.live_site import serve_site  # noqa: E402

FOLDER = Path(__file__).parent
SIZES = {"desk": (1440, 900), "phone": (390, 844)}
THEMES = ("light", "dark")


def main() -> None:
    made = setup_databases(verbosity=0, interactive=False)
    try:
        _take_all(set_scene())
    finally:
        teardown_databases(made, verbosity=0)


def _take_all(scene: Scene) -> None:
    with serve_site() as site, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=find_browser(), args=["--no-sandbox", "--disable-gpu"]
        )
        for (name, (person, path)), theme, size in product(
            _pictures(scene).items(), THEMES, SIZES
        ):
            _take(browser, site.url, person, path, name, theme, size)
        browser.close()
        # Beside Playwright's event loop Django keeps connections of its own.
        connections.close_all()


def _pictures(scene: Scene) -> dict[str, tuple[User, str]]:
    return {
        "home": (scene.reviewer, "/"),
        "queue": (scene.reviewer, "/queue/"),
        "request": (scene.reviewer, f"/requests/{scene.refund}/"),
        "request-critical": (scene.reviewer, f"/requests/{scene.critical}/"),
        "request-done": (scene.reviewer, f"/requests/{scene.edited}/"),
        "run": (scene.support, f"/traces/{scene.run}/"),
        "queue-health": (scene.lead, "/queues/payments/health"),
    }


def _take(
    browser: Browser,
    url: str,
    person: User,
    path: str,
    name: str,
    theme: str,
    size: str,
) -> None:
    width, height = SIZES[size]
    context = browser.new_context(
        base_url=url,
        viewport={"width": width, "height": height},
        is_mobile=size == "phone",
        has_touch=size == "phone",
    )
    sign_in(context, person, url)
    context.add_cookies([{"name": "theme", "value": theme, "url": url}])
    page = context.new_page()
    page.goto(path, wait_until="load")
    if "/requests/" in path and page.locator("form[data-decide]").count():
        page.wait_for_selector("form[data-decide][data-armed='true']")
    page.screenshot(path=FOLDER / f"{name}-{theme}-{size}.png")
    context.close()


if __name__ == "__main__":
    main()
