"""Runs that told a customer something wrong, for help desks to look into.

In each the answer alone reads well; what it rests on does not.
"""

from reviewapp.demo.cases import airline, deliveries, prices, subscriptions, taxes

ALL = (
    taxes.island_taxed_as_mainland,
    subscriptions.plan_as_it_was,
    airline.rules_of_half_the_ticket,
    deliveries.where_they_used_to_live,
    prices.two_currencies,
)
