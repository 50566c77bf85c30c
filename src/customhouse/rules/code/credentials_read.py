"""The release reads places where credentials lie.

## What it looks for

Files that name such a place (`~/.ssh`, `~/.aws/credentials`, `.npmrc`, `.kube/config`, browser stores, wallets, the
cloud's metadata address) and can read files in the same phase. Naming a token variable is not enough: tools read
those all the time; environment-sent looks at them.

| What the file does | at install | when loaded | when called |
|---|---|---|---|
| names, reads, and reaches the network | critical | critical | low |
| the same in a bundle above 256 KB, as in the release before, not seen to be sent | critical | medium | low |
| names and reads, while another file that runs then reaches the network | high | high | low |
| the same, as in the release before, no file of which reaches the network only now | high | medium | low |
| names and reads | high | medium | low |
| only settings (`.npmrc`, `.netrc`, `.pypirc`, `.yarnrc`, `.env`), and reaches the network | high | high | low |
| only `.env` files, and reaches the network, not new in this release, not seen to be sent | high | medium | low |
| only settings | medium | low | low |
| names only | low | silent | silent |

Confidence is high for critical, otherwise medium.

## Why attackers do it

Credentials are the prize, and those of a build machine publish the next package: that is how worms spread. Shai-Hulud
(2025) ran a secret scanner over the home directory; litellm 1.82.7 (2026) took SSH keys, cloud, cluster and database
files, and shell histories; nx (2025) had AI command-line tools look for wallets and keys.

## Known evasions

Walking the home directory with patterns instead of names; reading in one file and sending in another, which the
third row lowers but still holds.

## Known false positives

Clients that need such files: npm's own configuration packages, docker and cloud clients. They read when they are
called, hence low. An install script that reads `.npmrc` to find the registry is held until someone has looked.

## What to do now

If it has run, rotate what it names, from a clean machine, publishing tokens first. Otherwise read the file: what
matters is where the content goes.

## References

- [MITRE ATT&CK T1552.001: Credentials In Files](https://attack.mitre.org/techniques/T1552/001/)
- [MITRE ATT&CK T1552.005: Cloud Instance Metadata API](https://attack.mitre.org/techniques/T1552/005/)
- [GHSA-cxm3-wv7p-598c: nx](https://github.com/advisories/GHSA-cxm3-wv7p-598c)
"""

from collections.abc import Iterator

from customhouse.model.change import Phase
from customhouse.model.code import Capability, CodeFacts
from customhouse.model.evidence import Case
from customhouse.model.finding import Confidence, Finding, Location, Severity
from customhouse.model.lazy_regex import lazy_regex
from customhouse.rules.rule import Rule
from customhouse.rules.shared.hints import explain, stay
from customhouse.rules.shared.novelty import bundled, novelty
from customhouse.rules.shared.phase import UNASKED, calls, capabilities, files, phases, spoken

_VARIABLE = lazy_regex(
    r"^(?:process\.env\b.*|os\.(?:environ|getenv)\b.*|[A-Z][A-Z0-9]*_[A-Z0-9_]*|KUBECONFIG|PGPASSWORD)$"
)
#: Settings of package managers and of the project itself, which honest tools read on purpose.
_SETTINGS = lazy_regex(r"\.npmrc|\.yarnrc|[._]netrc|\.pypirc|(?:^|/)\.env(?:\.\w+)?$")
#: What servers and command lines load for the project that starts them.
_ENVIRONMENT = lazy_regex(r"(?:^|/)\.env(?:\.\w+)*$")
_METADATA = lazy_regex(r"169\.254\.|metadata|100\.100\.100\.200|fd00:ec2")
_ADDRESS = lazy_regex(r"169\.254\.\d|\bmetadata\.(?:google|azure)|100\.100\.100\.200|fd00:ec2")


def _places(code: CodeFacts, during: Phase) -> tuple[Capability, ...]:
    """Credential files and addresses that the file names in this phase; variables left out."""
    return tuple(it for it in capabilities(code, "credentials", during=during) if not _VARIABLE.match(it.detail))


def _grade(
    case: Case, code: CodeFacts, moment: Phase, places: tuple[Capability, ...], *, network_beside: bool
) -> tuple[Severity, Confidence, str] | None:
    network = capabilities(code, "network", during=moment)
    reads = bool(capabilities(code, "filesystem", during=moment))
    if all(_METADATA.search(it.detail) for it in places):
        # A metadata service is read over the network, and only by asking it: a client made on load asks nobody yet.
        asked = (argument for call in calls(code, "network", during=moment) for argument in call.arguments)
        reads = any(argument is not None and _ADDRESS.search(argument) for argument in asked)
    if not reads:
        return ("low", "medium", "names") if moment == "install" else None
    if moment == "call":
        return ("low", "medium", "reads and can send") if network else ("low", "low", "reads")
    settings = all(_SETTINGS.search(it.detail) for it in places)
    if network:
        sent = any("credentials" in call.origins for call in calls(code, "network", during=moment))
        if bundled(code) and not sent and novelty(case, code.path, "credentials", "network") == "old":
            return "medium", "medium", "reads and can send"
        environment = moment == "import" and all(_ENVIRONMENT.search(it.detail) for it in places)
        if environment and not sent and novelty(case, code.path, "credentials", "network") != "new":
            return "medium", "medium", "reads and can send"
        return ("high", "medium", "reads and can send") if settings else ("critical", "high", "reads and can send")
    if settings:
        return ("medium" if moment == "install" else "low"), "medium", "reads"
    if moment == "install" or (network_beside and not _is_habit(case, code)):
        return "high", "medium", "reads"
    return "medium", "medium", "reads"


def _is_habit(case: Case, code: CodeFacts) -> bool:
    """Whether the release before read these places too, and no file of it has come to reach the network since."""
    gained = case.change.gained if case.change is not None else ()
    sends = any(it.kind == "network" and it.phase in UNASKED for it in gained)
    return not sends and novelty(case, code.path, "credentials", "filesystem") == "old"


def judge(case: Case) -> Iterator[Finding]:
    """Report each file once, for the earliest phase in which it has such a place."""
    everything = tuple(files(case))
    network_beside = any(capabilities(it, "network", during=moment) for it in everything for moment in UNASKED)
    for code in everything:
        for moment in phases(code):
            places = _places(code, moment)
            graded = _grade(case, code, moment, places, network_beside=network_beside) if places else None
            if graded is None:
                continue
            severity, confidence, verb = graded
            names = ", ".join(dict.fromkeys(it.detail for it in places[:20]))
            yield RULE.finding(
                case,
                f"{code.path} {verb} credentials {spoken(moment)}: {names}",
                at=tuple(dict.fromkeys(Location(code.path, it.line) for it in places))[:5],
                hint=f"{stay(case)}; if it has run, rotate what it names. {explain(case)}"
                if moment != "call"
                else f"see what the content is used for: {explain(case)}",
                severity=severity,
                confidence=confidence,
                phase=moment,
            )
            break


RULE = Rule(
    id="credentials-read",
    title="Credentials read",
    severity="critical",
    confidence="high",
    needs=("content",),
    judge=judge,
    page=__doc__,
)
