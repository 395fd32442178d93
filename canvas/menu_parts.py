"""The pieces that menus of the board are made of."""

from collections.abc import Callable

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu

from canvas.actions import keys_of
from canvas.hands.context import Context, Verb
from canvas.hands.verbs import BY_ID
from canvas.kit.menu import Menu


def new_menu(context: Context, name: str) -> QMenu:
    """An empty menu, which is gone once it was closed."""
    menu = Menu(context.view)
    menu.setAccessibleName(name)
    menu.aboutToHide.connect(menu.deleteLater)
    return menu


def add_verbs(menu: QMenu, context: Context, ids: tuple[str, ...]) -> None:
    """Verbs by their ids; ``-`` is a line."""
    for id_ in ids:
        if id_ == "-":
            menu.addSeparator()
        else:
            add_verb(menu, context, BY_ID[id_])


def add_verb(menu: QMenu, context: Context, verb: Verb) -> None:
    """One verb with the key it has. The entry itself listens to no key: the board does."""
    action = add_entry(menu, context, verb.title, verb.icon, lambda: verb.run(context))
    action.setObjectName(verb.id)
    action.setEnabled(verb.enabled(context))
    if verb.checked is not None:
        action.setCheckable(True)
        action.setChecked(verb.checked(context))
    keys = keys_of(verb, context.hand.preset, context.hand.own_keys)
    if keys:
        shown = QKeySequence(keys[0]).toString(QKeySequence.SequenceFormat.NativeText)
        action.setText(f"{verb.title}\t{shown}")


def add_act(menu: QMenu, context: Context, id_: str, title: str, icon: str) -> None:
    """What the window can do, where there is one."""
    if context.desk.knows(id_):
        add_entry(menu, context, title, icon, lambda: context.desk.act(id_)).setObjectName(id_)


def add_entry(menu: QMenu, context: Context, text: str, icon: str, run: Callable[[], object]) -> QAction:
    action = menu.addAction(text)
    if icon:
        action.setIcon(context.desk.theme.qicon(icon, 16))
    action.triggered.connect(lambda _=False: run())
    return action
