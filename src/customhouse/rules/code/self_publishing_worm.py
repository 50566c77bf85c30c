"""The release publishes packages, or writes into other people's repositories, with credentials that it finds.

## What it looks for

Four deeds, by commands, addresses and names that a file speaks of, in one phase:

- *publish*: `npm publish` and its like, an upload with attachments, the upload address of a Python index;
- *token*: a registry's token or the file it lies in, who it belongs to, what else it may publish;
- *spread*: the list of an account's packages, workflow files, runners and hooks of repositories;
- *source host*: creating repositories, making them public, writing files or reading secrets through the interface.

| Deeds | at install | when loaded | when called |
|---|---|---|---|
| publish, token and spread; or source host, secret, and one of these | critical, high | high, high | medium |
| publish with token or spread; or host, secret | critical, high; if old medium | high, medium; if old medium | silent |
| publish, or source host | high, medium; as before: medium; publish in a setup.py: low | medium, low | silent |

A setup.py that publishes when its maintainer starts it (`setup.py publish`) is an old habit of many projects. Source
host counts when two different things of it are spoken of; a secret is a token or the whole environment.

## Why attackers do it

A token found on one machine publishes the next infected packages: Shai-Hulud (September 2025) took over 500 packages in
days, its successor (November 2025) went through 25,000 repositories; ChainDrop (2026) published through the victims'
own pipelines.

## Known evasions

Handing the token over and publishing from elsewhere: then credentials-read and environment-sent tell of it.

## Known false positives

Release tools (semantic-release, release-it, changesets, twine) do all of this for their users, when they are called.

## What to do now

Revoke publishing tokens from a clean machine, look at every package that they may publish for releases of your own
that you did not make, and at your repositories for new workflows and branches.

## References

- [MITRE ATT&CK T1195.002: Compromise Software Supply Chain](https://attack.mitre.org/techniques/T1195/002/)
- [CISA: Widespread Supply Chain Compromise Impacting npm Ecosystem](https://www.cisa.gov/news-events/alerts/2025/09/23/widespread-supply-chain-compromise-impacting-npm-ecosystem)
"""

import posixpath
from collections.abc import Iterator

from customhouse.model.change import Phase
from customhouse.model.code import CodeFacts, Mention
from customhouse.model.evidence import Case
from customhouse.model.finding import Confidence, Finding, Location, Severity
from customhouse.model.lazy_regex import lazy_regex
from customhouse.rules.rule import Rule
from customhouse.rules.shared.hints import explain, stay
from customhouse.rules.shared.novelty import novelty
from customhouse.rules.shared.phase import capabilities, files, phases, spoken
from customhouse.rules.shared.sending import listed, spoken_by

_PUBLISHES = frozenset({"npm publish", "package attachments", "twine upload", "PyPI upload", "cargo publish"})
_TOKENS = frozenset({"npm whoami", "npm tokens", "npm authentication", "npm trusted publishing", "token of gh"})
_SPREADS = frozenset({"npm packages of an account", "npm access", "GitHub workflow", "GitHub runner", "git hook"})
_SOURCE_HOST = frozenset({"repository of the account", "create repository", "make public", "write files", "secrets"})
_SECRET = lazy_regex(
    r"npmrc|pypirc|(?:NPM|NODE_AUTH|TWINE|PYPI|UV_PUBLISH|GITHUB|GH|GITLAB|CARGO)\w{0,60}(?:TOKEN|PASSWORD|PAT)\b|gh/hosts|git-cred"
)
_TWICE = 2


def _deeds(code: CodeFacts, moment: Phase) -> tuple[dict[str, bool], tuple[Mention, ...]]:
    """What a file does in a phase, and what shows it."""
    spoken_of = spoken_by(code, moment, "self-publish", "source-host", "project-hook")
    names = {it.detail for it in spoken_of}
    secret = any(_SECRET.search(it.detail) for it in capabilities(code, "credentials", during=moment))
    scanner = bool(spoken_by(code, moment, "secret-scanner"))
    deeds = {
        "publish": bool(names & _PUBLISHES),
        "token": bool(names & _TOKENS) or secret or scanner,
        "spread": bool(names & _SPREADS),
        "source host": len(names & _SOURCE_HOST) >= _TWICE,
    }
    telling = tuple(it for it in spoken_of if it.detail in _PUBLISHES | _TOKENS | _SPREADS | _SOURCE_HOST)
    return deeds, telling


def _grade(case: Case, code: CodeFacts, moment: Phase, deeds: dict[str, bool]) -> tuple[Severity, Confidence] | None:
    publish, token, spread, host = (deeds[name] for name in ("publish", "token", "spread", "source host"))
    environment = any(
        it.detail in {"process.env", "os.environ"} for it in capabilities(code, "environment", during=moment)
    )
    if (publish and token and spread) or (host and (token or environment) and (publish or spread)):
        graded: dict[Phase, tuple[Severity, Confidence]] = {"install": ("critical", "high"), "import": ("high", "high")}
        return graded.get(moment, ("medium", "low") if code.reach == "import" else None)
    old = novelty(case, code.path, "network", "process") == "old"
    if (publish and (token or spread)) or (host and (token or environment)):
        if moment == "install":
            return ("medium", "medium") if old else ("critical", "high")
        return ("medium" if old else "high", "medium") if moment == "import" else None
    if publish or host:
        if moment == "install" and posixpath.basename(code.path) == "setup.py":
            return "low", "medium"  # `python setup.py publish`: what its maintainers start by hand
        if moment == "install":
            return ("medium" if old else "high"), "medium"
        return ("medium", "low") if moment == "import" else None
    return None


def judge(case: Case) -> Iterator[Finding]:
    """Report each file that can act, once, for the earliest phase in which it has something to report."""
    for code in files(case):
        for moment in phases(code) if code.mentions else ():
            if not capabilities(code, "network", "process", "filesystem", during=moment):
                continue
            deeds, telling = _deeds(code, moment)
            graded = _grade(case, code, moment, deeds) if telling else None
            if graded is None:
                continue
            done = ", ".join(name for name, is_done in deeds.items() if is_done)
            yield RULE.finding(
                case,
                f"{code.path} has the makings of a worm {spoken(moment)} ({done}): {listed(telling, 6)}",
                at=tuple(dict.fromkeys(Location(code.path, it.line) for it in telling))[:5],
                hint=f"{stay(case)}; if it has run, revoke publishing tokens from a clean machine. {explain(case)}",
                severity=graded[0],
                confidence=graded[1],
                phase=moment,
            )
            break


RULE = Rule(
    id="self-publishing-worm",
    title="Self-publishing worm",
    severity="critical",
    confidence="high",
    needs=("content",),
    judge=judge,
    page=__doc__,
)
