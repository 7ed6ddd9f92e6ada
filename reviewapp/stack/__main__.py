"""``python -m reviewapp.stack``: the commands of the embedded stack."""

import argparse
import sys

from reviewapp.stack.binaries import DEFAULT_POSTGRES, POSTGRES_FOLDERS
from reviewapp.stack.browser import find_browser
from reviewapp.stack.commands import run
from reviewapp.stack.console import StackError, say
from reviewapp.stack.folders import folders_from_environment
from reviewapp.stack.postgres import postgres
from reviewapp.stack.processes import allow_open_files
from reviewapp.stack.redis_server import Redis
from reviewapp.stack.servers import Server, Wanted, become
from reviewapp.stack.up import up
from reviewapp.stack.upkeep import reset, status, stop


def main(arguments: list[str]) -> int:
    """Parse the command line, run the command, answer its exit code."""
    options = _parser().parse_args(arguments)
    allow_open_files()
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
    _add_up(commands.add_parser("up", help="run everything until Ctrl-C"))
    _add_serve(commands.add_parser("serve", help="be one server, for supervisord"))
    browser = commands.add_parser("browser", help="print the path of a Chromium")
    browser.set_defaults(do=_browser)
    for name, action in (("status", status), ("stop", stop), ("reset", reset)):
        command = commands.add_parser(name, help=action.__doc__)
        command.set_defaults(do=lambda _, act=action: act(folders_from_environment()))
    return parser


def _add_run(parser: argparse.ArgumentParser) -> None:
    _add_version(parser)
    parser.add_argument(
        "--fast", action="store_true", help="do not wait for the disk: for tests"
    )
    parser.add_argument("command", nargs="+", metavar="-- COMMAND")
    parser.set_defaults(do=_run)


def _add_up(parser: argparse.ArgumentParser) -> None:
    _add_version(parser)
    parser.add_argument("--port", type=port, default=8000)
    parser.add_argument(
        "--reload", action="store_true", help="start again when the code changes"
    )
    parser.add_argument(
        "--without-fleet", action="store_true", help="leave out the demo's agents"
    )
    parser.set_defaults(do=_up)


def _add_serve(parser: argparse.ArgumentParser) -> None:
    _add_version(parser)
    parser.add_argument("server", choices=("postgres", "redis"))
    parser.set_defaults(do=_serve)


def _add_version(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--pg", type=int, choices=POSTGRES_FOLDERS, default=DEFAULT_POSTGRES
    )


def port(text: str) -> int:
    number = int(text)
    if not 0 < number < 1 << 16:
        raise ValueError(text)
    return number


def _run(options: argparse.Namespace) -> int:
    wanted = Wanted(options.pg, durable=not options.fast)
    return run(folders_from_environment(), wanted, options.command)


def _up(options: argparse.Namespace) -> int:
    return up(
        folders_from_environment(),
        port=options.port,
        version=options.pg,
        reload=options.reload,
        fleet=not options.without_fleet,
    )


def _serve(options: argparse.Namespace) -> int:
    folders = folders_from_environment()
    server: Server = Redis(folders)
    if options.server == "postgres":
        server = postgres(folders, options.pg, durable=True)
    become(server)


def _browser(_: argparse.Namespace) -> int:
    sys.stdout.write(f"{find_browser()}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
