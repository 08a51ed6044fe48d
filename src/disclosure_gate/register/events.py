"""What the register records."""

from __future__ import annotations

from enum import StrEnum


class Event(StrEnum):
    """Kinds of records."""

    CHECKED = "checked"  # a determination: digest of the content, facts, result, versions; never text
    CLEARED = "cleared"  # a decision of named people, the determination it rests on, the clearance
    DEPARTED = "departed"  # the status chosen differs from the one determined: what, why, who
    ISSUED = "issued"  # first issue, with the determination of the day and digests of the public copies
    REPLACED = "replaced"  # issued again with other content
    SCHEDULED = "scheduled"  # a date that publications waited for is known: the determination with their days
    WITHDRAWN = "withdrawn"  # taken back, by whom and with what public reason
    VALIDITY = (
        "validity"  # an issued document is amended, repealed, lapsed or in force again: by what, since when
    )
    # sent to its places anew, because they hold something else, or because what it tells of another has changed
    REDELIVERED = "redelivered"
