"""``ajar completion``: a script for the shell, made from the parser itself."""

import argparse
from dataclasses import dataclass

from workflows.commands.grammar import build_parser

FILES = {"FILE", "OUTPUT", "DIR"}


@dataclass(frozen=True, slots=True)
class Option:
    """One option or argument of a command."""

    flags: tuple[str, ...]
    help: str
    choices: tuple[str, ...]
    takes: str
    """The name of its value, or nothing for a switch."""


def run(request: argparse.Namespace) -> int:
    make = {"bash": _bash, "zsh": _zsh, "fish": _fish}[request.shell]
    print("\n".join(make(_commands())))
    return 0


def _commands() -> dict[str, tuple[str, list[Option]]]:
    """Every command with its help and options."""
    actions = build_parser()._actions
    tree = next(action for action in actions if isinstance(action, argparse._SubParsersAction))
    helps = {action.dest: action.help or "" for action in tree._choices_actions}
    return {
        name: (helps[name], [_option(action) for action in parser._actions]) for name, parser in tree.choices.items()
    }


def _option(action: argparse.Action) -> Option:
    choices = tuple(map(str, action.choices or ()))
    takes = "" if action.nargs == 0 else str(action.metavar or action.dest)
    return Option(tuple(action.option_strings), action.help or "", choices, takes)


def _bash(commands: dict[str, tuple[str, list[Option]]]) -> list[str]:
    lines = [
        "# Add to ~/.bashrc:  eval \"$(ajar completion bash)\"",
        "_ajar() {",
        '    local word="${COMP_WORDS[COMP_CWORD]}" before="${COMP_WORDS[COMP_CWORD-1]}" words=""',
        "    if [ \"$COMP_CWORD\" -eq 1 ]; then",
        f'        COMPREPLY=($(compgen -W "{" ".join(commands)} --help --version" -- "$word")); return',
        "    fi",
        '    case "${COMP_WORDS[1]}" in',
    ]
    for name, (_, options) in commands.items():
        flags = [flag for option in options for flag in option.flags]
        fixed = [choice for option in options if not option.flags for choice in option.choices]
        lines.append(f'        {name}) words="{" ".join(flags + fixed)}" ;;')
    lines += ["    esac", '    case "${COMP_WORDS[1]} $before" in']
    for name, (_, options) in commands.items():
        for option in options:
            if option.flags and option.choices:
                pattern = " | ".join(f'"{name} {flag}"' for flag in option.flags)
                lines.append(f'        {pattern}) words="{" ".join(option.choices)}" ;;')
    return [
        *lines, "    esac", '    COMPREPLY=($(compgen -W "$words" -- "$word"))', "}",
        "complete -o default -o bashdefault -F _ajar ajar",
    ]


def _zsh(commands: dict[str, tuple[str, list[Option]]]) -> list[str]:
    lines = [
        "#compdef ajar", "# Add to ~/.zshrc, after compinit:  eval \"$(ajar completion zsh)\"", "_ajar() {",
        "    if (( CURRENT == 2 )); then", "        local -a commands=(",
    ]
    lines += [f"            {_quoted(f'{name}:{text}')}" for name, (text, _) in commands.items()]
    lines += [
        "        )", "        _describe command commands", "        return", "    fi",
        "    shift words; (( CURRENT-- ))", '    case "$words[1]" in',
    ]
    for name, (_, options) in commands.items():
        lines.append(f"        {name}) _arguments \\")
        lines += [f"            {spec} \\" for option in options for spec in _zsh_specs(option)]
        lines.append("            ;;")
    return [*lines, "    esac", "}", "compdef _ajar ajar"]


def _zsh_specs(option: Option) -> list[str]:
    value = f":{option.takes.lower().replace(':', ' ')}:" if option.takes else ""
    if option.choices:
        value += f"({' '.join(option.choices)})"
    elif option.takes in FILES:
        value += "_files"
    if not option.flags:
        return [_quoted(f"*{value}")]
    text = option.help.replace("[", "(").replace("]", ")").replace(":", "\\:")
    return [_quoted(f"*{flag}[{text}]{value}") for flag in option.flags]


def _fish(commands: dict[str, tuple[str, list[Option]]]) -> list[str]:
    lines = ["# Save as ~/.config/fish/completions/ajar.fish"]
    lines += [
        f"complete -c ajar -f -n __fish_use_subcommand -a {name} -d {_quoted(text)}"
        for name, (text, _) in commands.items()
    ]
    for name, (_, options) in commands.items():
        here = f"complete -c ajar -n '__fish_seen_subcommand_from {name}'"
        for option in options:
            names = " ".join(f"-l {flag[2:]}" if flag.startswith("--") else f"-s {flag[1:]}" for flag in option.flags)
            value = f" -x -a '{' '.join(option.choices)}'" if option.choices else ""
            if not value and option.takes:
                value = " -r -F" if option.takes in FILES else " -x"
            if names or option.choices:
                lines.append(f"{here} {names}{value} -d {_quoted(option.help)}".replace("  ", " "))
    return lines


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"
