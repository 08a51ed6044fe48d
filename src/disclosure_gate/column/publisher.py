"""What a publisher is, and the one rule none can break: what is not for the public never goes to the web."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Literal, Protocol, runtime_checkable

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
    outcome: Literal["published", "withdrawn", "stale"]
    place: str = ""


class Holding(Frozen):
    """What a receiver has for a key now. ``digest`` is taken from what really lies there, see ``PublicItem.digest``."""

    key: str
    version: int
    state: Literal["public", "withdrawn"]
    digest: str = ""
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


@runtime_checkable
class Settling(Protocol):
    """A publisher that makes things from many items, such as lists: brought up to date after a run of deliveries."""

    def settle(self) -> None:
        """Bring it up to date."""
        ...


@runtime_checkable
class Inspectable(Protocol):
    """A publisher that can tell what it holds, for ``column reconcile``."""

    def holdings(self) -> Iterator[Holding]:
        """Everything it knows, withdrawn keys included.

        Raises:
            PublishError: it cannot be asked now.
        """
        ...


def serves(publisher: Publisher, channel: Channel, audience: Audience) -> bool:
    """Whether ``publisher`` may be handed an item of this audience for this channel."""
    if channel in WEB_CHANNELS and audience != "public":
        return False
    return channel in publisher.channels and audience in publisher.audiences
