"""Budget workbooks: the required tables present, empty ones explained, sums and cross-foots right."""

from budget_tables.checks import Issue, adds_up, check
from budget_tables.plugin import BudgetTables, plugin, sheets_of
from budget_tables.sheets import Sheet, amount, sheet

__all__ = ["BudgetTables", "Issue", "Sheet", "adds_up", "amount", "check", "plugin", "sheet", "sheets_of"]
