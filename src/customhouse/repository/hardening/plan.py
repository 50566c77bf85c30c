"""What would be set in a repository: every client's wishes, put into the text of the files they belong to."""

from collections.abc import Sequence
from pathlib import Path

import msgspec

from customhouse.ecosystems.documents import UnreadableError, plain_text
from customhouse.ecosystems.files import Files
from customhouse.model.hardening import FileChange, Hardening, Impossible, Setting
from customhouse.repository.clients.all_clients import UsedClient
from customhouse.repository.clients.client import Wanted
from customhouse.repository.clients.written import MAX_SETTINGS
from customhouse.repository.hardening.line_text import set_npmrc, set_requirements_option, set_yarnrc
from customhouse.repository.hardening.toml_text import set_toml
from customhouse.repository.hardening.yaml_text import set_yaml

_MARK = "\ufeff"


def plan(used: Sequence[UsedClient], wanted: Wanted, files: Files) -> Hardening:
    """Put every setting that is wanted into its file; what cannot be set is told with its reason."""
    settings: dict[tuple[str, tuple[str, ...]], Setting] = {}
    impossible: list[Impossible] = []
    for use in used:
        for one in use.client.harden(use.project, use.state, wanted):
            if isinstance(one, Impossible):
                impossible.append(one)
            else:
                settings.setdefault((one.path, one.key), one)
    by_path: dict[str, list[Setting]] = {}
    for setting in settings.values():
        by_path.setdefault(setting.path, []).append(setting)
    changes = []
    for path, ours in sorted(by_path.items()):
        change, refused = _change(path, ours, files)
        impossible += refused
        if change:
            changes.append(change)
    clients = tuple(_client(use) for use in used)
    return Hardening(tuple(changes), tuple(dict.fromkeys(impossible)), clients)


def _client(use: UsedClient) -> str:
    version = f" {use.state.version}" if use.state.version else ""
    return f"{use.client.name}{version} in {use.state.folder} ({use.state.because})"


def _change(path: str, settings: list[Setting], files: Files) -> tuple[FileChange | None, list[Impossible]]:
    try:
        data = files.read(Path(path), MAX_SETTINGS) if files.is_file(Path(path)) else b""
        before = plain_text(data) if data.strip() else data.decode("utf-8")
    except (UnreadableError, UnicodeDecodeError) as error:
        return None, [_refused(setting, f"{path} cannot be read: {error}") for setting in settings]
    mark = _MARK if data.startswith(_MARK.encode()) else ""
    after = before
    set_: list[Setting] = []
    refused: list[Impossible] = []
    for setting in settings:
        try:
            after = _set(after, setting)
        except UnreadableError as error:
            refused.append(_refused(setting, f"{path}: {error}"))
        else:
            set_.append(setting)
    if after == before:
        return None, refused
    return FileChange(path, mark + before, mark + after, tuple(set_)), refused


def _set(text: str, setting: Setting) -> str:
    if setting.syntax == "toml":
        return set_toml(text, setting.key, setting.value, setting.comments)
    key = setting.key[0]
    if setting.syntax == "yaml":
        return set_yaml(text, key, setting.value, setting.comments)
    if setting.syntax == "npmrc":
        return set_npmrc(text, key, setting.value, setting.comments)
    if setting.syntax == "yarnrc":
        return set_yarnrc(text, key, setting.value, setting.comments)
    return set_requirements_option(text, key, setting.value, setting.comments)


def _refused(setting: Setting, reason: str) -> Impossible:
    hint = f"set {'.'.join(setting.key)} to {msgspec.json.encode(setting.value).decode()} there by hand"
    return Impossible(setting.client, str(Path(setting.path).parent), setting.protects, reason, hint)
