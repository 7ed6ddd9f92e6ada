"""Reads of the flight recorder."""
