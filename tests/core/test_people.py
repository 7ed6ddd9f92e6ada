"""Adding people, giving roles, sending away: the services and their pages."""

import re

import pytest
from django.core import mail

from reviewapp.core.models import Event, User
from reviewapp.core.permissions import Role
from reviewapp.core.problems import AlreadyHandled, Conflict, Invalid
from reviewapp.core.services.people import (
    add_person,
    deactivate_person,
    reactivate_person,
    set_roles,
)
from reviewapp.core.services.tokens import issue_token
from tests.builders import PASSWORD, actor_of_person, make_person


def verbs_about(person: User) -> list[str]:
    events = Event.objects.filter(subject_type="user", subject_id=str(person.pk))
    return list(events.order_by("id").values_list("verb", flat=True))


def roles_of(person: User) -> frozenset[Role]:
    return User.objects.get(pk=person.pk).roles


@pytest.fixture
def by_admin(admin):
    return actor_of_person(admin)


def test_a_person_is_added_with_roles_and_recorded(by_admin):
    person = add_person(
        "New@Example.org", name="New", roles={Role.LEAD, Role.AUDITOR}, actor=by_admin
    )
    assert person.email == "new@example.org"
    assert roles_of(person) == {Role.LEAD, Role.AUDITOR}
    assert not person.has_usable_password()
    assert verbs_about(person) == ["person.added", "role.granted", "role.granted"]


def test_an_address_is_taken_once_whatever_its_case(by_admin, reviewer):
    with pytest.raises(Invalid) as refused:
        add_person(reviewer.email.upper(), name="", roles=[], actor=by_admin)
    assert "email" in refused.value.errors
    assert User.objects.filter(email__iexact=reviewer.email).count() == 1


def test_roles_are_replaced_and_each_change_is_an_event(by_admin, reviewer):
    set_roles(reviewer, {Role.LEAD}, actor=by_admin)
    assert roles_of(reviewer) == {Role.LEAD}
    assert verbs_about(reviewer) == ["role.granted", "role.revoked"]


def test_the_last_administrator_stays(by_admin, admin):
    with pytest.raises(Conflict, match="stay administrator"):
        set_roles(admin, set(), actor=by_admin)
    other = make_person(Role.ADMIN)
    set_roles(admin, set(), actor=actor_of_person(other))
    assert roles_of(admin) == frozenset()


def test_an_inactive_administrator_does_not_count(by_admin, admin):
    other = make_person(Role.ADMIN)
    deactivate_person(other, actor=by_admin)
    with pytest.raises(Conflict) as refused:
        set_roles(admin, set(), actor=by_admin)
    assert refused.value.code == "last_admin"


def test_nobody_deactivates_themselves(by_admin, admin):
    make_person(Role.ADMIN)
    with pytest.raises(Conflict) as refused:
        deactivate_person(admin, actor=by_admin)
    assert refused.value.code == "own_account"


def test_deactivating_ends_sessions_and_tokens(by_admin, reviewer, client_for):
    browser = client_for(reviewer)
    token, _ = issue_token(reviewer, actor=actor_of_person(reviewer))
    deactivate_person(reviewer, actor=by_admin)
    assert browser.get("/profile/").status_code == 302
    token.refresh_from_db()
    assert token.revoked_at is not None


def test_going_and_coming_back_happen_once_each(by_admin, reviewer):
    deactivate_person(reviewer, actor=by_admin)
    with pytest.raises(AlreadyHandled):
        deactivate_person(reviewer, actor=by_admin)
    reactivate_person(reviewer, actor=by_admin)
    with pytest.raises(AlreadyHandled):
        reactivate_person(reviewer, actor=by_admin)
    assert verbs_about(reviewer) == ["person.deactivated", "person.reactivated"]


def test_an_invitation_is_shown_once_and_opens_the_door_once(admin, client_for, client):
    page = client_for(admin, fresh=True).post(
        "/people/add/", {"email": "new@example.org", "roles": ["reviewer"]}
    )
    way_in = re.search(r'value="http://[^/]*(/accounts/[^"]+)"', page.content.decode())
    assert page["Cache-Control"].startswith("max-age=0")
    form = client.get(way_in[1], follow=True)
    new = {"password1": PASSWORD, "password2": PASSWORD}
    client.post(form.redirect_chain[-1][0], new)
    entered = client.post(
        "/accounts/login/", {"login": "new@example.org", "password": PASSWORD}
    )
    assert entered.status_code == 302
    used = client.get(way_in[1], follow=True)
    assert 'name="password1"' not in used.content.decode()


def test_an_invitation_goes_by_mail_when_asked(admin, client_for):
    client_for(admin, fresh=True).post(
        "/people/add/", {"email": "new@example.org", "by_mail": "on"}
    )
    assert mail.outbox[0].to == ["new@example.org"]
    assert "/accounts/password/reset/key/" in mail.outbox[0].body


def test_a_refused_person_keeps_what_was_typed(admin, reviewer, client_for):
    page = client_for(admin, fresh=True).post(
        "/people/add/", {"email": reviewer.email, "name": "Typed Name"}
    )
    assert page.status_code == 422
    assert "Typed Name" in page.content.decode()
    assert "Somebody with this address is here already." in page.content.decode()


def test_roles_are_changed_on_the_page(admin, reviewer, client_for):
    browser = client_for(admin, fresh=True)
    url = f"/people/{reviewer.pk}/"
    assert "checked" in browser.get(url).content.decode()
    browser.post(f"{url}roles/", {"roles": ["lead", "auditor"]})
    assert roles_of(reviewer) == {Role.LEAD, Role.AUDITOR}


def test_an_unknown_role_is_refused_on_the_page(admin, reviewer, client_for):
    url = f"/people/{reviewer.pk}/roles/"
    page = client_for(admin, fresh=True).post(url, {"roles": ["emperor"]})
    assert page.status_code == 422
    assert roles_of(reviewer) == {Role.REVIEWER}


def test_a_refusal_of_the_service_is_a_page_with_its_code(admin, client_for):
    page = client_for(admin, fresh=True).post(f"/people/{admin.pk}/deactivate/")
    assert page.status_code == 409
    assert "own_account" in page.content.decode()


def test_coming_and_going_on_the_page(admin, reviewer, client_for):
    browser = client_for(admin, fresh=True)
    browser.post(f"/people/{reviewer.pk}/deactivate/")
    assert not User.objects.get(pk=reviewer.pk).is_active
    browser.post(f"/people/{reviewer.pk}/reactivate/")
    assert User.objects.get(pk=reviewer.pk).is_active


def test_a_hostile_name_is_shown_as_text(admin, client_for):
    make_person(name="<script>alert(1)</script>")
    text = client_for(admin).get("/people/").content.decode()
    assert "<script>alert(1)" not in text
    assert "&lt;script&gt;" in text


def test_people_are_found_by_part_of_their_name(admin, reviewer, lead, client_for):
    text = client_for(admin).get("/people/?q=rita").content.decode()
    assert reviewer.email in text
    assert lead.email not in text


@pytest.mark.parametrize("count", [2, 20])
def test_the_list_costs_the_same_with_many_people(
    count, admin, client_for, django_assert_num_queries
):
    for _ in range(count):
        make_person(Role.REVIEWER, Role.LEAD)
    browser = client_for(admin)
    with django_assert_num_queries(5):
        browser.get("/people/")
