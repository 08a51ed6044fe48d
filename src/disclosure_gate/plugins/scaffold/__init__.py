"""``disclosure-gate plugin new``: a package that installs and passes its own tests at once."""

from disclosure_gate.plugins.scaffold.writing import PARTS, Wanted, checked_name, write

__all__ = ["PARTS", "Wanted", "checked_name", "write"]
