"""The style sheet in parts. ``@surface.panel`` is a colour, ``{6}`` six pixels at 100 %,
``{26-4}`` the same less the edges, which do not grow. A theme fills them in."""

import re
from pathlib import Path

from canvas.theme import Theme

WINDOW = """
QMainWindow, QDialog, QMessageBox { background: @surface.panel; }
QMainWindow::separator { background: @surface.panel; width: {4}; height: {4}; }
QMainWindow::separator:horizontal { border-top: 1px solid @border.subtle; }
QMainWindow::separator:vertical { border-left: 1px solid @border.subtle; }
QMainWindow::separator:hover { background: @accent.base; }
QDockWidget { color: @text.primary; font-weight: 600; }
QDockWidget::title { background: @surface.panel; border-bottom: 1px solid @border.subtle; text-align: left;
    padding: {8} {12}; }
QSplitter::handle { background: @border.subtle; }
QSplitter::handle:horizontal { width: {3}; }
QSplitter::handle:vertical { height: {3}; }
QSplitter::handle:hover { background: @accent.base; }
QStatusBar { background: @surface.panel; border-top: 1px solid @border.subtle; color: @text.secondary;
    font-size: {11}; min-height: {23}; }
QStatusBar::item { border: 0; }
QSizeGrip { background: transparent; width: {10}; height: {10}; }
QToolTip { background: @surface.raised; color: @text.primary; border: 1px solid @border.default; padding: {4} {7};
    font-size: {12}; }
QGroupBox { border: 0; border-top: 1px solid @border.subtle; margin-top: {10}; padding-top: {18}; font-weight: 600; }
QGroupBox::title { subcontrol-origin: margin; subcontrol-position: top left; padding: {14} 0 0 0; }
QFrame[frameShape="4"], QFrame[frameShape="5"] { color: @border.subtle; }
"""
MENUS = """
QMenuBar { background: @surface.panel; color: @text.secondary; border: 0; padding: 0; spacing: 0; }
QMenuBar::item { background: transparent; padding: {4} {8}; margin: {6} 0; border-radius: {5}; }
QMenuBar::item:selected, QMenuBar::item:pressed { background: @raised; color: @text.primary; }
QMenuBar::item:disabled { color: @border.strong; }
QMenu { background: @surface.raised; color: @text.primary; border: 1px solid @border.default; padding: {4}; }
QMenu[round="true"] { border-radius: {6}; }
QMenu::item { padding: {5} {20} {5} {10}; margin: 0; border-radius: {4}; min-height: {16}; }
QMenu::item:selected { background: @accent.fill; color: @accent.on_fill; }
QMenu::item:disabled { color: @text.tertiary; background: transparent; }
QMenu::icon { padding-left: {8}; }
QMenu::separator { height: 1px; background: @border.default; margin: {4} {6}; }
QMenu::indicator { width: {14}; height: {14}; margin-left: {6}; }
QMenu::right-arrow { width: {12}; height: {12}; margin-right: {4}; }
"""
BARS = """
QToolBar { background: @surface.panel; border: 0; border-bottom: 1px solid @border.subtle; padding: 0 {6};
    spacing: {4}; }
QToolBar::separator { background: @border.default; width: 1px; height: 1px; margin: {10} {6}; }
QToolBar::handle { image: none; width: 0; }
QTabWidget::pane { border: 0; border-top: 1px solid @border.subtle; }
QTabBar { background: @surface.panel; border: 0; qproperty-drawBase: 0; font-weight: 500; }
QTabBar::tab { background: transparent; color: @text.secondary; padding: 0 {12}; height: {34}; border: 0;
    border-left: 1px solid transparent; border-right: 1px solid transparent; border-top: 2px solid transparent; }
QTabBar::tab:hover { color: @text.primary; }
QTabBar::tab:selected { background: @surface.board; color: @text.primary; border-left: 1px solid @border.subtle;
    border-right: 1px solid @border.subtle; border-top: 2px solid @accent.base; }
QTabBar::tab:focus { border-top: 2px solid @border.focus; color: @text.primary; }
QTabBar::tear { width: 0; }
QTabBar QToolButton { background: @surface.panel; border: 0; }
QScrollBar { background: transparent; border: 0; margin: 0; }
QScrollBar:vertical { width: {10}; }
QScrollBar:horizontal { height: {10}; }
QScrollBar::handle { background: @border.default; border-radius: {3}; margin: {2}; }
QScrollBar::handle:vertical { min-height: {28}; }
QScrollBar::handle:horizontal { min-width: {28}; }
QScrollBar::handle:hover, QScrollBar::handle:pressed { background: @border.strong; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; border: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QAbstractScrollArea::corner { background: transparent; border: 0; }
"""
VIEWS = """
QScrollArea, QScrollArea > QWidget > QWidget#page { background: @surface.panel; border: 0; }
QListView, QTreeView, QTableView { background: @surface.panel; color: @text.primary; border: 2px solid transparent;
    outline: 0; alternate-background-color: @surface.card; gridline-color: @border.subtle; show-decoration-selected: 1;
    selection-background-color: @chosen; selection-color: @chosen.ink; }
QListView:focus, QTreeView:focus, QTableView:focus { border: 2px solid @border.focus; border-radius: {4}; }
QListView::item, QTreeView::item { min-height: {26}; padding: 0 {6}; border: 1px solid transparent; }
QTableView::item { padding: 0 {6}; border: 0; }
QListView::item:hover, QTreeView::item:hover { background: @raised; }
QListView::item:selected, QTreeView::item:selected, QTableView::item:selected { background: @chosen;
    color: @chosen.ink; }
QListView::item:selected:active, QTreeView::item:selected:active { border: 1px solid @accent.base;
    border-radius: {4}; }
QTreeView::branch { background: transparent; }
QHeaderView { background: @surface.panel; border: 0; }
QHeaderView::section { background: @surface.panel; color: @text.secondary; border: 0;
    border-bottom: 1px solid @border.subtle; padding: {5} {8}; font-weight: 600; font-size: {11}; }
QTableCornerButton::section { background: @surface.panel; border: 0; border-bottom: 1px solid @border.subtle; }
"""
FIELDS = """
QLineEdit, QAbstractSpinBox, QComboBox { background: @surface.well; color: @text.primary;
    border: 1px solid @border.default; border-radius: {5}; padding: 1px {7}; min-height: {26-4};
    placeholder-text-color: @text.tertiary;
    selection-background-color: @accent.fill; selection-color: @accent.on_fill; }
QTextEdit, QPlainTextEdit, QTextBrowser { background: @surface.well; color: @text.primary;
    border: 1px solid @border.default; border-radius: {5}; padding: {5};
    selection-background-color: @accent.fill; selection-color: @accent.on_fill; }
QLineEdit:hover, QAbstractSpinBox:hover, QComboBox:hover, QTextEdit:hover, QPlainTextEdit:hover {
    border-color: @border.strong; }
QLineEdit:focus, QAbstractSpinBox:focus, QComboBox:focus { border: 2px solid @border.focus; padding: 0 {6.5}; }
QTextEdit:focus, QPlainTextEdit:focus { border: 2px solid @border.focus; padding: {4}; }
QLineEdit:disabled, QAbstractSpinBox:disabled, QComboBox:disabled, QTextEdit:disabled, QPlainTextEdit:disabled {
    color: @border.strong; background: @surface.panel; border-color: @border.subtle; }
QLineEdit[wrong="true"] { border: 1px solid @semantic.error; }
QTableView QLineEdit, QTreeView QLineEdit, QListView QLineEdit { border-radius: 0; padding: 0 {4}; min-height: 0; }
QAbstractSpinBox QLineEdit { border: 0; padding: 0; min-height: 0; background: transparent; }
QComboBox QLineEdit { border: 0; padding: 0; min-height: 0; background: transparent; }
QComboBox { font-size: {12}; }
QComboBox::drop-down { border: 0; width: {22}; }
QComboBox QAbstractItemView { background: @surface.raised; color: @text.primary; border: 1px solid @border.default;
    border-radius: 0; padding: {3}; outline: 0; selection-background-color: @accent.fill;
    selection-color: @accent.on_fill; }
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button { border: 0; width: {18}; background: transparent; }
QAbstractSpinBox::up-button { subcontrol-position: top right; }
QAbstractSpinBox::down-button { subcontrol-position: bottom right; }
QAbstractSpinBox::up-button:hover, QAbstractSpinBox::down-button:hover { background: @raised; }
QCheckBox, QRadioButton { color: @text.primary; spacing: {8}; border: 2px solid transparent; border-radius: {5};
    padding: {2} {6} {2} {2}; min-height: {18}; background: transparent; }
QCheckBox:focus, QRadioButton:focus { border: 2px solid @border.focus; }
QCheckBox:disabled, QRadioButton:disabled { color: @border.strong; }
QCheckBox::indicator, QRadioButton::indicator, QListView::indicator, QTreeView::indicator, QTableView::indicator {
    width: {14}; height: {14}; border: 1px solid @border.strong; background: @surface.well; border-radius: {4}; }
QRadioButton::indicator { border-radius: {8}; }
QCheckBox::indicator:checked, QRadioButton::indicator:checked, QCheckBox::indicator:indeterminate,
QListView::indicator:checked, QTreeView::indicator:checked, QTableView::indicator:checked {
    background: @accent.fill; border: 1px solid @accent.fill; }
QCheckBox::indicator:disabled, QRadioButton::indicator:disabled { border-color: @border.default; }
QSlider::groove:horizontal { height: {4}; background: @border.default; border-radius: {2}; }
QSlider::sub-page:horizontal { background: @accent.base; border-radius: {2}; }
QSlider::handle:horizontal { background: @text.primary; width: {12}; height: {12}; margin: -{4} 0;
    border-radius: {6}; }
QSlider:focus { border: 2px solid @border.focus; border-radius: {5}; }
QProgressBar { background: @border.default; border: 0; border-radius: {1.5}; max-height: {3}; text-align: center;
    color: transparent; }
QProgressBar::chunk { background: @accent.base; border-radius: {1.5}; }
"""
BUTTONS = """
QPushButton { background: @surface.raised; color: @text.primary; border: 1px solid @edge; border-radius: {5};
    padding: 0 {10}; min-height: {28-2}; min-width: {40}; font-weight: 500; }
QPushButton:hover { border-color: @border.strong; }
QPushButton:pressed { background: @surface.card; }
QPushButton:default, QPushButton[kind="primary"] { background: @accent.fill; color: @accent.on_fill;
    border-color: @accent.fill; }
QPushButton[kind="ghost"], QPushButton:flat { background: transparent; border: 1px solid @border.default; }
QPushButton[kind="pay"] { background: @money_button.fill; color: @money_button.on_fill;
    border-color: @money_button.fill; font-weight: 600; }
QPushButton:focus { border: 2px solid @border.focus; padding: 0 {9}; min-height: {28-4}; }
QPushButton:disabled { background: transparent; color: @border.strong; border-color: @border.subtle; }
QPushButton::menu-indicator { width: 0; }
QDialogButtonBox { dialogbuttonbox-buttons-have-icons: 0; }
QToolButton { background: transparent; color: @text.secondary; border: 2px solid transparent; border-radius: {5};
    padding: {2}; }
QToolButton:hover, QToolButton:pressed { background: @raised; color: @text.primary; }
QToolButton:checked { background: @raised; color: @text.primary; }
QToolButton:focus { border: 2px solid @border.focus; }
QToolButton:disabled { color: @border.strong; }
QToolButton::menu-indicator { width: 0; }
"""
MARKS = """
QComboBox::down-arrow { image: url(@marks/chevron-down-quiet.svg); width: {14}; height: {14}; }
QComboBox::down-arrow:disabled { image: url(@marks/chevron-down-pale.svg); }
QAbstractSpinBox::up-arrow { image: url(@marks/chevron-up-quiet.svg); width: {10}; height: {10}; }
QAbstractSpinBox::down-arrow { image: url(@marks/chevron-down-quiet.svg); width: {10}; height: {10}; }
QMenu::right-arrow { image: url(@marks/chevron-right-quiet.svg); }
QMenu::indicator:checked { image: url(@marks/check-quiet.svg); }
QMenu::indicator:checked:selected { image: url(@marks/check-on.svg); }
QMenu::indicator:unchecked { image: none; }
QCheckBox::indicator:checked, QListView::indicator:checked, QTreeView::indicator:checked,
QTableView::indicator:checked { image: url(@marks/check-on.svg); }
QCheckBox::indicator:indeterminate { image: url(@marks/dash-on.svg); }
QRadioButton::indicator:checked { image: url(@marks/dot-on.svg); }
QTreeView::branch:has-children:closed { image: url(@marks/chevron-right-quiet.svg); }
QTreeView::branch:has-children:open { image: url(@marks/chevron-down-quiet.svg); }
QTabBar::close-button { image: url(@marks/close-quiet.svg); subcontrol-position: right; border-radius: {4};
    width: {14}; height: {14}; }
QTabBar::close-button:hover { background: @raised; }
QLineEdit QToolButton { border: 0; padding: 0; }
"""


