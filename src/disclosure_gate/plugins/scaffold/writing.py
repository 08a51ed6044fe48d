"""A new plugin, from templates."""

from __future__ import annotations

import keyword
import re
import sys
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from disclosure_gate.law.source import parse
from disclosure_gate.model.document import DOMAINS
from disclosure_gate.model.errors import InputError
from disclosure_gate.plugins import hookspecs
from disclosure_gate.plugins.manager import NAME

PARTS = ("facts", "rule", "row", "detector", "publisher")
"""What a plugin may contain, in the order it is asked for."""
_TEMPLATES = Path(__file__).parent / "templates"
_TITLE = re.compile(r"\w[\w （）()、，。：；·—“”‘’《》&+-]*(?<! )")
_RESERVED = frozenset(
    {
        "disclosure_gate",
        "gate",
        "catalogue",
        "plugin",
        "plugins",
        "national",
        "domains",
        "local",
        "test",
        "tests",
    }
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the new plugin is to be.

    ``title`` is what it is about, in Chinese; ``parts`` are of :data:`PARTS`.
    """

    name: str
    title: str
    domain: str
    parts: frozenset[str]


def checked_name(name: str) -> str:
    """``name``, if a plugin can be called so.

    Raises:
        InputError: ``E-PLUGIN-NAME``, with a name that would do where one is near.
    """
    near = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")
    if not NAME.fullmatch(name):
        raise InputError(
            "E-PLUGIN-NAME", where="NAME", got=name[:60], suggestion=near if NAME.fullmatch(near) else ""
        )
    if name in _RESERVED or keyword.iskeyword(name) or name in sys.stdlib_module_names:
        raise InputError(
            "E-PLUGIN-NAME",
            where="NAME",
            got=name,
            expected="a name that is not taken",
            suggestion=f"{name}_office",
        )
    return name


def write(wanted: Wanted, folder: Path) -> list[Path]:
    """Write the package into ``folder``, which must not be there yet.

    Returns:
        The files, relative to ``folder``.

    Raises:
        InputError: the name cannot be a plugin's, the title would mean something to YAML or Python, the folder is
            there, or it cannot be written.
    """
    checked_name(wanted.name)
    if not (_TITLE.fullmatch(wanted.title) and isinstance(parse(wanted.title, "").data, str)):
        raise InputError(
            "E-FIELD-TYPE", where="--title", got=wanted.title[:60], expected="供热（试行） | Heating"
        )
    if folder.exists():
        raise InputError("E-PLUGIN-THERE", where=str(folder))
    made = {
        _target(path, wanted): _text(path, wanted)
        for path in sorted(_TEMPLATES.rglob("*.j2"))
        if _is_wanted(path, wanted)
    }
    try:
        for place, text in made.items():
            (folder / place).parent.mkdir(parents=True, exist_ok=True)
            (folder / place).write_text(text, encoding="utf-8")
    except OSError as error:
        raise InputError("E-FILE", where=str(folder), got=type(error).__name__) from error
    return list(made)


def _is_wanted(path: Path, wanted: Wanted) -> bool:
    needs = {
        "facts.yaml": "facts",
        "catalogue.yaml": "row",
        "detector.py": "detector",
        "publisher.py": "publisher",
    }
    part = needs.get(path.name.removesuffix(".j2"))
    return part is None or part in wanted.parts


def _target(path: Path, wanted: Wanted) -> Path:
    place = path.relative_to(_TEMPLATES).with_suffix("")
    if place.parts[0] == "src":
        return Path("src", wanted.name, *place.parts[1:])
    return place.with_name(place.name.replace("NAME", wanted.name))


def _text(path: Path, wanted: Wanted) -> str:
    made = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701  code and YAML, not HTML
    )
    text = made.get_template(path.relative_to(_TEMPLATES).as_posix()).render(
        name=wanted.name,
        dashed=wanted.name.replace("_", "-"),
        type="".join(part.capitalize() for part in wanted.name.split("_")),
        title=wanted.title,
        domain=wanted.domain,
        domain_title=DOMAINS[wanted.domain],
        hooks_version=hookspecs.VERSION,
        version=version("disclosure-gate"),
        **{part: part in wanted.parts for part in PARTS},
    )
    # Where a part is left out, no hole stays.
    return re.sub(r"\n{4,}", "\n\n\n", text).rstrip("\n") + "\n"
