"""What a publisher is held to: whatever arrives twice, late or out of order changes nothing (P9)."""

from __future__ import annotations

from datetime import date

from disclosure_gate.column.publisher import Publisher, Receipt
from disclosure_gate.model.clearance import PublicItem
from disclosure_gate.model.determination import Audience, Channel, Publication, Status
from disclosure_gate.model.errors import Flaw
from disclosure_gate.plugins import contract

_ON = date(2026, 11, 24)


def check_publisher(publisher: Publisher, plugin: str = "plugin") -> list[Flaw]:
    """Have ``publisher`` deliver one item in all orders that happen, and say what is wrong.

    It really delivers: hand it one that delivers to a folder or a server of the test's own.
    """
    contract.publishers([publisher], plugin)
    where = f"{plugin}.dg_publishers ({publisher.name})"
    channel, audience = min(publisher.channels), min(publisher.audiences)
    steps = [
        ("publish", 1, "published"), ("publish", 1, "stale"), ("publish", 3, "published"), ("publish", 2, "stale"),
        ("withdraw", 2, "stale"), ("withdraw", 3, "withdrawn"), ("withdraw", 3, "stale"), ("publish", 3, "stale"),
        ("publish", 1, "stale"), ("publish", 4, "published"), ("withdraw", 4, "withdrawn"),
    ]  # fmt: skip
    flaws = []
    for number, (action, version, expected) in enumerate(steps):
        item = _item(version, channel, audience)
        key = item.key(channel)
        try:
            receipt: object = (
                publisher.publish(key, item, "2026-11-24 09:00")
                if action == "publish"
                else publisher.withdraw(key, version, "更正", _ON)
            )
        except Exception as error:  # noqa: BLE001  whatever a publisher raises is told
            flaws.append(
                Flaw("E-PLUGIN-RAISED", where, got=type(error).__name__, expected=f"{action} {version}")
            )
            continue
        told = ", ".join(f"{done} {of}" for done, of, _ in steps[: number + 1])
        if not isinstance(receipt, Receipt) or receipt.key != key:
            flaws.append(
                Flaw(
                    "E-PLUGIN-CONTRACT",
                    where,
                    got=type(receipt).__name__,
                    expected="a Receipt with the item's key",
                )
            )
        elif receipt.outcome != expected:
            flaws.append(
                Flaw("E-PLUGIN-DELIVERY", where, got=receipt.outcome, expected=f"{expected} after: {told}")
            )
    return flaws


def _item(version: int, channel: Channel, audience: Audience) -> PublicItem:
    return PublicItem(
        document_id="probe",
        version=version,
        title="关于供热的公告",
        kind="公告",
        number="景政发〔2026〕1号",
        issuer="景明区人民政府办公室",
        domain=None,
        status=Status.PROACTIVE,
        issued_on=_ON,
        label="主动公开",
        text=f"第{version}版正文。",
        publication=Publication(audience=audience, channels=(channel,)),
    )
