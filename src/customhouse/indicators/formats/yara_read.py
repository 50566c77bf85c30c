"""Reading YARA rules for what they look for: their strings as texts, and digests and references of their meta.

A rule's condition says how its strings belong together, which facts cannot: each text is of low confidence. Regular
expressions and hex strings are left out, and said to be.
"""

from customhouse.indicators.draft import Draft, Meta, clean
from customhouse.indicators.formats.yara_tokens import Token, tokens
from customhouse.model.errors import CustomhouseError

_DIGESTS = frozenset({"hash", "md5", "sha1", "sha256", "sha512", "hash1", "hash2", "hash3", "hash4"})
_REFERENCES = frozenset({"reference", "url", "source"})
_TITLES = frozenset({"description"})
_SECTIONS = frozenset({"meta", "strings", "condition"})


def read_yara(data: bytes, name: str, draft: Draft) -> None:
    """Read every rule of a file."""
    try:
        source = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CustomhouseError(f"{name} is not UTF-8 text", hint="save it as UTF-8") from error
    found = list(tokens(source))
    rule = section = ""
    rules = 0
    for index, (kind, value, line) in enumerate(found):
        following = found[index + 1 : index + 3]
        if kind != "word":
            continue
        if value == "rule" and following and following[0][0] == "word" and section in ("", "condition"):
            rule, section, rules = following[0][1], "rule", rules + 1
        elif value in _SECTIONS and _is_mark(following, ":") and section:
            section = value
        elif section in ("meta", "strings") and _is_mark(following, "=") and len(following) > 1:
            _pair(f"{name}:{line}", rule, section, value, following[1], draft)
    if not rules:
        raise CustomhouseError(f"{name} holds no YARA rule", hint="give the source of rules, not compiled ones")


def _is_mark(following: list[Token], mark: str) -> bool:
    return bool(following) and following[0][:2] == ("mark", mark)


def _pair(place: str, rule: str, section: str, key: str, value: Token, draft: Draft) -> None:
    kind, said, _ = value
    if section == "strings":
        if kind == "text":
            draft.fact(place, "text", said, note=f"YARA rule {rule}, {key}", confidence="low")
        else:
            draft.skip(place, f"{key} of {rule} is a regular expression or hex string, and facts are neither")
    elif kind != "text":
        return
    elif key.lower() in _DIGESTS:
        draft.fact(place, "digest", said, note=f"YARA rule {rule}, {key}")
    elif key.lower() in _REFERENCES and said.startswith(("http://", "https://")):
        draft.reference(said)
    elif key.lower() in _TITLES:
        draft.take(Meta(title=clean(said)))
