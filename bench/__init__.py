"""Benchmarks: figures as ratios against what the database itself needs."""
