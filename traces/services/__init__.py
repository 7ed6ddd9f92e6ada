"""Writes of the flight recorder."""
