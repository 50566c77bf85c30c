"""What starts with every interpreter: lines of `.pth` files that are code, `sitecustomize` and `usercustomize`.

`site` executes each line of a `.pth` file that begins with `import` and a blank; all others only add folders.
"""

import hashlib
import re
from fnmatch import fnmatchcase
from pathlib import Path

from customhouse.hunt.installs.findings import Findings
from customhouse.hunt.installs.reading import UnreadError, entries, read_file
from customhouse.model.campaign import Campaign
from customhouse.model.hunt import Hit, Place
from customhouse.model.lazy_regex import lazy_regex

_MAX_FILE = 16 * 1024 * 1024
_EXCERPT = 300
#: Code that well-known tools put there, whole lines of it: setuptools (its precedence, the finders of editable
#: installs, namespace packages of old), virtualenv.
_HARMLESS = (
    lazy_regex(
        r"import os; var = 'SETUPTOOLS_USE_DISTUTILS'; "
        r"enabled = os\.environ\.get\(var, '(?:local|stdlib)'\) == 'local'; "
        r"enabled and __import__\('_distutils_hack'\)(?:\.add_shim\(\)|); ?"
    ),
    lazy_regex(r"import (__editable___[A-Za-z0-9_]+_finder); \1\.install\(\)"),
    lazy_regex(r"import _virtualenv"),
    lazy_regex(
        r"import sys, types, os;\s*has_mfs = sys\.version_info > \(3, 5\);\s*"
        r"p = os\.path\.join\(sys\._getframe\(1\)\.f_locals\['sitedir'\], \*\((?:'\w+',? ?){1,20}\)\);\s*"
        r"importlib = has_mfs and __import__\('importlib\.util'\);\s*"
        r"has_mfs and __import__\('importlib\.machinery'\);\s*"
        r"m = has_mfs and sys\.modules\.setdefault\('[\w.]+', importlib\.util\.module_from_spec\("
        r"importlib\.machinery\.PathFinder\.find_spec\('[\w.]+', \[os\.path\.dirname\(p\)\]\)\)\);\s*"
        r"m = m or sys\.modules\.setdefault\('[\w.]+', types\.ModuleType\('[\w.]+'\)\);\s*"
        r"mp = \(m or \[\]\) and m\.__dict__\.setdefault\('__path__',\[\]\);\s*\(p not in mp\) and mp\.append\(p\)"
        r"(?:;\s*m and setattr\(sys\.modules\['[\w.]+'\], '\w+', m\))?"
    ),
)
_CUSTOMIZE = ("sitecustomize.py", "usercustomize.py")


def read_startup(folder: Path, asset: str, findings: Findings) -> tuple[str, ...]:
    """Read what of a site-packages starts with the interpreter; return the names of `.pth` files that hold code."""
    holding: list[str] = []
    _, names = entries(folder, findings)
    looked = 0
    for name in names:
        path = folder / name
        if name.endswith(".pth"):
            looked += 1
            if _pth(path, asset, findings):
                holding.append(name)
        elif name in _CUSTOMIZE:
            looked += 1
            _customize(path, asset, findings)
    findings.looked(folder, "interpreter start", asset, files=looked)
    return tuple(holding)


def _pth(path: Path, asset: str, findings: Findings) -> bool:
    try:
        data = read_file(path, _MAX_FILE)
    except UnreadError as error:
        findings.unexamined(path, str(error))
        return False
    digest = hashlib.sha256(data).hexdigest()
    known = _campaigns(path, digest, findings)
    lines = data.decode("utf-8-sig", "replace").splitlines()  # a mark at its beginning hides no line from `site`
    code = [(number, line) for number, line in enumerate(lines, 1) if line.startswith(("import ", "import\t"))]
    number, excerpt = code[0] if code else (None, "")
    for campaign, why in known:
        message = f"{path.name} starts with every interpreter of this environment, and is the campaign's: {why}"
        findings.notes.hit(
            Hit(
                campaign.id,
                asset,
                "install",
                "script-ran",
                path.name,
                message,
                Place(str(path), number),
                excerpt=excerpt[:_EXCERPT],
                digest=f"sha256:{digest}",
                anomaly="unknown-pth",
            )
        )
    if not known:
        for line_number, line in code:
            if not any(pattern.fullmatch(line.strip()) for pattern in _HARMLESS):
                message = f"{path.name} runs code at every start of the interpreter, and no known tool writes this line"
                findings.odd(
                    "unknown-pth",
                    path.name,
                    message,
                    Place(str(path), line_number),
                    asset,
                    grade="script-ran",
                    excerpt=line,
                    digest=f"sha256:{digest}",
                )
                break
    return bool(code)


def _campaigns(path: Path, digest: str, findings: Findings) -> list[tuple[Campaign, str]]:
    """Return the campaigns that a file is of, by its digest or by its name, with which of them it is."""
    found = {campaign.id: (campaign, "its digest is known") for campaign, _ in findings.digests.get(digest, ())}
    for campaign, fact in findings.asked.facts():
        if fact.kind == "path" and campaign.id not in found:
            own = re.split(r"[/\\]", fact.value)[-1]
            if own.endswith((".pth", ".py")) and fnmatchcase(path.name, own) and own.strip("*?.") != "pth":
                found[campaign.id] = (campaign, f"it has the name of {fact.value}")
    return list(found.values())


def _customize(path: Path, asset: str, findings: Findings) -> None:
    try:
        data = read_file(path, _MAX_FILE)
    except UnreadError as error:
        findings.unexamined(path, str(error))
        return
    text = data.decode("utf-8", "replace")
    first = next((line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")), "")
    if not first:
        return
    digest = hashlib.sha256(data).hexdigest()
    known = _campaigns(path, digest, findings)
    findings.odd(
        "unknown-pth",
        path.name,
        f"{path.name} runs at every start of the interpreter",
        Place(str(path)),
        asset,
        campaign=known[0][0].id if known else "",
        grade="script-ran",
        excerpt=first,
        digest=f"sha256:{digest}",
        confidence="high" if known else "low",
    )
