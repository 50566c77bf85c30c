"""Audits built by hand, as the engine would give them."""

from datetime import UTC, datetime

from customhouse.model.audit import Audit, AuditedPackage, Inspection, RulePage
from customhouse.model.digest import Digest
from customhouse.model.evidence import EvidenceStatus, Gap
from customhouse.model.finding import Finding, Location
from customhouse.model.locked import LockedArtifact, LockedPackage, Source
from customhouse.model.purl import make_purl
from customhouse.model.verdict import GapJudgement, Judgement, Verdict

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
LOCK = "app/package-lock.json"
DIGEST = "sha256:" + "a" * 64
SRI = Digest("sha512", "ab" * 64)
HOSTILE = 'x\x1b[2J\r\n\u202e\u200b\x9b\ud800\U000e0041<img src=x>|`@team` [a](http://evil.invalid) #1 \\ "'


def finding(name="axios", rule="install-script", severity="high", message="runs node setup.js at install", **extra):
    places = extra.pop("locations", (Location("package.json", 12), Location("lib/setup.js", 3)))
    confidence = extra.pop("confidence", "high")
    return Finding(rule, severity, confidence, make_purl("npm", name, "1.0.0"), message, places, extra.pop("hint", ""))


def judged(decision="block", *, excepted=False, **extra):
    because = "exception of me until 2027-01-01 (customhouse.toml:9): read" if excepted else "policy.high.high = block"
    return Judgement(finding(**extra), decision, because, excepted)


def gap(decision="hold", kind="publish-time", message="the registry does not say when", hint="ask again later"):
    return GapJudgement(Gap("metadata", kind, message, hint), decision, "gaps.default = hold (default)")


def verdict(name="axios", decision="allow", findings=(), gaps=()):
    evidence = (EvidenceStatus("content", "complete", "1 archive", NOW), EvidenceStatus("metadata", "partial"))
    return Verdict(make_purl("npm", name, "1.0.0"), decision, tuple(findings), tuple(gaps), evidence, (DIGEST,))


def package(of, line=7, source=LOCK, **extra):
    locked = LockedPackage(
        "npm",
        of.purl.name,
        of.purl.version,
        artifacts=(LockedArtifact(digests=(SRI,)),),
        line=line,
        key=f"node_modules/{of.purl.name}",
        **extra,
    )
    return AuditedPackage(source, locked, of)


def audit(*packages, decision="allow", incomplete=False, sources=None, warnings=()):
    parsed = Source(LOCK, "package-lock v3", "parsed", tuple(each.locked for each in packages))
    return Audit(decision, (parsed,) if sources is None else sources, packages, incomplete, warnings, 1.25)


def everything():
    """One of each: blocked, held by a gap, excepted, allowed; files parsed, skipped, unsupported and failed."""
    return audit(
        package(verdict("fine"), 3, dependency="direct"),
        package(
            verdict(
                "axios",
                "block",
                [
                    judged(hint="npm view axios"),
                    judged("allow", rule="size-jump", severity="low", confidence="low", message="is larger"),
                ],
            ),
            7,
        ),
        package(verdict("left-pad", "hold", [], [gap()]), 11, scope="dev"),
        package(verdict("esbuild", "allow", [judged("allow", excepted=True, name="esbuild")]), 15),
        decision="block",
        incomplete=True,
        sources=(
            Source(LOCK, "package-lock v3", "parsed", ()),
            Source("docs/requirements.txt", "requirements", "skipped", (), "excluded by --exclude docs"),
            Source("bun.lockb", "bun.lockb", "unsupported", (), "a binary format", "commit bun.lock instead"),
            Source("uv.lock", "uv.lock", "failed", (), "not TOML", "uv lock"),
        ),
        warnings=("an exception is unused",),
    )


def hostile(text=HOSTILE):
    """A stranger's text wherever a stranger's text can stand."""
    name = "n" + text
    strange = judged(
        name=name,
        rule="archive-hostile",
        message=text,
        hint=text,
        locations=(Location(text or "m", 1), Location(LOCK, 7)),
    )
    of = verdict(name, "block", [strange], [gap(message=text, hint=text)])
    return audit(
        package(of, alias=text),
        decision="block",
        incomplete=True,
        sources=(Source(text or "f", text, "failed", (), text, text),),
        warnings=(text,),
    )


def inspection(of=None, target="after.tgz", against="before.tgz"):
    return Inspection(target, of or verdict("axios", "block", [judged(hint="npm view axios")], [gap("allow")]), against)


PAGE = RulePage(
    "install-script",
    "A script runs at install",
    (("Severity", "high"), ("Since", "0.1.0")),
    (("What it looks for", "Lifecycle scripts.\n\n```json\n{}\n```"), ("What to do now", "Read it.")),
)
