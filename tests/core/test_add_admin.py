"""The first account of a house is opened on its command line."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from reviewapp.core.models import User
from reviewapp.core.permissions import Role

pytestmark = pytest.mark.django_db


def test_the_link_opens_and_the_person_is_an_administrator(client):
    out = StringIO()
    call_command("add_admin", "ada@example.org", name="Ada", stdout=out)
    person = User.objects.get(email="ada@example.org")
    assert person.roles == {Role.ADMIN}
    path = out.getvalue().strip().split("localhost:8000")[1]
    page = client.get(path, follow=True)
    assert page.status_code == 200
    assert "password" in page.content.decode().lower()


def test_an_address_in_use_is_refused(admin):
    with pytest.raises(CommandError, match="here already"):
        call_command("add_admin", admin.email)