class Names:
    """What names in a style sheet stand for, under one theme."""

    def __init__(self, theme: Theme, marks: Path | None) -> None:
        self.theme = theme
        dark = theme.mode == "dark"
        self.special = {
            # A quiet fill under the mouse; white on a light panel would not show.
            "raised": "accent.tint" if theme.contrast else "surface.raised" if dark else "surface.board",
            # Tints go with high contrast.
            "chosen": "accent.fill" if theme.contrast else "accent.tint",
            "chosen.ink": "accent.on_fill" if theme.contrast else "text.primary",
            "edge": "border.default" if theme.contrast or not dark else "surface.raised",
        }
        self.marks = marks.as_posix() if marks is not None else ""

    def colour(self, name: str) -> str:
        if name == "marks":
            return self.marks
        return self.theme.colour(self.special.get(name, name)).name()

    def length(self, pixels: str, less: str = "") -> str:
        return f"{max(1, round(self.theme.px(float(pixels)))) - int(less or 0)}px"


def filled(text: str, names: Names) -> str:
    """A style sheet with the names filled in."""
    text = re.sub(r"@([a-z_]+(?:\.[a-z_]+)?)", lambda found: names.colour(found[1]), text)
    return re.sub(r"\{(\d+(?:\.\d+)?)(?:-(\d+))?\}", lambda found: names.length(found[1], found[2]), text)
