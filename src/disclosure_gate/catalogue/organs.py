"""Which organ answers for which domains: the local layer's table of departments, aliases and number signs."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

from pydantic import Field

from disclosure_gate.law.source import read, read_model
from disclosure_gate.model.document import domain_of
from disclosure_gate.model.errors import Flaw, RulesetError
from disclosure_gate.model.frozen import Frozen


class Organ(Frozen):
    """A department: the domains it answers for, other names it has or had, and its sign in dispatch numbers.

    ``vertical``: it is supervised in its own system (条例 art 3 para 4).
    """

    name: str
    domains: Annotated[tuple[str, ...], Field(min_length=1)]
    also: tuple[str, ...] = ()
    sign: str = ""
    vertical: bool = False


class OrganFile(Frozen):
    """``organs.yaml`` of a local layer. ``index`` is the pattern of index numbers, ``#`` a digit."""

    place: str
    supervisor: str
    index: str = ""
    confidence: str
    source: str = ""
    organs: Annotated[tuple[Organ, ...], Field(min_length=1)]


class Organs:
    """All organs of the local layers, by any of their names."""

    def __init__(self, files: Iterable[OrganFile]) -> None:
        self._by_name: dict[str, tuple[str, ...]] = {}
        for file in files:
            for organ in file.organs:
                slugs = tuple(map(domain_of, organ.domains))
                for name in (organ.name, *organ.also):
                    known = self._by_name.get(name, ())
                    self._by_name[name] = tuple(dict.fromkeys((*known, *slugs)))

    def domains_of(self, issuer: str) -> tuple[str, ...]:
        """The domains of an issuer, whose name may carry the place before it: 景明区财政局 as 区财政局."""
        exact = self._by_name.get(issuer)
        if exact is not None:
            return exact
        fitting = [name for name in self._by_name if issuer.endswith(name)]
        return self._by_name[max(fitting, key=len)] if fitting else ()


def load(paths: Iterable[Path]) -> Organs:
    """Read the files ``organs.yaml``.

    Raises:
        RulesetError: every flaw at ``file:line:column``.
    """
    files: list[OrganFile] = []
    flaws: list[Flaw] = []
    for path in paths:
        source = read(path, path.parent.parent)
        file = read_model(source, OrganFile)
        for number, organ in enumerate(file.organs if file else ()):
            for place, slug in enumerate(organ.domains):
                source.domain(slug, ("organs", number, "domains", place))
        if file is not None:
            files.append(file)
        flaws += source.flaws
    if flaws:
        raise RulesetError(flaws=tuple(flaws))
    return Organs(files)
