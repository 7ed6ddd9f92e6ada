"""Every address of the URL configuration, with stand-ins for what it takes."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.urls.converters import IntConverter, UUIDConverter

_NOTHING = UUID(int=0)
# What regular expressions want; converters tell by themselves.
_BY_HAND = {
    "account_confirm_email": {"key": "nothing"},
    "account_reset_password_from_key": {"uidb36": "0", "key": "nothing"},
    "openid_connect_login": {"provider_id": "nothing"},
    "openid_connect_callback": {"provider_id": "nothing"},
}


def patterns(
    resolver: URLResolver | None = None, converters: dict[str, object] | None = None
) -> Iterator[tuple[URLPattern, dict[str, object]]]:
    """Yield every pattern with the converters of its whole path."""
    resolver = resolver or get_resolver()
    above = {**(converters or {}), **getattr(resolver.pattern, "converters", {})}
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from patterns(entry, above)
        else:
            yield entry, {**above, **entry.pattern.converters}


def address_of(name: str) -> str:
    """Return an address of this name under which nothing lies."""
    if name in _BY_HAND:
        return reverse(name, kwargs=_BY_HAND[name])
    takes = next(takes for pattern, takes in patterns() if pattern.name == name)
    return reverse(name, kwargs={key: _nothing(way) for key, way in takes.items()})


def _nothing(converter: object) -> object:
    if isinstance(converter, UUIDConverter):
        return _NOTHING
    return 0 if isinstance(converter, IntConverter) else "nothing"
