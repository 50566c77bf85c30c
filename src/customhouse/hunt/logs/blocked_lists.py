"""Lists of what is blocked, printed into a log: who writes a name into one has not called it."""

import posixpath

#: How comments begin in configurations, with a blank behind. A runner's own marks (`##[group]`) are none.
_COMMENTS = frozenset({"#", "##", "###", "//", ";", "rem"})
#: At the prompt of root a command has the same beginning: what calls is no comment.
_PROGRAMS = "curl wget nc ncat socat telnet ssh scp ping dig host nslookup node npm npx bun deno python python3 openssl"
_CALLING = frozenset(_PROGRAMS.split())
_WRAPPERS = frozenset({"sudo", "env", "nohup", "time", "exec"})
_WORDS = "block blocks blocked blocking blocklist blocklisted block-list deny denies denied denylist sinkhole sinkholed"
_BLOCKED = frozenset(_WORDS.split())
#: Characters of a line that are looked at.
_LOOKED_AT = 400


def is_of_a_block_list(text: str) -> bool:
    """Say whether a line is a comment that says of something that it is blocked. A refused call is no comment."""
    first, *words = text[:_LOOKED_AT].lower().split() or [""]
    if first not in _COMMENTS:
        return False
    program = next((word for word in words if word not in _WRAPPERS and "=" not in word), "")
    return posixpath.basename(program) not in _CALLING and any(word.strip(".,:;()[]") in _BLOCKED for word in words)
