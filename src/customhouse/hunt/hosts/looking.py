"""Commands that look for something: who looks for a trace has not made it."""

import posixpath

_WORDS = (
    "grep egrep fgrep zgrep rg ag ack find fd locate mlocate ls ll dir cat less more head tail stat file echo printf "
    "dig host nslookup whois vim vi nano emacs code jq shasum sha256sum sha1sum md5sum strings man select-string "
    "get-childitem get-filehash test-path resolve-dnsname get-content gci sls customhouse"
)
_LOOKING = frozenset(_WORDS.split())
_WRAPPERS = frozenset(("sudo", "doas", "time", "nohup", "env", "command", "watch", "xargs"))
#: Words read until the program's name is found.
_BEFORE = 6


def looks_for(command: str) -> bool:
    """Say whether a command line only looks for what it names; behind `sudo` and assignments too."""
    for word in command.split(None, _BEFORE)[:_BEFORE]:
        name = posixpath.basename(word).lower()
        if name not in _WRAPPERS and "=" not in word and not word.startswith("-"):
            return name in _LOOKING
    return False
