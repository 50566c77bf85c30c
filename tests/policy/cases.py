"""Findings, gaps and exceptions to judge."""

from datetime import UTC, date, datetime

from customhouse.model.evidence import Gap
from customhouse.model.finding import Finding, Location
from customhouse.model.intelligence import AdvisoryMatch
from customhouse.model.purl import make_purl
from customhouse.policy.configuration import Configuration, PolicyException
from customhouse.policy.decide import decide

NOW = datetime(2026, 11, 21, 23, 30, tzinfo=UTC)
PURL = make_purl("npm", "esbuild", "0.25.0")
ONE, TWO = "sha256:" + "1" * 64, "sha256:" + "2" * 64


def finding(severity="high", confidence="high", rule="install-script", advisories=(), fixed=""):
    records = (
        (AdvisoryMatch(advisories[0], "vulnerability", aliases=advisories[1:], fixed=fixed),) if advisories else ()
    )
    if fixed and not advisories:
        records = (AdvisoryMatch("GHSA-0", "vulnerability", fixed=fixed),)
    return Finding(
        rule, severity, confidence, PURL, "does something", (Location("package.json", 3),), "look", records=records
    )


def gap(kind="publish-time", collector="metadata"):
    return Gap(collector, kind, "not known")


def exception(rule="install-script", digest=ONE, purl=str(PURL), expires=date(2027, 2, 1), approved=date(2026, 11, 1)):
    return PolicyException(
        rule=rule, purl=purl, digest=digest, reason="read", owner="me", expires=expires, approved=approved
    )


def judge(findings=(), gaps=(), configuration=None, digests=(ONE,), now=NOW, scope="prod"):
    return decide(PURL, findings, gaps, (), digests, configuration or Configuration(), now, scope)
