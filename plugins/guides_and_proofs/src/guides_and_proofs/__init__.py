"""Service guides and lists of proofs: nothing may be asked that the guide does not name."""

from guides_and_proofs.guide import Demand, Guide, beyond, read_guide
from guides_and_proofs.plugin import GuidesAndProofs, plugin
from guides_and_proofs.proofs import ProofGap, proof_gaps

__all__ = [
    "Demand",
    "Guide",
    "GuidesAndProofs",
    "ProofGap",
    "beyond",
    "plugin",
    "proof_gaps",
    "read_guide",
]
