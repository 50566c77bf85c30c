"""Variables as the shells and files that take them write them."""

from collections.abc import Callable, Iterable
from typing import Literal

from customhouse.gateway.clients.environment import ClientEnvironment

Shell = Literal["sh", "fish", "powershell", "dotenv", "github"]


def _sh(name: str, value: str) -> str:
    quoted = value.replace("'", "'\\''")
    return f"export {name}='{quoted}'"


def _fish(name: str, value: str) -> str:
    quoted = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"set -gx {name} '{quoted}'"


def _powershell(name: str, value: str) -> str:
    quoted = value.replace("'", "''")
    return f"$env:{name} = '{quoted}'"


def _dotenv(name: str, value: str) -> str:
    # In single quotes nothing is expanded; a value with one is the only one that needs the others.
    if "'" not in value:
        return f"{name}='{value}'"
    quoted = value.replace("\\", "\\\\").replace('"', '\\"').replace("$", "\\$")
    return f'{name}="{quoted}"'


def _github(name: str, value: str) -> str:
    return f"{name}={value}"


_LINES: dict[Shell, Callable[[str, str], str]] = {
    "sh": _sh,
    "fish": _fish,
    "powershell": _powershell,
    "dotenv": _dotenv,
    "github": _github,
}
SHELLS: tuple[Shell, ...] = tuple(_LINES)


def rendered(environments: Iterable[ClientEnvironment], shell: Shell) -> str:
    """Write what clients need for one shell, each variable once; notes stand above it as comments.

    `github` is for the file that GITHUB_ENV names, which knows no comments: there the notes are left out.
    """
    lines: list[str] = []
    seen: set[str] = set()
    for each in environments:
        if shell != "github":
            lines += [f"# {each.client}", *(f"#   {note}" for note in each.notes)]
        for variable in each.variables:
            if variable.name not in seen:
                lines.append(_LINES[shell](variable.name, variable.value))
                seen.add(variable.name)
    return "".join(f"{line}\n" for line in lines)
