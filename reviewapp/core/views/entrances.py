"""Where a person is sent who must sign in, or do so afresh, and how they come back."""

from __future__ import annotations

from urllib.parse import urlencode

from allauth.account.adapter import get_adapter
from allauth.socialaccount.adapter import get_adapter as get_social_adapter
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from reviewapp.core.http import htmx_of, is_fragment


def send_to_sign_in(request: HttpRequest) -> HttpResponse:
    return _send(request, reverse("account_login"))


def send_to_sign_in_afresh(request: HttpRequest) -> HttpResponse:
    """Ask for the password or the second factor; else for the provider's word.

    The sign-in page would send a signed-in person straight back, round and round.
    """
    if methods := get_adapter().get_reauthentication_methods(request.user):
        return _send(request, methods[0]["url"])
    if providers := get_social_adapter().list_providers(request):
        door = providers[0].get_login_url(request, auth_params="prompt=login")
        return _send(request, door)
    return _send(request, reverse("account_logout"))


def _send(request: HttpRequest, door: str) -> HttpResponse:
    joint = "&" if "?" in door else "?"
    url = f"{door}{joint}{urlencode({REDIRECT_FIELD_NAME: _way_back(request)})}"
    if is_fragment(request):
        # The whole window goes; what the person wrote is kept by static/js/draft.js.
        return HttpResponse(status=401, headers={"HX-Redirect": url})
    return HttpResponseRedirect(url)


def _way_back(request: HttpRequest) -> str:
    """The page the person was on: a POST or a fragment cannot be returned to."""
    if is_fragment(request):
        return htmx_of(request).current_url_abs_path or reverse("home")
    if request.method in ("GET", "HEAD"):
        return request.get_full_path()
    page = request.headers.get("Referer", "")
    is_ours = url_has_allowed_host_and_scheme(page, allowed_hosts={request.get_host()})
    return page if is_ours else reverse("home")
