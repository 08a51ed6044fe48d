"""The sidecar: the gate over HTTP."""

from disclosure_gate.service.app import create_app
from disclosure_gate.service.openapi import document as openapi_document

__all__ = ["create_app", "openapi_document"]
