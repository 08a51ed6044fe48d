"""Hooks, and the manager that calls them."""

from disclosure_gate.plugins.hookspecs import hookimpl

__all__ = ["hookimpl"]
