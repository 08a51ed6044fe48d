"""Commands as their users give them, in the process of the tests: a second spared for each."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import structlog
from click.testing import CliRunner

from disclosure_gate.cli import cli


@dataclass(frozen=True, slots=True)
class Told:
    """What a command answered."""

    returncode: int
    stdout: str
    stderr: str


def command(*arguments: str) -> Told:
    """Give a command; an error it did not foresee is raised here."""
    done = CliRunner().invoke(cli, list(arguments))
    structlog.reset_defaults()  # events were sent to a standard error that is no more
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return Told(done.exit_code, done.stdout, done.stderr)


def answer(*arguments: str) -> Any:
    """Its answer as JSON."""
    return json.loads(command(*arguments, "--json").stdout)
