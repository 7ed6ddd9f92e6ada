"""A stand-in for Django's command line: the commands that `up` calls."""

import signal
import sys

COMMANDS = {
    "migrate": lambda: None,
    "seed_demo": lambda: sys.stdout.write("lead@demo.local: stand-in\n"),
    "run_fleet": signal.pause,
}
COMMANDS[sys.argv[1]]()
