"""What the package clients of a repository are told to do: their settings, as far as safety hangs on them."""

from typing import Literal

import msgspec

#: `default`: the client's own default, without anybody's word, already does it.
Protection = Literal["on", "default", "off", "unsupported"]
ClientName = Literal["npm", "pnpm", "yarn", "yarn-berry", "bun", "pip", "uv", "poetry", "pdm", "pipenv"]


class ClientState(msgspec.Struct, frozen=True):
    """One client in use in one folder, and which of the protections it knows are on.

    `scripts` is whether install-time code of dependencies is kept from running unless it is listed (for Python clients:
    whether source distributions are kept from being built); `cooldown` whether young releases are kept out; `frozen`
    whether an install in CI keeps to the lock. `…_path` fields name the file (and line) that decides, and are empty
    where none does; `…_note` fields say in a clause why a protection is not on.
    """

    client: ClientName
    folder: str
    #: Version in use as far as the repository says (`packageManager`, `engines`): exact, or the lowest that is allowed;
    #: empty when it does not.
    version: str = ""
    scripts: Protection = "unsupported"
    scripts_path: str = ""
    scripts_line: int | None = None
    cooldown: Protection = "unsupported"
    cooldown_seconds: float | None = None
    cooldown_path: str = ""
    cooldown_line: int | None = None
    #: What makes us believe that the client is in use: a lock, a field, a command.
    because: str = ""
    #: The file that `because` names.
    because_path: str = ""
    scripts_note: str = ""
    cooldown_note: str = ""
    frozen: Protection = "unsupported"
    frozen_path: str = ""
    frozen_line: int | None = None
