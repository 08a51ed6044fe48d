"""Making the public copy of a file, rebuilt and not overlaid, and proving it clean."""

from disclosure_gate.redact.copy import Masking, PublicCopy, left_out, masking, public_copy
from disclosure_gate.redact.formats import Format, format_of, formats
from disclosure_gate.redact.plain import PlainText

__all__ = [
    "Format",
    "Masking",
    "PlainText",
    "PublicCopy",
    "format_of",
    "formats",
    "left_out",
    "masking",
    "public_copy",
]
