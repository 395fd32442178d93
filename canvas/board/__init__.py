"""The board: cards, wires, frames and notes, drawn over a Qt-free document. It shows and never edits."""
