"""The secret that signs a system's callbacks: derived, so that none is stored.

Source: Standard Webhooks, symmetric signatures. A rotation counts the generation up;
for a day both the new and the old secret sign, so that a receiver can change over.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import datetime, timedelta

from django.conf import settings

from systems.models import System

OVERLAP = timedelta(hours=24)


def webhook_secrets(system: System, now: datetime) -> list[str]:
    """Return the secrets that sign now, newest first, each as `whsec_…`."""
    generations = [system.webhook_generation]
    rotated_at = system.webhook_rotated_at
    if rotated_at is not None and now - rotated_at < OVERLAP:
        generations.append(system.webhook_generation - 1)
    return [_secret(system, generation) for generation in generations]


def _secret(system: System, generation: int) -> str:
    text = f"webhook\x00{system.pk}\x00{generation}".encode()
    raw = hmac.new(settings.MASTER_KEY, text, hashlib.sha256).digest()
    return "whsec_" + base64.b64encode(raw).decode()
