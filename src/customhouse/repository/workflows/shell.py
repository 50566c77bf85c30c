"""Scripts that people and CI run: shell scripts, recipes of a Makefile, and the scripts of a package.json."""

import re
from pathlib import Path

import msgspec

from customhouse.ecosystems.files import Files
from customhouse.model.lazy_regex import lazy_regex
from customhouse.repository.workflows.collect import script_installs
from customhouse.repository.workflows.install_commands import CLIENTS
from customhouse.repository.workflows.interface import Reading, WorkflowFormat
from customhouse.repository.workflows.yaml_nodes import Script, plain_script

_SHELLS = lazy_regex(rb"#!\s*(?:\S*/env\s+(?:-S\s+)?)?(?:\S*/)?(\w+)")
_MAKE_SET = lazy_regex(r"^(?:export\s+|override\s+)*([A-Za-z_][\w.-]*)\s*[:?+]?:?=\s*(.*)$")
_MAKE_VARIABLE = lazy_regex(r"\$(?:\(([A-Za-z_][\w.-]*)\)|\{([A-Za-z_][\w.-]*)\})")


def _text(data: bytes) -> str:
    """A script is bytes to its shell; what is no UTF-8 in it is no part of a command that we look for."""
    return data.decode("utf-8-sig", "replace").replace("\r\n", "\n")


def _own_folder(path: Path, root: Path) -> str:
    own = path.parent.relative_to(root).as_posix() if path.parent.is_relative_to(root) else ""
    return "" if own == "." else own


def _read_shell(path: Path, root: Path, data: bytes, files: Files) -> Reading:  # noqa: ARG001 - as all are read
    if not CLIENTS.search(data):
        return Reading()
    interpreter = _SHELLS.match(data)
    if interpreter and not interpreter[1].endswith(b"sh"):
        return Reading()
    return Reading(list(script_installs("shell", path, root, plain_script(_text(data)))))


def _read_makefile(path: Path, root: Path, data: bytes, files: Files) -> Reading:  # noqa: ARG001 - as all are read
    reading = Reading()
    if not CLIENTS.search(data):
        return reading
    variables: dict[str, str] = {}
    folder = _own_folder(path, root)
    lines = _text(data).split("\n")
    at = 0
    while at < len(lines):
        first = at
        line = lines[at]
        at += 1
        if not line.startswith("\t"):
            if match := _MAKE_SET.match(line):
                variables.setdefault(match[1], match[2].strip())
            continue
        whole = [line[1:].lstrip("@-+ \t")]
        while whole[-1].endswith("\\") and at < len(lines):
            whole.append(lines[at].removeprefix("\t"))
            at += 1
        reading.installs += script_installs("shell", path, root, _recipe(whole, first + 1, variables), folder=folder)
    return reading


def _recipe(lines: list[str], first: int, variables: dict[str, str]) -> Script:
    """Write make's variables out as far as the file says them, and its `$$` as the shell's `$`."""

    def value(match: re.Match[str]) -> str:
        name = match[1] or match[2]
        known = variables.get(name)
        return known if known is not None and "$" not in known else "${" + name + "}"

    parts = [_MAKE_VARIABLE.sub(value, line).replace("$$", "$") for line in lines]
    return plain_script("\n".join(parts), first)


def _read_package_scripts(path: Path, root: Path, data: bytes, files: Files) -> Reading:  # noqa: ARG001
    """Read the scripts of a project; the file itself is reported by the readers of manifests when it is broken."""
    reading = Reading()
    if not CLIENTS.search(data):
        return reading
    try:
        document = msgspec.json.decode(data.removeprefix(b"\xef\xbb\xbf"))
    except (msgspec.DecodeError, RecursionError):
        return reading
    scripts = document.get("scripts") if isinstance(document, dict) else None
    text = _text(data)
    begin = text.find('"scripts"')
    for name, command in scripts.items() if isinstance(scripts, dict) else ():
        if not isinstance(command, str) or not CLIENTS.search(command.encode("utf-8", "replace")):
            continue
        place = text.find(f'"{name}"', max(begin, 0))
        line = text.count("\n", 0, place) + 1 if place >= 0 else 1
        script = Script(command, (0,), (line,))
        reading.installs += script_installs("shell", path, root, script, folder=_own_folder(path, root))
    return reading


def _is_makefile(own: str) -> bool:
    name = own.rpartition("/")[2]
    return name in ("Makefile", "makefile", "GNUmakefile") or name.endswith(".mk")


SHELL = WorkflowFormat("shell script", "shell", lambda own: own.endswith((".sh", ".bash")), _read_shell)
MAKEFILE = WorkflowFormat("Makefile", "shell", _is_makefile, _read_makefile)
PACKAGE_SCRIPTS = WorkflowFormat(
    "scripts of package.json", "shell", lambda own: own.rpartition("/")[2] == "package.json", _read_package_scripts
)
