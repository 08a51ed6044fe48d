"""A table as cells, wherever it came from: a sheet of a workbook or a table of a Word file."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Area:
    """Cells merged into one: rows and columns from 0, both ends inclusive."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True, slots=True)
class Grid:
    """A table. ``rows`` are texts, merged cells with their text in the first cell only; of a hidden sheet none are read."""

    name: str
    rows: tuple[tuple[str, ...], ...] = field(repr=False)
    areas: tuple[Area, ...] = ()
    hidden: bool = False

    def place(self, row: int, column: int) -> str:
        """A cell's name as office programs show it: 表1!C12."""
        letters = ""
        number = column + 1
        while number:
            number, rest = divmod(number - 1, 26)
            letters = chr(65 + rest) + letters
        return f"{self.name}!{letters}{row + 1}"

    def filled(self) -> list[list[str]]:
        """All cells, the text of merged ones in each of them; every row as long as the longest."""
        width = max((len(row) for row in self.rows), default=0)
        cells = [[*row, *[""] * (width - len(row))] for row in self.rows]
        for area in self.areas:
            text = cells[area.top][area.left] if area.top < len(cells) and area.left < width else ""
            for row in range(area.top, min(area.bottom + 1, len(cells))):
                for column in range(area.left, min(area.right + 1, width)):
                    cells[row][column] = text
        return cells
