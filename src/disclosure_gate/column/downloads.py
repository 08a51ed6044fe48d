"""How a file is named when it is taken away."""

from __future__ import annotations

from urllib.parse import quote


def disposition(kind: str, name: str) -> str:
    """A Content-Disposition (RFC 6266): the name as it is, for who understands it, and one in ASCII for who does not."""
    ending = name.rpartition(".")[2]
    plain = f"file.{ending}" if ending.isascii() and ending.isalnum() else "file"
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
