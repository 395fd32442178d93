"""What the window itself can do, as rows; what hands do on the board comes from ``canvas.hands``."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING

from canvas.actions import Action
from canvas.docks import Dock
from canvas.hands.context import Context, Verb

if TYPE_CHECKING:
    from canvas.window import Window


def rows(window: "Window") -> list[Action]:
    """All actions of the window, in the order of its menus."""
    return [*_file(window), *_edit(window), *_board(window), *_run(window), *_view(window), *_help(window)]


def from_verb(verb: Verb, context: Callable[[], Context | None]) -> Action:
    """A verb of the board as an action of the window: it acts on the board in front."""

    def run() -> object:
        found = context()
        return verb.run(found) if found is not None else None

    def enabled() -> bool:
        found = context()
        return found is not None and verb.enabled(found)

    def checked() -> bool:
        found = context()
        return found is not None and verb.checked is not None and verb.checked(found)

    return Action(
        verb.id, verb.title, verb.group, run, verb.icon, verb.keys, enabled, checked if verb.checked else None,
        board=True, section=verb.section, listed=verb.listed,
    )


def key(*names: str) -> dict[str, tuple[str, ...]]:
    return {"Default": names}


def _file(window: "Window") -> Iterable[Action]:
    files, desk = window.files, window.desk
    front = window.has_front
    yield Action("new", "New", "File", files.new, "plus", key("Ctrl+N"), section="open")
    yield Action("open", "Open…", "File", files.choose, "folder", key("Ctrl+O"), section="open")
    yield Action("templates", "Templates", "File", lambda: window.sides.library.call("templates"), "template",
                 section="open")
    yield Action("save", "Save", "File", lambda: window.with_front(files.save), "save", key("Ctrl+S"), front,
                 section="save")
    yield Action("save_as", "Save as…", "File", lambda: window.with_front(files.save_as), "", key("Ctrl+Shift+S"),
                 front, section="save")
    yield Action("bundle", "Pack a bundle…", "File", lambda: window.with_front(files.packed.ask), "export", {}, front,
                 section="save")
    yield Action("reveal", "Show in folder", "File", window.reveal, "folder", {},
                 lambda: desk.front is not None and desk.front.path is not None, section="save")
    yield Action("verify", "Verify a file…", "File", window.panels.gallery.deeds.verify_any, "shield", {},
                 section="save")
    yield Action("close", "Close", "File", lambda: window.with_front(files.close), "close", key("Ctrl+W"), front,
                 section="leave")
    yield Action("preferences", "Preferences…", "File", window.open_preferences, "settings", key("Ctrl+,"),
                 section="leave")
    yield Action("api_keys", "API keys…", "File", lambda: window.open_preferences("accounts"), "key", {},
                 section="leave")
    yield Action("quit", "Quit", "File", window.close, "", key("Ctrl+Q"), section="leave")


def _edit(window: "Window") -> Iterable[Action]:
    desk = window.desk
    yield Action("undo", "Undo", "Edit", lambda: window.step(back=True), "undo", key("Ctrl+Z"),
                 lambda: desk.front is not None and bool(desk.front.history.past), section="undo")
    yield Action("redo", "Redo", "Edit", lambda: window.step(back=False), "redo", key("Ctrl+Shift+Z", "Ctrl+Y"),
                 lambda: desk.front is not None and bool(desk.front.history.future), section="undo")


def _board(window: "Window") -> Iterable[Action]:
    return [from_verb(verb, window.context) for verb in window.verbs]


def _run(window: "Window") -> Iterable[Action]:
    runner, front = window.runner, window.has_front

    def selected() -> bool:
        document = window.desk.front
        return document is not None and bool(document.selected_nodes)

    yield Action("run", "Run", "Run", window.run, "run", key("Ctrl+Return", "Ctrl+Enter"), front, section="run")
    yield Action("run_selected", "Run selected, up to here", "Run", lambda: window.run(selected=True), "run",
                 key("Ctrl+Shift+Return", "Ctrl+Shift+Enter"), selected, section="run")
    yield Action("run_front", "Run before all others", "Run", lambda: window.run(front=True), "",
                 key("Ctrl+Alt+Return", "Ctrl+Alt+Enter"), front, section="run")
    yield Action("more", "4 more takes", "Run", window.more, "dice",
                 {**key("Ctrl+M"), "Comfy-like": ("Ctrl+Shift+M",)}, front,
                 section="run")
    yield Action("final.add", "Add a final…", "Run", window.casting.final, "final", key("Ctrl+Alt+F"),
                 lambda: window.casting.can(window.desk.front), section="stage")
    yield Action("model.replace", "Replace with…", "Run", window.casting.replace, "swap", key("Ctrl+Alt+R"),
                 lambda: window.casting.can(window.desk.front), section="stage")
    yield Action("stop", "Stop", "Run", runner.stop, "stop", key("Ctrl+."), lambda: runner.busy, section="stop")
    yield Action("pause", "Pause the queue", "Run", lambda: runner.pause(not runner.paused), "pause", {},
                 checked=lambda: runner.paused, section="stop")
    yield Action("draft", "Stage: draft", "Run", lambda: window.set_stage("draft"), "draft", {},
                 checked=lambda: window.stage == "draft", section="stage")
    yield Action("final", "Stage: final", "Run", lambda: window.set_stage("final"), "final", {},
                 checked=lambda: window.stage == "final", section="stage")


def _view(window: "Window") -> Iterable[Action]:
    sides = window.sides
    docks = (
        ("library", "Library", sides.library, "template", "Ctrl+1", "library"),
        ("inspector", "Inspector", sides.inspector, "settings", "Ctrl+2", None),
        ("takes", "Takes", sides.takes, "takes", "Ctrl+3", None),
        ("queue", "Queue", sides.work, "queue", "Ctrl+4", "queue"),
        ("viewer", "Viewer", sides.viewer, "eye", "Ctrl+5", None),
    )
    for id_, title, dock, icon, keys, page in docks:
        yield Action(id_, title, "View", partial(sides.toggle, dock, page), icon, key(keys),
                     checked=partial(_in_sight, dock), section="panels")
    yield Action("viewer_tab", "Viewer in a tab", "View", window.tabs.open_viewer, "compare", key("Ctrl+Shift+5"),
                 section="panels")
    yield Action("problems", "Problems", "View", lambda: sides.work.call("problems"), "warn", key("Ctrl+6"),
                 section="panels")
    yield Action("paid_work", "Paid work", "View", sides.call_paid, "ledger", key("Ctrl+8"),
                 section="panels")
    yield Action("models", "Models", "View", window.tabs.open_models, "model", key("Ctrl+Shift+8"), section="panels")
    yield Action("sheet", "Compare sheet", "View", window.tabs.open_sheet, "sheet", key("Ctrl+Shift+6"),
                 section="panels")
    yield Action("money", "Money", "View", window.tabs.open_money, "money", key("Ctrl+9"), section="panels")
    yield Action("costs", "Cost and break-even", "View", window.tabs.open_costs, "money", key("Ctrl+Shift+9"),
                 section="panels")
    yield Action("past", "Past runs", "View", window.tabs.open_past, "clock", key("Ctrl+Shift+7"), section="panels")
    yield Action("gallery", "Gallery", "View", window.open_gallery, "image", key("Ctrl+7"), section="panels")
    yield Action("next_panel", "Next panel", "View", partial(window.leap, forward=True), "", key("F6"), section="way")
    yield Action("last_panel", "Panel before", "View", partial(window.leap, forward=False), "", key("Shift+F6"),
                 section="way")
    yield Action("arrange_panels", "Panels as they were at first", "View", sides.arrange, "", {}, section="panels")
    yield Action("dark", "Dark", "View", lambda: window.set_mode("dark"), "", {},
                 checked=lambda: window.taste.theme == "dark", section="theme")
    yield Action("light", "Light", "View", lambda: window.set_mode("light"), "", {},
                 checked=lambda: window.taste.theme == "light", section="theme")
    yield Action("as_system", "As the system", "View", lambda: window.set_mode("system"), "", {},
                 checked=lambda: window.taste.theme == "system", section="theme")
    yield Action("full_screen", "Full screen", "View", window.toggle_full_screen, "", key("F11"),
                 checked=window.isFullScreen, section="screen")


def _help(window: "Window") -> Iterable[Action]:
    yield Action("palette", "Search or run a command", "Help", window.open_palette, "search",
                 key("Ctrl+Shift+P", "F1"), section="find")
    yield Action("hints", "Show the hints again", "Help", window.show_hints, "eye", {}, section="find")
    yield Action("shortcuts", "Shortcuts…", "Help", lambda: window.open_preferences("keys"), "key", {},
                 section="find")
    yield Action("data_folder", "Open the data folder", "Help", window.open_home, "folder", {}, section="about")
    yield Action("about", "About Ajar", "Help", window.about, "door", {}, section="about")


def _in_sight(dock: Dock) -> bool:
    return not dock.isHidden()
