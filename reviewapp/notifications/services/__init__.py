"""Writes of calling people."""
