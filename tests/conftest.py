"""What every test may rely on: two databases, quick passwords, a cast of people."""

from __future__ import annotations

import time
from collections.abc import Callable

import pgtrigger
import pytest
from django.core.cache import cache
from django.test import Client
from hypothesis import HealthCheck, settings
from rest_framework.test import APIClient

from reviewapp.core.authentication import PERSON_PREFIX, new_secret, secret_digest
from reviewapp.core.models import PersonalToken, User
from reviewapp.core.permissions import Role
from tests.builders import make_person
from tests.chromium import chromium  # noqa: F401  a fixture

# No example fails, and none is left out, for the time it took: machines are noisy.
settings.register_profile(
    "untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("untimed")

ClientFor = Callable[..., Client]
ApiFor = Callable[[User], APIClient]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test that may touch the database may touch both."""
    for item in items:
        marker = item.get_closest_marker("django_db")
        if marker is None and "db" not in getattr(item, "fixturenames", ()):
            continue
        wanted = {"databases": ["default", "keys"], **(marker.kwargs if marker else {})}
        item.add_marker(pytest.mark.django_db(**wanted), append=False)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Tests with real transactions end by emptying every table: the one place that
    lets them. UPDATE and DELETE stay refused."""
    tables = ("Event:event_stays", "Epoch:epoch_stays", "Seal:seal_stays")
    with django_db_blocker.unblock():
        pgtrigger.disable(*(f"core.{trigger}" for trigger in tables))


@pytest.fixture(autouse=True)
def _quick_and_alone(settings):
    """Cheap password hashes; rate limits of one test are none of another's."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    }
    cache.clear()


@pytest.fixture
def client_for() -> ClientFor:
    """A browser in which the person is signed in; `fresh`: a moment ago."""

    def sign_in(person: User, *, fresh: bool = False, **options: object) -> Client:
        client = Client(**options)
        client.force_login(person)
        if fresh:
            make_fresh(client, person)
        return client

    return sign_in


def make_fresh(client: Client, person: User) -> None:
    session = client.session
    session["account_authentication_methods_user"] = str(person.pk)
    session["account_authentication_methods"] = [
        {"method": "password", "at": time.time(), "reauthenticated": True}
    ]
    session.save()


@pytest.fixture
def api_for() -> ApiFor:
    """An API client with a personal token of the person."""

    def issue(person: User) -> APIClient:
        secret = new_secret(PERSON_PREFIX)
        PersonalToken.objects.create(
            person=person, prefix=secret[:10], secret_digest=secret_digest(secret)
        )
        client = APIClient()
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")
        return client

    return issue


# The cast. Each is one person with one role; `nobody` is signed in and may nothing.


@pytest.fixture
def reviewer(db) -> User:
    return make_person(Role.REVIEWER, name="Rita Reviewer")


@pytest.fixture
def reviewer2(db) -> User:
    return make_person(Role.REVIEWER, name="Rolf Reviewer")


@pytest.fixture
def lead(db) -> User:
    return make_person(Role.LEAD, name="Lea Lead")


@pytest.fixture
def support(db) -> User:
    return make_person(Role.SUPPORT, name="Sam Support")


@pytest.fixture
def support_lead(db) -> User:
    return make_person(Role.SUPPORT_LEAD, name="Sara Support")


@pytest.fixture
def engineer(db) -> User:
    return make_person(Role.ENGINEER, name="Edda Engineer")


@pytest.fixture
def privacy_officer(db) -> User:
    return make_person(Role.PRIVACY_OFFICER, name="Pia Privacy")


@pytest.fixture
def commander(db) -> User:
    return make_person(Role.COMMANDER, name="Carl Commander")


@pytest.fixture
def risk_owner(db) -> User:
    return make_person(Role.RISK_OWNER, name="Olga Owner")


@pytest.fixture
def risk_manager(db) -> User:
    return make_person(Role.RISK_MANAGER, name="Max Manager")


@pytest.fixture
def auditor(db) -> User:
    return make_person(Role.AUDITOR, name="Ada Auditor")


@pytest.fixture
def admin(db) -> User:
    return make_person(Role.ADMIN, name="Anna Admin")


@pytest.fixture
def nobody(db) -> User:
    return make_person(name="Nora Nobody")
