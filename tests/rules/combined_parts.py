"""Findings for tests of combinations: said by a rule, about the case's own release."""

from customhouse.model.finding import Finding, Location
from rules.cases import case


def found(rule, severity="medium", phase="install", path="setup.js"):
    return Finding(rule, severity, "medium", case().purl, f"said by {rule}", (Location(path, 1),), "", phase=phase)


def told(rule, *others):
    return list(rule.findings(case(), others))
