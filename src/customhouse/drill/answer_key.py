"""The answer key: sealed, and kept where the team does not look."""

import hashlib
import os
from pathlib import Path

import msgspec

from customhouse.engine.approval import write_atomically
from customhouse.model.drill import AnswerKey
from customhouse.model.errors import CustomhouseError

_MAX_KEY = 16 * 1024 * 1024
_PREFIX, _ENDING = ".drill-", ".json"


def sealed(key: AnswerKey) -> AnswerKey:
    """Return the key with the digest of all else that it says but the folder, which may be moved."""
    return msgspec.structs.replace(key, seal=_seal(key))


def key_path(state: Path, key: AnswerKey) -> Path:
    """Return where a key is kept."""
    return state / f"{_PREFIX}{key.id}{_ENDING}"


def save_key(key: AnswerKey, state: Path) -> Path:
    """Keep a key, readable for nobody else; return its path. Raises CustomhouseError when it cannot be written."""
    path = key_path(state, key)
    try:
        state.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)  # the replacing keeps the mode
    except OSError as error:
        raise CustomhouseError(
            f"the answer key {path} cannot be written: {error.strerror}", hint="name another folder with --state DIR"
        ) from None
    write_atomically(path, msgspec.json.format(msgspec.json.encode(key), indent=2) + b"\n")
    return path


def find_key(state: Path, scenario: str, folder: Path | None = None) -> AnswerKey:
    """Return the key of the scenario's latest drill that is kept in a folder; with `folder`, of the drill there.

    Raises CustomhouseError where there is none, or where it is not as it was sealed.
    """
    found: list[tuple[AnswerKey, Path]] = []
    unreadable = ""
    for path in sorted(state.glob(f"{_PREFIX}{scenario}-*{_ENDING}")):
        try:
            key = msgspec.json.decode(_bytes(path), type=AnswerKey)
        except (msgspec.DecodeError, RecursionError):
            unreadable = f"{path} is no answer key"
        except OSError as error:
            unreadable = f"the answer key {path} cannot be read: {error.strerror}"
        else:
            if key.scenario == scenario and (folder is None or Path(key.folder) == _absolute(folder)):
                found.append((key, path))
    if not found:
        raise CustomhouseError(
            unreadable or f"no drill of {scenario} is known in {state}",
            hint=f"customhouse drill {scenario} --submit FILE --into DIR (and --state DIR, if it was given)",
        )
    key, path = max(found, key=lambda pair: pair[0].clock)
    if _seal(key) != key.seal:
        raise CustomhouseError(f"{path} is not as it was sealed", hint="lay the drill out anew: it cannot be scored")
    return key


def _bytes(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(_MAX_KEY)


def _absolute(folder: Path) -> Path:
    return Path(os.path.abspath(folder))  # noqa: PTH100 - as when it was laid out


def _seal(key: AnswerKey) -> str:
    return hashlib.sha256(msgspec.json.encode(msgspec.structs.replace(key, folder="", seal=""))).hexdigest()
