"""The command line: `serve` in the foreground, `start` in the background, `stop`."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from sandbox import process


def _add_serve_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    parser.add_argument("--port", type=int, default=0, help="port; 0 takes a free one (default: %(default)s)")
    parser.add_argument("--state", type=Path, metavar="FILE", help="keep the state in this file")
    parser.add_argument("--ready-file", type=Path, metavar="FILE", help="write url and pid there once it listens")
    parser.add_argument("--pid-file", type=Path, metavar="FILE", help="write the process id there")
    parser.add_argument(
        "--limits", choices=("documented", "off"), default="documented", help="rate limits (default: %(default)s)"
    )
    parser.add_argument("--cert", type=Path, metavar="PEM", help="serve https with this certificate")
    parser.add_argument("--key", type=Path, metavar="PEM", help="the certificate's private key")
    parser.add_argument("--max-seconds", type=float, metavar="N", help="stop by itself after N seconds")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="sandbox", description="Plays Phone.com v4 and Caligraph v1 on this machine.")
    commands = parser.add_subparsers(dest="command", required=True)
    _add_serve_options(commands.add_parser("serve", help="serve in the foreground"))
    start = commands.add_parser("start", help="serve in the background, return when it is ready")
    _add_serve_options(start)
    start.add_argument("--log-file", type=Path, metavar="FILE", help="error output of the server")
    stop = commands.add_parser("stop", help="stop a server that was started with --pid-file")
    stop.add_argument("--pid-file", type=Path, metavar="FILE", required=True)
    return parser


def _arguments(options: argparse.Namespace) -> list[str]:
    """The options of `start` as arguments for the `serve` that it launches."""
    arguments: list[str] = []
    for name, value in vars(options).items():
        if name in ("command", "log_file") or value is None:
            continue
        arguments += [f"--{name.replace('_', '-')}", str(value.resolve() if isinstance(value, Path) else value)]
    return arguments


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command. Returns the exit code."""
    parser = _parser()
    options = parser.parse_args(argv)
    if options.command != "stop" and (options.cert is None) != (options.key is None):
        parser.error("--cert and --key go together")
    try:
        if options.command == "start":
            running = process.launch(_arguments(options), log_file=options.log_file, detached=True)
            print(json.dumps({"url": running.url, "pid": running.pid}), flush=True)
        elif options.command == "stop":
            print(process.stop(options.pid_file))
        else:
            # Imported here: `stop` has to work with any Python, also one without the web framework.
            from sandbox.server import CannotServe, Options, serve

            values = {name: value for name, value in vars(options).items() if name != "command"}
            try:
                serve(Options(**values))
            except CannotServe as error:
                raise process.NotStarted(str(error)) from error
    except process.NotStarted as error:
        print(f"sandbox: {error}", file=sys.stderr)
        return 1
    return 0
