"""Writes of the approval queue: check, change, record the event, then effects."""
