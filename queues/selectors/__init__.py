"""Reads of the approval queue across models; all return frozen dataclasses."""
