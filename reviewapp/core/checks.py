"""Bad combinations of settings are found at start, with an id and a hint."""

from __future__ import annotations

import re
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register


@register()
def check_master_key(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    if len(settings.MASTER_KEY) == 32:
        return []
    return [
        Error(
            "MASTER_KEY must be 32 bytes in base64.",
            hint="python -c 'import base64, os; "
            "print(base64.b64encode(os.urandom(32)).decode())'",
            id="reviewapp.E001",
        )
    ]


@register()
def check_keys_database(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    main, keys = settings.DATABASES["default"], settings.DATABASES["keys"]
    same = [main.get(part) == keys.get(part) for part in ("HOST", "PORT", "NAME")]
    if not all(same):
        return []
    return [
        Error(
            "Data keys and words are in the same database.",
            hint="Point KEYS_DATABASE_URL at a database that is dumped apart.",
            id="reviewapp.E002",
        )
    ]


@register()
def check_support_reference(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    pattern = settings.SUPPORT_REFERENCE_PATTERN
    try:
        takes_all = bool(pattern) and re.fullmatch(pattern, "") is not None
    except re.error:
        return [
            Error(
                "SUPPORT_REFERENCE_PATTERN is no regular expression.",
                hint="Write what the whole of a ticket looks like: T-[0-9]{4,8}",
                id="reviewapp.E003",
            )
        ]
    if not takes_all:
        return []
    return [
        Error(
            "SUPPORT_REFERENCE_PATTERN takes an empty text for a ticket.",
            hint="Write what the whole of a ticket looks like: T-[0-9]{4,8}",
            id="reviewapp.E004",
        )
    ]
