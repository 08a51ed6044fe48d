"""Whatever is cut out of papers and put together is scanned, and what is found lies in it."""

from __future__ import annotations

import sys
from itertools import pairwise
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parent.parent / "corpus"))
import corpus
from disclosure_gate.detect import Scanner, built_in_detectors
from disclosure_gate.model.findings import Reading

_SCANNER = Scanner(built_in_detectors())
# Read by the worker that needs them, and not by each when it collects the tests.
_CUTS = st.deferred(
    lambda: st.builds(
        lambda text, begin, size: text[begin % len(text) :][:size],
        st.sampled_from([each.text for each in (*corpus.written(), *corpus.running())]),
        st.integers(0, 10_000),
        st.integers(1, 80),
    )
)


@settings(max_examples=150, deadline=None)
@given(
    cuts=st.lists(_CUTS, min_size=1, max_size=5),
    joint=st.sampled_from(["", "\n", " ", "\t", "、", "|"]),
    spread=st.booleans(),
)
def test_any_text_is_scanned(cuts: list[str], joint: str, *, spread: bool) -> None:
    text = joint.join(cuts)
    text = " ".join(text) if spread else text
    spans = _SCANNER.scan(Reading((("text", text),))).spans
    assert all(0 <= each.start < each.end <= len(text) for each in spans)
    assert all(one.end <= other.start for one, other in pairwise(spans))
