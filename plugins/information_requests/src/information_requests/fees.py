"""信息处理费 (国办函〔2020〕109号): by item or by volume, never both, each amount for what exceeds the step below it."""

from __future__ import annotations

from itertools import pairwise

_FREE_ITEMS, _ITEM_STEP, _ITEM_RATE, _FIRST_STEP_ENDS = 10, 10, 100, 30
_PAGE_STEPS = ((0, 0), (30, 10), (100, 20), (200, 40))  # beyond so many pages, yuan a page


def fee_by_items(items: int, before: int = 0) -> int:
    """Yuan for ``items`` requests of one applicant in a month in which there were ``before`` already.

    Up to 10 a month free; the 11th to 30th 100 yuan each; from the 31st, each further ten cost 100 yuan more each.

    Raises:
        ValueError: a number is negative.
    """
    if items < 0 or before < 0:
        raise ValueError("numbers of requests are not negative")
    return _total_items(before + items) - _total_items(before)


def fee_by_pages(pages: int) -> int:
    """Yuan for one request of so many pages: 30 free, then 10, from the 101st 20, from the 201st 40 a page.

    Raises:
        ValueError: the number is negative.
    """
    if pages < 0:
        raise ValueError("a number of pages is not negative")
    steps = [*_PAGE_STEPS, (pages, 0)]
    return sum(max(0, min(pages, last) - first) * rate for (first, rate), (last, _) in pairwise(steps))


def _total_items(count: int) -> int:
    return sum(_rate(number) for number in range(_FREE_ITEMS + 1, count + 1))


def _rate(number: int) -> int:
    """Yuan for the ``number``-th request of a month."""
    if number <= _FREE_ITEMS:
        return 0
    if number <= _FIRST_STEP_ENDS:
        return _ITEM_RATE
    return _ITEM_RATE * (2 + (number - _FIRST_STEP_ENDS - 1) // _ITEM_STEP)
