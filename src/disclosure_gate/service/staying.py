"""What stays as long as the process, or until the rulesets are read again: kept out of the garbage collector's way."""

from __future__ import annotations

import gc


def set_aside() -> None:
    """Let the collector pass over all there is now: looking through rules and modules stops every request and finds nothing.

    What was set aside before and is garbage meanwhile goes first.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()


def replaced() -> None:
    """Rulesets were read again: those of before are let go, and the new ones set aside in their place.

    A process that never set anything aside, such as one that has the application beside much else, is left as it is.
    """
    if gc.get_freeze_count():
        set_aside()
