"""Hostile strings and broken bodies at the doors of people: an answer, never a bug."""

import pytest

HOSTILE = [
    "<img src=x onerror=alert(1)>",
    "\u202egnp.exe",
    "nul\x00byte",
    "\ud800".encode("utf-8", "surrogatepass"),
    b"\xff\xfe not utf-8",
    "x" * 100_000,
    "{{ 7 * 7 }}{% include '500.html' %}",
    "' OR 1=1 --",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_every_text_field_of_people_takes_or_refuses(text, admin, client_for):
    browser = client_for(admin, fresh=True)
    answers = [
        browser.get("/people/", {"q": text}),
        browser.get("/people/", {"cursor": text}),
        browser.post("/people/add/", {"email": text, "name": text, "roles": [text]}),
        browser.post(f"/people/{admin.pk}/roles/", {"roles": [text]}),
        browser.post("/profile/", {"name": text, "time_zone": text}),
        browser.post("/accounts/password/reset/", {"email": text}),
        browser.post("/theme/", {"theme": text, "next": text}),
    ]
    assert {answer.status_code for answer in answers} <= {200, 400, 422}
    shown = b"".join(answer.content for answer in answers)
    assert b"<img src=x" not in shown


@pytest.mark.parametrize("text", HOSTILE)
def test_signing_in_takes_or_refuses(text, client, db):
    answer = client.post("/accounts/login/", {"login": text, "password": text})
    assert answer.status_code in {200, 400}


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"name=" + b"x" * 2_000_000, "application/x-www-form-urlencoded"),
        (b"&".join(b"a=1" for _ in range(2000)), "application/x-www-form-urlencoded"),
        (b"no boundary", "multipart/form-data"),
        (b"--b\r\ncut", "multipart/form-data; boundary=b"),
        (b"\xff" * 100, "text/plain; charset=nonsense"),
        (b"name=x", "application/x-www-form-urlencoded; charset=nonsense"),
    ],
)
def test_a_broken_body_is_refused(body, content_type, reviewer, client_for):
    browser = client_for(reviewer)
    answer = browser.generic("POST", "/profile/", body, content_type)
    assert answer.status_code in {400, 413, 415, 422}
    reviewer.refresh_from_db()
    assert reviewer.name == "Rita Reviewer"


@pytest.mark.parametrize(
    "path",
    [
        "/people/99999999999999999999/",
        "/people/0/",
        "/profile/tokens/not-a-uuid/revoke/",
        "/systems/%00/",
        "/systems/..%2f..%2fetc/",
        "/%ff%fe/",
        "/people/?cursor=%00",
        "/people/?q=%00",
        "/people/?q=%ff",
    ],
)
def test_a_broken_address_is_refused(path, admin, client_for):
    assert client_for(admin).get(path).status_code in {200, 400, 404}
