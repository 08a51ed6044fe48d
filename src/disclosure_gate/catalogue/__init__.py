"""Standard catalogues: the rows of each domain."""

from disclosure_gate.catalogue.book import Catalogue, load
from disclosure_gate.catalogue.model import Row

__all__ = ["Catalogue", "Row", "load"]
