"""setup.py, or a build backend inside the sdist, does more than describe the package.

## What it looks for

What a setup.py of an sdist, or the backend that its `backend-path` leads to, does while the sdist is built, which is
when pip installs from it, and even when it only resolves. The methods of command classes (`cmdclass`) that setuptools
calls, and the functions of a backend that PEP 517 names, count like code that runs when the file is loaded:

| What it does | Finding |
|---|---|
| reaches the network when it is loaded | high, high confidence: blocked |
| the same, in a release of 90 days that cannot be compared | high, medium confidence: held |
| the same, and the release before did it too | medium, medium confidence: reported |
| executes what it fetched or decoded | high, high confidence: blocked |
| reaches the network in a function that nothing calls by itself | medium, medium confidence: reported |
| executes text of unknown origin | low |
| starts programs (`git describe`, a compiler) | low |
| executes a file of its own, such as `exec(open("pkg/version.py").read())` | info |

## Why attackers do it

`pip install` of a name typed wrong is enough; nothing needs to be imported. The W4SP packages of 2022, dozens of
names close to known ones, fetched and executed a stealer from the setup.py of an sdist. It reaches even the careful:
`pip install --dry-run` and `pip download` build an sdist to learn its dependencies, and run the same file.

## Known evasions

The same in a module that setup.py imports, which is read as code that runs at install and judged by
install-time-download-and-run; a wheel, where setup.py does not run at all and import does the work.

## Known false positives

Machine-learning packages fetch prebuilt kernels while they are built (flash-attn does), and have done so in every
release: the third row.

## What to do now

Install the wheel: `pip install --only-binary :all: NAME`. If there is none, read setup.py first, and build it where
no secrets are.

## References

- [PEP 517: build backends](https://peps.python.org/pep-0517/)
- [pip: --only-binary](https://pip.pypa.io/en/stable/cli/pip_install/#cmdoption-only-binary)
- [MITRE ATT&CK T1195.001: Compromise Software Dependencies](https://attack.mitre.org/techniques/T1195/001/)
"""

from collections.abc import Iterator

from customhouse.model.code import CodeFacts
from customhouse.model.content import ContentFacts
from customhouse.model.evidence import Case
from customhouse.model.finding import Confidence, Finding, Location, Severity
from customhouse.rules.rule import Rule
from customhouse.rules.shared.age import settled
from customhouse.rules.shared.hints import explain
from customhouse.rules.shared.novelty import novelty
from customhouse.rules.shared.phase import calls, capabilities, files_with_archive

_Said = tuple[Severity, Confidence, str, int]


def _network(case: Case, code: CodeFacts) -> Iterator[_Said]:
    reached = capabilities(code, "network")
    at_load = [it for it in reached if it.when == "load"]
    if at_load:
        severity, confidence = _weight(case, code.path)
        said = f"reaches the network while the package is built ({at_load[0].detail})"
        yield severity, confidence, said, at_load[0].line
    elif reached:
        yield (
            "medium",
            "medium",
            f"can reach the network while the package is built ({reached[0].detail})",
            reached[0].line,
        )


def _weight(case: Case, path: str) -> tuple[Severity, Confidence]:
    """A release to compare with that did the same speaks for it; without one, only time does a little."""
    if case.change is None:
        return "high", "medium" if settled(case) else "high"
    return ("high", "high") if novelty(case, path, "network") == "new" else ("medium", "medium")


def _dynamic(code: CodeFacts) -> Iterator[_Said]:
    seen: set[str] = set()
    for call in calls(code, "dynamic-code"):
        if "network" in call.origins or "decoded" in call.origins:
            how = "fetched" if "network" in call.origins else "decoded"
            said: _Said = ("high", "high", f"executes what it {how} ({call.callee})", call.line)
        elif "file" in call.origins:
            said = ("info", "low", f"executes a file of its own ({call.callee})", call.line)
        else:
            said = ("low", "medium", f"executes text as code ({call.callee})", call.line)
        if said[0] not in seen:
            seen.add(said[0])
            yield said


def _setup_files(content: ContentFacts) -> set[str]:
    return {hook.path or hook.name for hook in content.hooks if hook.kind in ("setup-py", "build-backend")}


def judge(case: Case) -> Iterator[Finding]:
    """Look at each artifact's setup.py and at the backend inside of it."""
    for content, code in files_with_archive(case):
        if code.path not in _setup_files(content):
            continue
        said = [*_network(case, code), *_dynamic(code)]
        process = capabilities(code, "process")
        if process:
            said.append(
                ("low", "medium", f"starts programs while the package is built ({process[0].detail})", process[0].line)
            )
        for severity, confidence, message, line in said:
            yield RULE.finding(
                case,
                f"{code.path} {message}",
                at=(Location(code.path, line),),
                hint=f"install the wheel: `pip install --only-binary :all: {case.purl.display}`. {explain(case)}",
                severity=severity,
                confidence=confidence,
                phase="install",
            )


RULE = Rule(
    id="setup-py-runs-code",
    title="setup.py runs code",
    severity="high",
    confidence="high",
    needs=("content",),
    judge=judge,
    page=__doc__,
    ecosystems=("pypi",),
)
