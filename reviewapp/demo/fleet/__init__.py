"""Scripted agents that use the client for real, some of them wrong on purpose."""
