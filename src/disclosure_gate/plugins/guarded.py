"""Detectors, readers and formats of plugins, each call of theirs in the guard; built-in ones are handed on as they are."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from disclosure_gate.detect import Detector
from disclosure_gate.detect.detector import Hit
from disclosure_gate.detect.page import Page
from disclosure_gate.detect.reader import FileText, Reader
from disclosure_gate.model.codes import CODES
from disclosure_gate.model.determination import SpanKind
from disclosure_gate.model.document import File
from disclosure_gate.model.errors import Failure, PluginError, UnreadableError
from disclosure_gate.model.frozen import Text
from disclosure_gate.plugins import contract
from disclosure_gate.plugins.lanes import Call
from disclosure_gate.plugins.manager import PluginManager
from disclosure_gate.redact import Format
from disclosure_gate.redact.woven import Mask


class _Detector:
    """What a detector says of itself, taken once: it cannot become another later."""

    def __init__(self, plugin: str, detector: Detector) -> None:
        self.plugin = plugin
        self.name = detector.name
        self.kind: SpanKind = detector.kind
        self.why: Text = detector.why
        self.terms: Sequence[str] = tuple(detector.terms)
        self.beside_numbers = bool(getattr(detector, "beside_numbers", False))
        self.find = detector.find


class GuardedDetectors:
    """The detectors of all plugins, called one after another in one guard."""

    def __init__(self, manager: PluginManager, detectors: Sequence[tuple[str, Detector]]) -> None:
        self._manager = manager
        # INVARIANT P2: in the order of names, whoever brought them.
        self._detectors = sorted((_Detector(*each) for each in detectors), key=lambda each: each.name)
        self.detectors: Sequence[Detector] = self._detectors
        self._with_terms = frozenset(each.name for each in self._detectors if each.terms)
        self._beside_numbers = frozenset(
            each.name for each in self._detectors if each.terms and each.beside_numbers
        )
        self._without_terms = [each.name for each in self._detectors if not each.terms]

    def find(
        self, pages: Sequence[Page]
    ) -> tuple[list[tuple[int, Detector, Sequence[Hit]]], tuple[Failure, ...]]:
        """See :class:`~disclosure_gate.detect.scan.Guard`."""
        wanted = self._wanted(pages)
        if not wanted:
            return [], ()
        met = [page.places() for page in pages]
        copies: dict[tuple[str, int], Page] = {}
        calls: list[Call] = []
        asked: list[tuple[_Detector, list[int]]] = []
        for each in self._detectors:
            numbers = wanted.get(each.name)
            if numbers:
                shown = [_copy(each.plugin, number, pages, met, copies) for number in numbers]
                calls.append(_finding(each, shown))
                asked.append((each, numbers))
        outcome = self._manager.run(calls)
        results = {answer.value.detector: answer.value.hits for answer in outcome.answers}
        return [
            (number, each, hits)
            for each, numbers in asked
            for number, hits in zip(numbers, results.get(each, ()), strict=False)
        ], outcome.failures

    def _wanted(self, pages: Sequence[Page]) -> dict[str, list[int]]:
        """By name of detector the pages it is asked about, see :class:`~disclosure_gate.detect.Detector`."""
        wanted: dict[str, list[int]] = {name: list(range(len(pages))) for name in self._without_terms}
        for number, page in enumerate(pages):
            named = self._with_terms.intersection(page.owners)
            if self._beside_numbers and page.numbers:
                named |= self._beside_numbers
            for name in named:
                wanted.setdefault(name, []).append(number)
        return wanted


class _Found:
    def __init__(self, detector: _Detector, hits: list[list[Hit]]) -> None:
        self.detector = detector
        self.hits = hits


def _finding(detector: _Detector, pages: Sequence[Page]) -> Call:
    def find() -> list[object]:
        return [contract.drained(detector.find(page)) for page in pages]

    def check(value: Any, plugin: str) -> _Found:
        where = f"{plugin}.dg_detectors ({detector.name})"
        return _Found(
            detector, [contract.hits(each, page.text, where) for each, page in zip(value, pages, strict=True)]
        )

    return Call(detector.plugin, "dg_detectors", find, {}, check)


def _copy(
    plugin: str,
    number: int,
    pages: Sequence[Page],
    met: Sequence[Mapping[str, Sequence[tuple[int, int]]]],
    copies: dict[tuple[str, int], Page],
) -> Page:
    """A page of the plugin's own: what it notes or changes there, no other detector sees."""
    made = copies.get((plugin, number))
    if made is None:
        made = copies[plugin, number] = Page(pages[number].text, met[number])
    return made


