"""Command lines as they may be shown: without the secrets that people and programs write into them."""

import re

from customhouse.model.lazy_regex import lazy_regex

#: Characters of an excerpt.
EXCERPT = 400
_MASK = "***"
#: What ends the name of an option, variable or key whose value is a secret.
_NAME = (
    r"(?:token|passwd|password|passphrase|pwd|secrets?|api[-_]?key|access[-_]?key|private[-_]?key|credentials?|auth"
    r"|[-_]key|cookie|signature)"
)
_VALUE = r"""(?:"(?:[^"\\]|\\.){0,4096}"?|'[^']{0,4096}'?|[^\s"'&;|]{1,4096})"""
#: In this order: headers, options with their value as the next word, assignments, addresses with a user, and tokens
#: that tell themselves by their form (those of npm, GitHub, GitLab, PyPI, Slack, AWS and JSON Web Tokens).
_RULES = (
    (
        lazy_regex(r"(?i)\b((?:proxy-)?authorization\s*[:=]\s*)(?:(basic|bearer|token|digest)\s+)?[^\s\"']+"),
        r"\1" + _MASK,
    ),
    (lazy_regex(r"(?i)\b(bearer\s+)[\w.~+/=-]{6,}"), r"\1" + _MASK),
    (lazy_regex(rf"(?i)((?<![\w-])--?[\w-]{{0,64}}{_NAME}\s+)(?!-){_VALUE}"), r"\1" + _MASK),
    (lazy_regex(rf"(?i)([\w.-]{{0,64}}{_NAME}[\w-]{{0,16}}[\"']?\s*[=:]\s*){_VALUE}"), r"\1" + _MASK),
    (lazy_regex(r"(\b[a-zA-Z][a-zA-Z0-9+.-]{0,20}://)[^\s/@\"']{1,512}@"), r"\1" + _MASK + "@"),
    (lazy_regex(r"((?<!\S)(?:-u|--user)[ =])\S+"), r"\1" + _MASK),
    (lazy_regex(r"\b(?:npm_|gh[opsur]_|github_pat_|glpat-|pypi-|xox[abps]-|sk-|hvs\.|eyJ)[\w.-]{12,}"), _MASK),
    (lazy_regex(r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b"), _MASK),
)


def masked(text: str, length: int = EXCERPT) -> str:
    """Return a text with the values of secrets put out, cut to `length` characters.

    What no encoder takes (half a character, as names of other bytes have) is written as an escape.
    """
    text = text[: 4 * length + 4096].encode("utf-8", "backslashreplace").decode()
    for pattern, instead in _RULES:
        text = pattern.sub(instead, text)
    return text if len(text) <= length else f"{text[:length]}…"


def masked_words(words: list[str]) -> str:
    """Mask a command line whose words are known, joined by spaces."""
    return masked(" ".join(re.sub(r"[\0]", "", word) for word in words))
