"""Options, output and exit codes of python -m linkedin_api."""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from linkedin_api.cli import environment, failures
from linkedin_api.cli.commands import COMMANDS, Answer, Linked
from linkedin_api.cli.failures import Exit, WrongUse
from linkedin_api.errors.tree import Unauthorized, Unreachable
from linkedin_api.settings import LinkedInSettings

PROG = "python -m linkedin_api"
START = (
    "Start the dashboard with make run, whose sandbox this is, or set LINKEDIN_AUTH_URL and LINKEDIN_API_URL to "
    "another LinkedIn. For the real one set LINKEDIN_CLIENT_ID and LINKEDIN_CLIENT_SECRET."
)
EPILOG = """Settings are read from .env and the environment, as in .env.example; with none set, LinkedIn is the sandbox
of the dashboard on this machine. stdout has a URN, or one JSON object with --json; sentences go to stderr.
Exit codes: 0 done; 1 refused by LinkedIn; 2 wrong options, settings, text or file; 3 no answer came, so it may have
happened; 4 not signed in; 5 nothing left this machine; 6 the day's calls are used up; 130 Ctrl+C."""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """argparse would repeat what was typed, which may be a secret in the wrong place."""
        told = re.sub(r"invalid (?:choice|\w+ value): .*?(?= \(choose|$)", "this value is not possible", message)
        told = re.sub(r"^unrecognized arguments: .*", "there is a word or an option too many", told)
        raise WrongUse(f"{told[0].upper()}{told[1:]}. See: {self.prog} --help")


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what was asked for, and say it; returns the exit code (failures.Exit)."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    in_json, to = "--json" in words, None
    try:
        options = _parser().parse_args(words)
        to = environment.settings(Path(options.env))
        if options.command == "login" and options.redirect_uri:
            to = environment.settings(Path(options.env), LINKEDIN_REDIRECT_URI=options.redirect_uri)
        _say(COMMANDS[options.command](options, Linked(to, _tell)), in_json=in_json)
    except (Exception, KeyboardInterrupt) as error:
        return _complain(error, to, in_json=in_json)
    return Exit.DONE


def _parser() -> argparse.ArgumentParser:
    formatter = argparse.RawDescriptionHelpFormatter
    parser = _Parser(PROG, description="LinkedIn at the command line.", epilog=EPILOG, formatter_class=formatter)
    common = _Parser(add_help=False)
    common.add_argument("--json", action="store_true", help="print one JSON object; an error is one as well")
    common.add_argument("--env", default=".env", metavar="FILE", help="the settings; .env unless given")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND", parser_class=_Parser)
    made = {name: commands.add_parser(name, help=act.__doc__, parents=[common]) for name, act in COMMANDS.items()}
    login = made["login"].add_argument
    login("--redirect-uri", metavar="URL", help="one of your app's redirect URLs, on this machine")
    login("--timeout", type=float, default=300.0, metavar="S", help="seconds to wait for the browser; 300 unless given")
    login("--no-browser", action="store_true", help="print the address only")
    _options_of_a_post(made["post"])
    made["upload"].add_argument("file", metavar="FILE", help="a JPG, PNG, GIF, MP4, PDF, DOC(X) or PPT(X)")
    made["comment"].add_argument("urn", metavar="URN", help="of a post, or of a comment to reply to")
    made["comment"].add_argument("text", nargs="?", metavar="TEXT", help="the comment; piped in when left out")
    made["delete"].add_argument("urn", metavar="URN", help="of a post or a comment")
    for name in ("post", "upload", "comment", "delete"):
        made[name].add_argument("--as", dest="author", metavar="URN", help="a company page; yourself unless given")
        made[name].add_argument("--rest", action="store_true", help="by LinkedIn's versioned API")
    return parser


def _options_of_a_post(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("text", nargs="?", metavar="TEXT", help="the post; piped in when left out")
    add("--article", metavar="URL", help="a link")
    add("--title", default="", help="of the article, video or document")
    for kind, what in (("image", "a picture, up to 20 times"), ("video", "an MP4"), ("document", "a PDF, DOC or PPT")):
        add(f"--{kind}", action="append", default=[], metavar="FILE", help=f"{what}: a file, or the URN of an upload")
    add("--alt", action="append", default=[], metavar="TEXT", help="what the file of the same place shows")
    add("--visibility", type=str.upper, choices=["PUBLIC", "CONNECTIONS"], default="PUBLIC")


def _tell(said: str) -> None:
    print(said, file=sys.stderr, flush=True)


def _say(answer: Answer, *, in_json: bool) -> None:
    if in_json:
        print(json.dumps(answer.fields, ensure_ascii=False))
        return
    print(answer.line, flush=True)
    _tell(_printable(answer.said))


def _complain(error: BaseException, to: LinkedInSettings | None, *, in_json: bool) -> int:
    advice = failures.advice(error, f"{PROG} login")
    if isinstance(error, Unreachable) and to and to.built_in_sandbox:
        advice = START
    elif isinstance(error, Unauthorized) and to and to.access_token:
        advice = "Put another token into LINKEDIN_ACCESS_TOKEN, or take it out and run login."
    if in_json:
        print(json.dumps(failures.as_json(error, advice), ensure_ascii=False))
    told = f"{failures.sentence(error)} Next: {advice}" if advice else failures.sentence(error)
    _tell(_printable(told))
    return failures.exit_code(error)


def _printable(text: str) -> str:
    """On one line, and without what a terminal would obey: names and messages are other people's."""
    return "".join(each if each.isprintable() else " " for each in text)
