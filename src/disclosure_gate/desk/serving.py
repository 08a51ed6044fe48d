"""The sidecar with the desk, in one application."""

from __future__ import annotations

from typing import Any

from flask import Flask

from disclosure_gate.desk.mounting import mount
from disclosure_gate.gate import Gate
from disclosure_gate.register.sessions import Lasting
from disclosure_gate.register.signing import SigningKeys
from disclosure_gate.service import create_app


def application(
    gate: Gate, signing: SigningKeys, *, https: bool = False, lasting: Lasting | None = None, **options: Any
) -> Flask:
    """The sidecar with the desk; ``options`` are those of the sidecar's :func:`create_app`."""
    app = create_app(gate, signing, **options)
    mount(app, https=https, lasting=lasting)
    return app
