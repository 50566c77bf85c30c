"""yarn 1: .yarnrc. It can leave scripts alone (`ignore-scripts true`), and knows no age of releases.

Measured with yarn 1.22: `ignore-scripts=true` of an .npmrc does not hold it back; `ignore-scripts true`,
`--ignore-scripts true` and `--install.ignore-scripts true` of a .yarnrc do. Nothing is added to yarn 1 any more.
"""

from collections.abc import Iterator

from customhouse.model.clients import ClientState
from customhouse.model.hardening import Impossible, Setting
from customhouse.repository.clients.client import Client, Found, Wanted, is_true, scripted_comments, state
from customhouse.repository.clients.project import Project
from customhouse.repository.clients.versions import shown

_FILE = ".yarnrc"
_KEYS = ("ignore-scripts", "--ignore-scripts", "--install.ignore-scripts")


def _read(project: Project) -> ClientState:
    settings = project.nearest(_FILE)
    said = next((settings[(key,)] for key in _KEYS if is_true(settings.get((key,)))), None)
    frozen = settings.get(("--install.frozen-lockfile",)) or settings.get(("--frozen-lockfile",))
    return state(
        "yarn",
        project,
        shown(project.version("yarn")) or "1",
        scripts=Found("on", said)
        if said
        else Found("off", settings.get(("ignore-scripts",)), "yarn 1 runs the install scripts of every package"),
        cooldown=Found("unsupported", None, "yarn 1 knows no minimum age of releases"),
        frozen=Found("on", frozen) if is_true(frozen) else Found("off", frozen, "yarn 1 may change the lock"),
    )


def _harden(project: Project, found: ClientState, wanted: Wanted) -> Iterator[Setting | Impossible]:
    path = project.path(_FILE)
    if found.scripts == "off":
        comments = scripted_comments(project, "Run one on purpose: (cd node_modules/NAME && npm run install)")
        yield Setting("yarn", "scripts", path, "yarnrc", ("ignore-scripts",), True, found.scripts_note, comments)  # noqa: FBT003
    hint = "move to yarn 4.10 or later, or install through a registry that holds young releases back"
    yield Impossible("yarn", found.folder, "cooldown", found.cooldown_note, hint)
    prefix = project.nearest(_FILE).get(("save-prefix",))
    if (wanted.exact or project.private()) and (prefix is None or prefix.value):
        why = "added dependencies are written as exact versions"
        yield Setting("yarn", "exact", path, "yarnrc", ("save-prefix",), "", why)


YARN = Client("yarn", "npm", _read, _harden)
