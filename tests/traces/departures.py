"""What masking leaves although the slow way would take it, and why."""

import ipaddress
import re

from stdnum.de import idnr

# Two checks, or a date inside: these are told from other rows of digits.
_TOLD_APART = {
    "CREDIT_CARD",
    "PL_PESEL",
    "DE_TAX_ID",
    "TR_NATIONAL_ID",
    "AU_ABN",
    "ZA_ID_NUMBER",
}


def is_part_of_a_longer_code(value, before, after, hit):
    """`4111111111111111-92`, `0.4111111111111111`, the last part of a UUID."""
    return re.search(r"\w[-.]?$", before) or re.match(r"\w|\.\d|-\w", after)


def is_any_row_of_digits(value, before, after, hit):
    """One check digit: every tenth order number passes it."""
    nameless = not hit.analysis_explanation.supportive_context_word
    return value.isdigit() and nameless and hit.entity_type not in _TOLD_APART


def is_a_large_number(value, before, after, hit):
    """123 456 789, as people and prices are written."""
    return re.fullmatch(r"\d{3} \d{3} \d{3}", value)


def is_a_clock(value, before, after, hit):
    """Microseconds since 1970; of the cards with 1, UATP's have 15 digits."""
    return hit.entity_type == "CREDIT_CARD" and value[0] == "1"


_PHONE_FORM = re.compile(
    r"""(?x)
    \+ | 00[1-9] | (\(0\d{1,5}\) | 0\d{1,5}[ ./-]) (\D*\d){6}
    | (1[-. ])? (\(\d{3}\)[-. ]? | \d{3}[-. ]) \d{3}[-. ]\d{4} $
    """
)


def has_no_form_of_a_phone(value, before, after, hit):
    """Neither +, 00 or a trunk 0 with its area apart, nor as in North America."""
    return hit.entity_type == "PHONE_NUMBER" and not _PHONE_FORM.match(value)


def is_a_short_number(value, before, after, hit):
    """02/010000: fewer than nine digits and no country, as dates and codes are."""
    return (
        hit.entity_type == "PHONE_NUMBER"
        and not re.match(r"\+|00", value)
        and sum(sign.isdigit() for sign in value) < 9
    )


def is_grouped_as_no_number_is(value, before, after, hit):
    """020/00000/0: a single digit at the end, and no country."""
    return (
        hit.entity_type == "PHONE_NUMBER"
        and not re.match(r"\+|00", value)
        and re.search(r"\D\d$", value)
    )


def is_beside_a_colon(value, before, after, hit):
    """`0::0:`: a part of something longer, which is no address."""
    is_beside = before.endswith((":", "_")) or after.startswith((":", "_"))
    return hit.entity_type == "IP_ADDRESS" and is_beside


def is_no_business_number(value, before, after, hit):
    """An ABN begins with two check digits, of which the first is never 0."""
    return hit.entity_type == "AU_ABN" and value.startswith("0")


def is_code(value, before, after, hit):
    """`a::b`: an address without any digit; `1::`: one group, so nobody's."""
    if hit.entity_type != "IP_ADDRESS":
        return False
    groups = re.findall(r"\w+", value)
    is_bare = not re.search(r"\d", value) or len(groups) < 2
    return is_bare and ipaddress.ip_interface(value)


def is_no_tax_id(value, before, after, hit):
    """One digit occurs twice or thrice and the others once (BZSt, since 2016)."""
    return hit.entity_type == "DE_TAX_ID" and not idnr.is_valid(value)


DEPARTURES = (
    is_part_of_a_longer_code,
    is_any_row_of_digits,
    is_a_large_number,
    is_a_clock,
    has_no_form_of_a_phone,
    is_a_short_number,
    is_grouped_as_no_number_is,
    is_beside_a_colon,
    is_no_business_number,
    is_code,
    is_no_tax_id,
)


def departs(text, hit):
    value = text[hit.start : hit.end]
    before, after = text[: hit.start], text[hit.end :]
    return any(reason(value, before, after, hit) for reason in DEPARTURES)
