"""What is said: documents, determinations, findings, clearances, errors. Imports nothing of ours."""

from disclosure_gate.model.clearance import (
    Clearance,
    Decision,
    IssueReceipt,
    PublicItem,
    RegisterEntry,
    Withdrawal,
)
from disclosure_gate.model.content import Blob, Content
from disclosure_gate.model.determination import Determination, Explanation, Status
from disclosure_gate.model.document import Document, File, Issuer
from disclosure_gate.model.errors import (
    ClearanceRefused,
    ContentExposed,
    Flaw,
    GateError,
    InputError,
    IssueRefused,
    NotReady,
    PluginError,
    PublishError,
    RegisterError,
    RulesetError,
    UnreadableError,
)  # fmt: skip

__all__ = [
    "Blob", "Clearance", "ClearanceRefused", "Content", "ContentExposed", "Decision", "Determination",
    "Document", "Explanation", "File", "Flaw", "GateError", "InputError", "IssueReceipt", "IssueRefused",
    "Issuer", "NotReady", "PluginError", "PublicItem", "PublishError", "RegisterEntry", "RegisterError",
    "RulesetError", "Status", "UnreadableError", "Withdrawal",
]  # fmt: skip
