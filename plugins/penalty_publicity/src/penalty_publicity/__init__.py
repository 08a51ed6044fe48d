"""Publicity of administrative penalties."""

from penalty_publicity.plugin import PenaltyPublicity, plugin
from penalty_publicity.showing import Weight, stop_on, withdraw_by, withdrawal_notice

__all__ = ["PenaltyPublicity", "Weight", "plugin", "stop_on", "withdraw_by", "withdrawal_notice"]
