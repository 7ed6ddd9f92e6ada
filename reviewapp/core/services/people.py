"""People: added, given roles, invited, sent away. Administrators act here."""

from __future__ import annotations

from collections.abc import Collection

from allauth.account import app_settings as account_settings
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from reviewapp.core.actors import Actor
from reviewapp.core.events import record_event
from reviewapp.core.models import PersonalToken, RoleGrant, User
from reviewapp.core.permissions import Role
from reviewapp.core.problems import AlreadyHandled, Conflict, Invalid


@transaction.atomic
def add_person(email: str, *, name: str, roles: Collection[Role], actor: Actor) -> User:
    """Add a person without a password; `invite_person` gives them the way in.

    Raises Invalid if the address is somebody's already.
    """
    try:
        with transaction.atomic():
            person = User.objects.create_user(email, name=name)
    except IntegrityError:
        taken = "Somebody with this address is here already."
        raise Invalid({"email": [taken]}) from None
    record_event("person.added", person, actor=actor)
    set_roles(person, roles, actor=actor)
    return person


@transaction.atomic
def set_roles(person: User, roles: Collection[Role], *, actor: Actor) -> None:
    """Give the person exactly these roles: one event for each gained or lost.

    Raises Conflict `last_admin`: without an administrator nobody could undo it.
    """
    held = _lock_roles(person)
    gained, lost = set(roles) - held, held - set(roles)
    if Role.ADMIN in lost:
        _refuse_last_admin(person)
    RoleGrant.objects.filter(person=person, role__in=lost).delete()
    RoleGrant.objects.bulk_create(
        RoleGrant(person=person, role=role) for role in gained
    )
    for role in sorted(gained):
        record_event("role.granted", person, actor=actor, facts={"role": role})
    for role in sorted(lost):
        record_event("role.revoked", person, actor=actor, facts={"role": role})


@transaction.atomic
def invite_person(person: User, *, actor: Actor) -> str:
    """Return the address at which the person sets a password, once, within three days.

    Setting a password, or signing in, makes every earlier invitation worthless.
    """
    token = account_settings.PASSWORD_RESET_TOKEN_GENERATOR().make_token(person)
    door = {"uidb36": user_pk_to_url_str(person), "key": token}
    record_event("person.invited", person, actor=actor)
    path = reverse("account_reset_password_from_key", kwargs=door)
    return f"{settings.PUBLIC_URL}{path}"


@transaction.atomic
def deactivate_person(person: User, *, actor: Actor) -> None:
    """Send a person away: sessions end at their next request, tokens for good.

    Raises Conflict `own_account` or `last_admin`.
    """
    if person.pk == actor.person_id:
        raise Conflict("own_account", "You cannot deactivate yourself.")
    if Role.ADMIN in _lock_roles(person):
        _refuse_last_admin(person)
    if not User.objects.filter(pk=person.pk, is_active=True).update(is_active=False):
        raise AlreadyHandled
    PersonalToken.objects.filter(person=person, revoked_at=None).update(
        revoked_at=timezone.now()
    )
    record_event("person.deactivated", person, actor=actor)


@transaction.atomic
def reactivate_person(person: User, *, actor: Actor) -> None:
    """Let a person back in, with the roles they had and no token."""
    if not User.objects.filter(pk=person.pk, is_active=False).update(is_active=True):
        raise AlreadyHandled
    record_event("person.reactivated", person, actor=actor)


@transaction.atomic
def update_profile(person: User, *, name: str, time_zone: str, actor: Actor) -> None:
    """Change how a person is called and in whose time they read."""
    person.name, person.time_zone = name, time_zone
    person.save(update_fields=["name", "time_zone"])
    record_event("person.changed", person, actor=actor)


def _lock_roles(person: User) -> set[Role]:
    """Read the roles held, with all administrators locked.

    Two administrators who demote each other at once would otherwise leave none.
    """
    admins = RoleGrant.objects.select_for_update().filter(role=Role.ADMIN)
    list(admins.order_by("pk"))
    grants = RoleGrant.objects.filter(person=person)
    return {Role(role) for role in grants.values_list("role", flat=True)}


def _refuse_last_admin(person: User) -> None:
    others = RoleGrant.objects.filter(role=Role.ADMIN, person__is_active=True)
    if not others.exclude(person=person).exists():
        raise Conflict(
            "last_admin", "Somebody must stay administrator; name another one first."
        )
