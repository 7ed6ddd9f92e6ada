"""The tables of docs/access.md, cell by cell, and every way to be denied."""

from itertools import product

import pytest

from reviewapp.core.permissions import Role
from traces.spans import WordClass
from traces.tiers import (
    Clarity,
    RaiseKind,
    Standing,
    Tier,
    clarity,
    lifts,
    raised_by,
    tier_of,
)

# Written by hand, not computed from the module: dialogue, tools, reasoning, opaque.
READS = {
    0: "none none none none",
    1: "masked masked none none",
    2: "masked masked masked none",
    3: "clear clear masked none",
    4: "clear clear clear none",
}
ALONE = {
    Role.REVIEWER: 0,
    Role.LEAD: 0,
    Role.SUPPORT: 1,
    Role.SUPPORT_LEAD: 2,
    Role.ENGINEER: 3,
    Role.PRIVACY_OFFICER: 4,
    Role.COMMANDER: 3,
    Role.RISK_OWNER: 0,
    Role.RISK_MANAGER: 0,
    Role.AUDITOR: 0,
    Role.ADMIN: 0,
}
# Whom a raise lifts, and to what; everybody else stays where they are.
RAISED = {
    RaiseKind.HOLD: {Role.REVIEWER: 2, Role.LEAD: 2},
    RaiseKind.REFERENCE: {Role.SUPPORT: 2},
    RaiseKind.INCIDENT: {Role.COMMANDER: 4},
    RaiseKind.GLASS: dict.fromkeys(Role, 4),
}
WORTH = {
    RaiseKind.HOLD: 2,
    RaiseKind.REFERENCE: 2,
    RaiseKind.INCIDENT: 4,
    RaiseKind.GLASS: 4,
}

NOT_GLASS = [kind for kind in RaiseKind if kind is not RaiseKind.GLASS]


def standing(*roles: Role, **about: object) -> Standing:
    return Standing(frozenset(roles), **about)


@pytest.mark.parametrize("tier", READS)
def test_each_tier_reads_its_row_of_the_table(tier):
    read = [clarity(tier, words).word for words in WordClass]
    assert read == READS[tier].split()


def test_the_table_has_the_four_classes_in_the_order_written_here():
    assert [str(one) for one in WordClass] == [
        "dialogue",
        "tools",
        "reasoning",
        "opaque",
    ]


def test_no_tier_reads_less_than_the_one_below():
    for lower, words in product(range(4), WordClass):
        assert clarity(lower, words) <= clarity(lower + 1, words)


def test_there_is_no_tier_beyond_the_table():
    with pytest.raises(ValueError, match="5 is not a valid"):
        clarity(5, WordClass.DIALOGUE)


@pytest.mark.parametrize("role", Role)
def test_a_role_alone_reads_its_own_tier(role):
    assert tier_of(standing(role)) == ALONE[role]


def test_nobody_reads_the_shape_at_most():
    assert tier_of(standing()) == Tier.SHAPE


@pytest.mark.parametrize("pair", list(product(Role, Role)))
def test_of_two_roles_the_better_counts(pair):
    assert tier_of(standing(*pair)) == max(ALONE[role] for role in pair)


@pytest.mark.parametrize("role", Role)
def test_outside_production_an_engineer_reads_all_and_nobody_else_more(role):
    expected = 4 if role is Role.ENGINEER else ALONE[role]
    assert tier_of(standing(role, is_production=False)) == expected


@pytest.mark.parametrize(("kind", "role"), list(product(RaiseKind, Role)))
def test_a_raise_lifts_whom_it_is_for_and_nobody_else(kind, role):
    expected = max(ALONE[role], RAISED[kind].get(role, 0))
    assert tier_of(standing(role, raises={kind: WORTH[kind]})) == expected


@pytest.mark.parametrize(("kind", "role"), list(product(RaiseKind, Role)))
def test_a_raise_gives_no_more_than_it_was_given_for(kind, role):
    assert tier_of(standing(role, raises={kind: 1})) == max(
        ALONE[role], min(1, RAISED[kind].get(role, 0))
    )


@pytest.mark.parametrize("kind", NOT_GLASS)
def test_a_raise_given_for_too_much_gives_its_most(kind):
    for role, most in RAISED[kind].items():
        assert tier_of(standing(role, raises={kind: 4})) == most


@pytest.mark.parametrize(("role", "cap"), list(product(Role, range(5))))
def test_the_lowest_of_role_system_and_label_counts(role, cap):
    assert tier_of(standing(role, caps=(cap,))) == min(ALONE[role], cap)
    assert tier_of(standing(role, caps=(4, cap))) == min(ALONE[role], cap)
    assert tier_of(standing(role, caps=(cap, 0))) == 0


@pytest.mark.parametrize("kind", NOT_GLASS)
def test_caps_hold_for_whoever_is_raised(kind):
    for role in RAISED[kind]:
        assert tier_of(standing(role, raises={kind: 4}, caps=(1,))) == 1


def test_break_glass_goes_beyond_the_caps():
    assert tier_of(standing(Role.SUPPORT, raises={RaiseKind.GLASS: 4}, caps=(0,))) == 4


def test_half_broken_glass_reads_no_reasoning_in_clear():
    """Before a second person agreed it gives tier 3."""
    tier = tier_of(standing(Role.SUPPORT, raises={RaiseKind.GLASS: 3}))
    assert clarity(tier, WordClass.TOOLS) is Clarity.CLEAR
    assert clarity(tier, WordClass.REASONING) is Clarity.MASKED


def test_glass_takes_nothing_from_whoever_reads_more():
    assert tier_of(standing(Role.PRIVACY_OFFICER, raises={RaiseKind.GLASS: 3})) == 4


def test_what_a_tier_rests_on_is_told():
    raised = {RaiseKind.REFERENCE: 2, RaiseKind.GLASS: 4}
    assert raised_by(standing(Role.SUPPORT)) is None
    assert raised_by(standing(Role.SUPPORT, raises=raised)) is RaiseKind.GLASS
    del raised[RaiseKind.GLASS]
    assert raised_by(standing(Role.SUPPORT, raises=raised)) is RaiseKind.REFERENCE
    # Their role gives as much, or the cap lets nothing of it through.
    assert raised_by(standing(Role.SUPPORT_LEAD, raises=raised)) is None
    assert raised_by(standing(Role.SUPPORT, raises=raised, caps=(1,))) is None


def test_some_raises_are_not_for_everybody():
    assert lifts(RaiseKind.REFERENCE, frozenset({Role.SUPPORT}))
    assert not lifts(RaiseKind.REFERENCE, frozenset({Role.AUDITOR, Role.REVIEWER}))
    assert not lifts(RaiseKind.GLASS, frozenset())
