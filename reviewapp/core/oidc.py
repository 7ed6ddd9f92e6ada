"""Sign-on by an OpenID Connect provider, ready as soon as it is named in settings."""

from __future__ import annotations

from typing import Any

import environ


def oidc_apps(env: environ.Env) -> list[dict[str, Any]]:
    """Return allauth's app of the provider in OIDC_*, or none if it is not set.

    The provider must allow the redirect address
    `<PUBLIC_URL>/accounts/oidc/company/login/callback/`.
    """
    client_id = env.str("OIDC_CLIENT_ID", default="")
    if not client_id:
        return []
    return [
        {
            "provider_id": "company",
            "name": env.str("OIDC_NAME", default="Single sign-on"),
            "client_id": client_id,
            "secret": env.str("OIDC_CLIENT_SECRET"),
            "settings": {"server_url": env.str("OIDC_SERVER_URL")},
        }
    ]
