"""What a publisher is, and the one rule none can break: what is not for the public never goes to the web."""

from __future__ import annotations

from datetime import date
from typing import Protocol

from disclosure_gate.model.clearance import PublicItem
from disclosure_gate.model.determination import Audience, Channel
from disclosure_gate.model.frozen import Frozen

WEB_CHANNELS: frozenset[Channel] = frozenset(
    {"column", "gazette", "new_media", "press", "credit_system", "trading_platform"}
)
"""Channels anybody in the world can read: only ``public`` items may go there, whatever a publisher says."""


class Receipt(Frozen):
    """What the receiver did. ``stale``: it already knew this version or a newer one, and changed nothing."""

    key: str
    version: int
    outcome: str  # published | withdrawn | stale
    place: str = ""


class Publisher(Protocol):
    """Delivers to one kind of place. Called at least once per version, possibly late and out of order.

    A publish counts only if its version is newer than anything seen for the key; a withdrawal counts
    if its version is at least as new. So what arrives twice or late changes nothing (P9).
    """

    name: str
    channels: frozenset[Channel]
    audiences: frozenset[Audience]

    def publish(self, key: str, item: PublicItem, published_at: str) -> Receipt:
        """Make an item public.

        Raises:
            PublishError: it could not be delivered; it will be tried again.
        """
        ...

    def withdraw(self, key: str, version: int, reason: str, withdrawn_on: date) -> Receipt:
        """Take an item away; its reason may be shown.

        Raises:
            PublishError: it could not be delivered; it will be tried again.
        """
        ...


def serves(publisher: Publisher, channel: Channel, audience: Audience) -> bool:
    """Whether ``publisher`` may be handed an item of this audience for this channel."""
    if channel in WEB_CHANNELS and audience != "public":
        return False
    return channel in publisher.channels and audience in publisher.audiences
