#!/usr/bin/env python
"""Django's command line; without DATABASE_URL it finds the embedded stack."""

import os
import sys

from django.core.management import execute_from_command_line

from reviewapp.stack.console import StackError
from reviewapp.stack.environment import find_stack


def main() -> None:
    """Find the databases, then hand the arguments to Django."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "reviewapp.settings")
    try:
        find_stack(os.environ)
    except StackError as problem:
        sys.exit(str(problem))
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
