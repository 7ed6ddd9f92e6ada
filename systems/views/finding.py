"""What stands behind an address, for those who may see it; else 404."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from reviewapp.core.http import person_of
from systems.models import Credential, Key, System, SystemQuerySet, Tool


def visible_systems(request: HttpRequest) -> SystemQuerySet:
    visible = System.objects.visible_to(person_of(request))
    return visible.select_related("process_owner", "signed_off_by")


def find_system(request: HttpRequest, slug: str) -> System:
    return get_object_or_404(visible_systems(request), slug=slug)


def find_tool(request: HttpRequest, slug: str, tool_id: int) -> Tool:
    tools = Tool.objects.select_related("system")
    return get_object_or_404(tools, system=find_system(request, slug), pk=tool_id)


def find_credential(request: HttpRequest, slug: str, credential_id: int) -> Credential:
    credentials = Credential.objects.select_related("system")
    system = find_system(request, slug)
    return get_object_or_404(credentials, system=system, pk=credential_id)


def find_key(request: HttpRequest, slug: str, key_id: UUID) -> Key:
    keys = Key.objects.select_related("system")
    return get_object_or_404(keys, system=find_system(request, slug), pk=key_id)
