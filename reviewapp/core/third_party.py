"""The access rules of views that others wrote, each with its reason.

Their code cannot carry `@access`, so it is declared for them here, by URL name. What is
not listed is refused: an upgrade that brings a new page brings it closed.
"""

from __future__ import annotations

from django.http import HttpRequest

from reviewapp.core.access import PUBLIC, SIGNED_IN, Rule

CLOSED = Rule()

THIRD_PARTY: dict[str, Rule] = {
    # Signing in and out: nobody is signed in yet, or not for long.
    "account_login": PUBLIC,
    "account_logout": PUBLIC,
    "account_inactive": PUBLIC,
    "account_reauthenticate": SIGNED_IN,
    "mfa_authenticate": PUBLIC,
    "mfa_reauthenticate": SIGNED_IN,
    # A forgotten password: whoever asks has none. allauth limits the rate and never
    # tells whether an address is known.
    "account_reset_password": PUBLIC,
    "account_reset_password_done": PUBLIC,
    "account_reset_password_from_key": PUBLIC,
    "account_reset_password_from_key_done": PUBLIC,
    # One's own account.
    "account_change_password": SIGNED_IN,
    "account_set_password": SIGNED_IN,
    "mfa_index": SIGNED_IN,
    "mfa_activate_totp": SIGNED_IN,
    "mfa_deactivate_totp": SIGNED_IN,
    "mfa_view_recovery_codes": SIGNED_IN,
    "mfa_generate_recovery_codes": SIGNED_IN,
    "mfa_download_recovery_codes": SIGNED_IN,
    # Sign-on by an identity provider: the way out and the way back.
    "openid_connect_login": PUBLIC,
    "openid_connect_callback": PUBLIC,
    "socialaccount_login_cancelled": PUBLIC,
    "socialaccount_login_error": PUBLIC,
    # Nobody signs up: an administrator adds people.
    "account_signup": CLOSED,
    "socialaccount_signup": CLOSED,
    # The administrator vouches for the address, so it is not changed or confirmed here.
    "account_email": CLOSED,
    "account_email_verification_sent": CLOSED,
    "account_confirm_email": CLOSED,
    "account_confirm_login_code": CLOSED,
    # An identity is linked by its verified address at sign-on, not by hand.
    "socialaccount_connections": CLOSED,
}


def rule_of_third_party(request: HttpRequest) -> Rule | None:
    match = request.resolver_match
    return THIRD_PARTY.get(match.view_name) if match else None
