"""What masking finds, by kind; `traces/masking.py` is the door to it."""
