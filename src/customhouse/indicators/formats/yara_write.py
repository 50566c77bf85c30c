"""Writing YARA rules: one for files whose bytes are known, one for files that hold texts and addresses."""

from customhouse.indicators.checking import ALGORITHMS
from customhouse.model.campaign import Campaign, Fact

_TEXTS = frozenset({"text", "domain", "url", "user-agent", "path", "address", "registry-key"})
#: Shorter values stand in many files; a path is looked for by itself only where it is more than a bare name.
_SHORTEST = 6


def write_yara(campaign: Campaign) -> str:
    """Write rules; a campaign of which neither bytes nor texts are known gives a file of remarks alone."""
    digests = [fact for fact in campaign.facts if fact.kind == "digest" and ALGORITHMS[len(fact.value)] in _HASHED]
    texts = [fact for fact in campaign.facts if _telling(fact)]
    parts = [f"// {_plain(campaign.title)} (TLP:{campaign.tlp.upper()})"]
    unsaid = sum(fact not in digests and fact not in texts for fact in campaign.facts)
    if unsaid:
        parts.append(f"// {unsaid} facts are of kinds that files do not show, or too short to look for")
    if digests:
        parts = ['import "hash"', "", *parts, "", _rule(campaign, "bytes", [], _by_digest(digests))]
    if texts:
        strings = [
            f"    $s{n} = {_quoted(fact.value)} ascii wide  // {fact.role} {fact.kind}" for n, fact in enumerate(texts)
        ]
        parts += ["", _rule(campaign, "texts", strings, "    any of them")]
    return "\n".join(parts) + "\n"


_HASHED = frozenset({"md5", "sha1", "sha256"})


def _telling(fact: Fact) -> bool:
    wild = "*" in fact.value
    bare = fact.kind == "path" and "/" not in fact.value and "\\" not in fact.value
    return fact.kind in _TEXTS and not wild and not bare and len(fact.value) >= _SHORTEST and fact.confidence != "low"


def _by_digest(digests: list[Fact]) -> str:
    lines = [f"    hash.{ALGORITHMS[len(fact.value)]}(0, filesize) == {_quoted(fact.value)}" for fact in digests]
    return " or\n".join(lines)


def _rule(campaign: Campaign, what: str, strings: list[str], condition: str) -> str:
    name = "".join(character if character.isascii() and character.isalnum() else "_" for character in campaign.id)
    lines = [
        f"rule customhouse_{name}_{what}",
        "{",
        "  meta:",
        f"    description = {_quoted(_plain(campaign.title))}",
        f"    tlp = {_quoted(campaign.tlp)}",
        *(f"    reference = {_quoted(each.url)}" for each in campaign.references if each.url),
        *(["  strings:", *strings] if strings else []),
        "  condition:",
        condition,
        "}",
    ]
    return "\n".join(lines)


def _plain(text: str) -> str:
    return " ".join(text.split())


def _quoted(text: str) -> str:
    """Write a text with everything that is not printable ASCII by its UTF-8 bytes, as YARA compares bytes."""
    made = []
    for byte in text.encode("utf-8", "replace"):
        character = chr(byte)
        if character in '"\\':
            made.append(f"\\{character}")
        elif " " <= character <= "~":
            made.append(character)
        else:
            made.append(f"\\x{byte:02x}")
    return '"' + "".join(made) + '"'