def guarded_reader(manager: PluginManager, plugin: str, reader: Reader) -> Reader:
    """A reader whose calls run in the guard; one that fails leaves its file unread."""
    return (
        _Format(manager, plugin, reader) if isinstance(reader, Format) else _Reader(manager, plugin, reader)
    )


class _Reader:
    def __init__(self, manager: PluginManager, plugin: str, reader: Reader) -> None:
        self._manager = manager
        self._plugin = plugin
        self._reader: Any = reader
        self.name = reader.name

    def claims(self, file: File) -> bool:
        """Whether it reads the file. Where it cannot even say so, the file is its own and stays unread."""
        try:
            return self._claimed(file)
        except UnreadableError:
            return True

    def read(self, file: File) -> FileText:
        """See :class:`~disclosure_gate.detect.reader.Reader`."""
        self._claimed(file)
        found: FileText = self._made(self._reader.read, (file,), contract.file_text)
        return found

    def _claimed(self, file: File) -> bool:
        claimed: bool = self._made(self._reader.claims, (file,), _is(bool))
        return claimed

    def _made(
        self, function: Callable[..., Any], arguments: tuple[Any, ...], check: Callable[[Any, str], Any]
    ) -> Any:
        def made() -> Any:
            try:
                return function(*arguments)
            except UnreadableError as error:
                return error

        def checked(value: Any, plugin: str) -> Any:
            where = f"{plugin}.dg_readers ({self.name})"
            return value if isinstance(value, UnreadableError) else check(value, where)

        outcome = self._manager.run([Call(self._plugin, "dg_readers", made, {}, checked)])
        if outcome.failures:
            raise UnreadableError("U-PLUGIN", got=f"{self._plugin} ({outcome.failures[0].code})")
        value = outcome.answers[0].value
        if isinstance(value, UnreadableError):
            # Its words may be content; its code is from our table.
            raise UnreadableError(value.code if value.code in CODES else "U-PLUGIN", got=self._plugin)
        return value


class _Format(_Reader):
    def __init__(self, manager: PluginManager, plugin: str, reader: Format) -> None:
        super().__init__(manager, plugin, reader)
        self.suffixes: tuple[str, ...] = tuple(reader.suffixes)
        self.media_type = str(reader.media_type)
        self.leaves_out_pictures = bool(reader.leaves_out_pictures)

    def rebuild(self, data: bytes, masks: Mapping[str, Sequence[Mask]]) -> bytes:
        """See :class:`~disclosure_gate.redact.Format`."""
        made: bytes = self._made(self._reader.rebuild, (data, masks), _is(bytes))
        return made

    def inspect(self, data: bytes) -> FileText:
        """See :class:`~disclosure_gate.redact.Format`."""
        found: FileText = self._made(self._reader.inspect, (data,), contract.file_text)
        return found

    def raw(self, data: bytes) -> list[bytes]:
        """See :class:`~disclosure_gate.redact.Format`."""
        return list(
            self._made(self._reader.raw, (data,), lambda value, where: contract.items(value, bytes, where))
        )


def _is(kind: type) -> Callable[[Any, str], Any]:
    def check(value: Any, where: str) -> Any:
        if not isinstance(value, kind):
            raise PluginError(
                "E-PLUGIN-CONTRACT", where=where, got=type(value).__name__, expected=kind.__name__
            )
        return value

    return check
