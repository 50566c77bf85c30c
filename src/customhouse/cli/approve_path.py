"""What an exception for a place in the repository names: its path from the root, and a file's bytes."""

import hashlib
import os
from pathlib import Path

from customhouse.model.errors import CustomhouseError
from customhouse.policy.exceptions import gap_rule
from customhouse.policy.path_exceptions import SOURCE_GAPS


def except_path(target: str, rule: str, digests: tuple[str, ...], root: Path) -> tuple[str, tuple[str, ...]]:
    """Return the path as it stands below `root`, and the digests to name.

    `target` is relative to where the user stands, and may be a pattern. Only files that cannot be read have digests:
    those given, else what the file has now.

    Raises CustomhouseError when the path is not below the root, or the file whose bytes are to be named is not there.
    """
    own = Path(os.path.relpath(Path(target).resolve(), root.resolve())).as_posix()
    if own.startswith("../") or own == "..":
        raise CustomhouseError(
            f"{target} is not below {root}, the repository's root", hint="name a file of this repository"
        )
    if rule not in map(gap_rule, SOURCE_GAPS):
        if not any(mark in target for mark in "*?[") and not Path(target).exists():
            raise CustomhouseError(
                f"no such file: {target}", hint="name it as the report does, or a pattern: 'services/*/package.json'"
            )
        return own, digests
    try:
        data = Path(target).read_bytes()
    except OSError as error:
        raise CustomhouseError(
            f"cannot read {target}: {error.strerror}",
            hint="an exception for a file that cannot be parsed names its bytes: name one file that is there",
        ) from None
    return own, digests or (f"sha256:{hashlib.sha256(data).hexdigest()}",)
