"""The look as data: colours, sizes and fonts by the names of ``resources/themes/ajar.toml``, and icons."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication, QIcon, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer

Mode = Literal["dark", "light"]
RESOURCES = Path(__file__).resolve().parent.parent / "resources"
FONTS = ("Inter-Regular.ttf", "Inter-Medium.ttf", "Inter-SemiBold.ttf", "JetBrainsMono-Regular.ttf")
WEIGHTS = {"text": QFont.Weight.Normal, "label": QFont.Weight.Medium, "title": QFont.Weight.DemiBold}
SMALL_ICON = 16
"""Up to this size the lines of an icon are drawn a little thicker."""


def load_fonts() -> None:
    """Make the fonts that come with Ajar known to Qt. Once, after the application was made."""
    for name in FONTS:
        QFontDatabase.addApplicationFont(str(RESOURCES / "fonts" / name))


def system_mode() -> Mode:
    """What the system is set to."""
    dark = QGuiApplication.styleHints().colorScheme() != Qt.ColorScheme.Light
    return "dark" if dark else "light"


class Theme:
    """One look: dark or light, with texts at 100 to 200 %. Replaced as a whole when the person chooses another."""

    def __init__(self, mode: Mode = "dark", text: float = 1.0, *, contrast: bool = False, motion: bool = True) -> None:
        self.mode = mode
        self.text = min(max(text, 1.0), 2.0)
        self.contrast = contrast
        self.motion = motion
        """False: nothing moves that need not."""
        data = tomllib.loads((RESOURCES / "themes" / "ajar.toml").read_text("utf-8"))
        self._shared: Mapping[str, Any] = data
        self._own: Mapping[str, Any] = data[mode]
        self._colours: dict[str, QColor] = {}
        self._fonts: dict[tuple[str, str], QFont] = {}
        self._icons: dict[tuple[str, float, str, float], QPixmap] = {}

    def colour(self, name: str) -> QColor:
        """A colour by its dotted name: ``surface.card``, ``wire.image``, ``category.edit.header``. KeyError: none."""
        found = self._colours.get(name)
        if found is None:
            part: Any = self._own
            for key in name.split("."):
                part = part[key]
            found = self._colours[name] = _colour(self._strong(name, str(part)))
        return found

    def size(self, name: str) -> int:
        """A length in pixels by its dotted name, such as ``node.header`` or ``size.control``; grows with the text."""
        section, _, key = name.partition(".")
        return round(float(self._shared[section][key]) * self.text)

    def value(self, name: str) -> Any:
        """Anything else of the shared tokens, as it is written there."""
        part: Any = self._shared
        for key in name.split("."):
            part = part[key]
        return part

    def px(self, length: float) -> float:
        """A length that grows with the text."""
        return length * self.text

    def font(self, role: str = "body", weight: str = "text", *, mono: bool = False) -> QFont:
        """``caption body prompt section title page figure`` in the weight ``text label title``; figures in columns."""
        key = (f"{role}/{'mono' if mono else 'ui'}", weight)
        if key not in self._fonts:
            font = QFont(list(self._shared["type"]["mono" if mono else "ui"]))
            font.setPixelSize(round(self._shared["type"][role]["size"] * self.text))
            font.setWeight(WEIGHTS[weight])
            font.setFeature(QFont.Tag("tnum"), 1)
            font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
            self._fonts[key] = font
        return self._fonts[key]

    def icon(self, name: str, size: float = 16, colour: str = "text.secondary", ratio: float = 0.0) -> QPixmap:
        """An icon as a pixmap of ``size`` points; ``colour`` is a name or #rrggbb. Unknown names give ``model``."""
        ratio = ratio or (QGuiApplication.primaryScreen().devicePixelRatio() if QGuiApplication.primaryScreen() else 1)
        ink = QColor(colour) if colour.startswith("#") else self.colour(colour)
        key = (name, size, ink.name(QColor.NameFormat.HexArgb), ratio)
        if key not in self._icons:
            self._icons[key] = _drawn(name, size, ink, ratio)
        return self._icons[key]

    def qicon(self, name: str, size: int = 16, colour: str = "text.secondary") -> QIcon:
        """An icon for buttons and actions, pale where they are disabled."""
        icon = QIcon(self.icon(name, size, colour))
        icon.addPixmap(self.icon(name, size, "border.strong"), QIcon.Mode.Disabled)
        return icon

    def palette(self) -> QPalette:
        """The colours for ordinary Qt widgets."""
        palette = QPalette()
        roles = {
            QPalette.ColorRole.Window: "surface.panel", QPalette.ColorRole.Base: "surface.well",
            QPalette.ColorRole.AlternateBase: "surface.card", QPalette.ColorRole.Button: "surface.raised",
            QPalette.ColorRole.ToolTipBase: "surface.raised", QPalette.ColorRole.ToolTipText: "text.primary",
            QPalette.ColorRole.WindowText: "text.primary", QPalette.ColorRole.Text: "text.primary",
            QPalette.ColorRole.ButtonText: "text.primary", QPalette.ColorRole.BrightText: "semantic.error",
            QPalette.ColorRole.PlaceholderText: "text.tertiary", QPalette.ColorRole.Highlight: "accent.fill",
            QPalette.ColorRole.HighlightedText: "accent.on_fill", QPalette.ColorRole.Link: "accent.base",
            QPalette.ColorRole.Mid: "border.default", QPalette.ColorRole.Dark: "border.subtle",
            QPalette.ColorRole.Light: "border.strong", QPalette.ColorRole.Accent: "accent.fill",
        }
        for role, name in roles.items():
            palette.setColor(role, self.colour(name))
        for role in (QPalette.ColorRole.WindowText, QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText):
            palette.setColor(QPalette.ColorGroup.Disabled, role, self.colour("border.strong"))
        return palette

    def _strong(self, name: str, text: str) -> str:
        """With high contrast, surfaces go to black or white and borders to the colour of text."""
        if not self.contrast:
            return text
        dark = self.mode == "dark"
        if name.startswith("surface."):
            return "#000000" if dark else "#FFFFFF"
        if name.startswith("border.") and name != "border.focus":
            return "#FFFFFF" if dark else "#000000"
        if name.startswith("text."):
            return "#FFFFFF" if dark else "#000000"
        return text


def _colour(text: str) -> QColor:
    """#RRGGBB, or #RRGGBBAA as the tokens write it."""
    if len(text) == 9:
        colour = QColor(text[:7])
        colour.setAlpha(int(text[7:], 16))
        return colour
    return QColor(text)


def _drawn(name: str, size: float, ink: QColor, ratio: float) -> QPixmap:
    file = RESOURCES / "icons" / f"{name}.svg"
    if not file.is_file():
        file = RESOURCES / "icons" / "model.svg"
    text = file.read_text("utf-8").replace("currentColor", ink.name())
    if size <= SMALL_ICON:
        text = text.replace('stroke-width="1.5"', 'stroke-width="1.75"')
    pixmap = QPixmap(QSize(round(size * ratio), round(size * ratio)))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setOpacity(ink.alphaF())
    QSvgRenderer(QByteArray(text.encode())).render(painter, QRectF(0, 0, size, size))
    painter.end()
    return pixmap
