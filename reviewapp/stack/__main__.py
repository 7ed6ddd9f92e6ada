"""``python -m reviewapp.stack``: the commands of the embedded stack."""

import argparse
import sys

from reviewapp.stack.binaries import DEFAULT_POSTGRES, POSTGRES_FOLDERS
from reviewapp.stack.commands import run
from reviewapp.stack.console import StackError, say
from reviewapp.stack.folders import folders_from_environment
from reviewapp.stack.servers import Wanted


def main(arguments: list[str]) -> int:
    """Parse the command line, run the command, answer its exit code."""
    options = _parser().parse_args(arguments)
    try:
        code: int = options.do(options)
    except StackError as problem:
        say(str(problem))
        return 1
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m reviewapp.stack")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _add_run(commands.add_parser("run", help="run a command on the stack"))
    return parser


def _add_run(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--pg", type=int, choices=POSTGRES_FOLDERS, default=DEFAULT_POSTGRES
    )
    parser.add_argument(
        "--fast", action="store_true", help="do not wait for the disk: for tests"
    )
    parser.add_argument("command", nargs="+", metavar="-- COMMAND")
    parser.set_defaults(do=_run)


def _run(options: argparse.Namespace) -> int:
    wanted = Wanted(options.pg, durable=not options.fast)
    return run(folders_from_environment(), wanted, options.command)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
