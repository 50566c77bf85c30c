"""The release runs code of its own when it is installed.

## What it looks for

npm's lifecycle scripts (preinstall, install, postinstall), a binding.gyp (which makes npm run `node-gyp rebuild`
without any script being named), and Python build backends that lie inside the sdist; of an inspected folder also
what runs when a dependency comes from git (prepare, prepack and the like). One finding each, always low: it states
what `npm install` will do, so that you know. setup.py is in nearly every sdist and has a rule of its own
(setup-py-runs-code), as have `.pth` files (pth-runs-code).

## Why attackers do it

It is the earliest moment there is: before tests, before review, on the build machine with all its secrets, and the
package need not be used at all. 14 of 30 incidents studied ran at install, ua-parser-js 0.7.29 (2021, preinstall), nx
(2025, postinstall) and both Shai-Hulud worms (2025) among them; the axios attack used the postinstall of a
dependency. In the "Phantom Gyp" campaign (57 packages) a 157-byte binding.gyp did it, with no script in package.json
at all.

## Known evasions

Running on import instead, as about half of the incidents did.

## Known false positives

All the honest ones: esbuild, sharp, puppeteer and core-js have install scripts, each for a reason. That is why this
alone never holds anything. A script that is new, changed, or downloads and runs something is reported by its own
rule.

## What to do now

Install with scripts off (`npm ci --ignore-scripts`) and rebuild the few packages that need theirs (`npm rebuild
esbuild`). That stops half of all attacks at no further cost.

## References

- [npm scripts: life cycle](https://github.com/npm/cli/blob/latest/docs/lib/content/using-npm/scripts.md)
- [PEP 517: in-tree build backends](https://peps.python.org/pep-0517/#in-tree-build-backends)
- [MITRE ATT&CK T1195.002: Compromise Software Supply Chain](https://attack.mitre.org/techniques/T1195/002/)
"""

from collections.abc import Iterator

from customhouse.model.command_words import LIFECYCLE
from customhouse.model.content import InstallHook
from customhouse.model.evidence import Case
from customhouse.model.finding import Finding, Location
from customhouse.rules.rule import Rule
from customhouse.rules.shared.hints import explain
from customhouse.rules.shared.places import manifest_file


def describe(hook: InstallHook) -> str:
    """What a hook does, as the end of a sentence that starts with the package."""
    match hook.kind:
        case "gyp":
            return f"runs node-gyp at install, because it has a {hook.path or hook.name or 'binding.gyp'}"
        case "lifecycle-script" if hook.name not in LIFECYCLE:
            return f"runs `{hook.command}` when it is installed from git or from a folder ({hook.name})"
        case "lifecycle-script":
            return f"runs `{hook.command}` at install ({hook.name})"
        case "build-backend":
            return f"builds itself with code of its own ({hook.command or hook.name})"
        case "setup-py":
            return f"runs {hook.path or 'setup.py'} when it is built"
        case "pth" | "startup-module":
            return f"runs {hook.path or hook.name} whenever Python starts"


def judge(case: Case) -> Iterator[Finding]:
    """State each install hook that has no rule of its own."""
    for content in case.contents:
        for hook in content.hooks:
            if hook.kind not in ("lifecycle-script", "gyp", "build-backend"):
                continue
            manifest = manifest_file(case, content.filename)
            places = (manifest, Location(hook.path)) if hook.path and hook.path != manifest.path else (manifest,)
            npm = case.purl.ecosystem == "npm"
            yield RULE.finding(
                case,
                f"{case.purl.display} {describe(hook)}",
                at=places,
                hint="install with `npm ci --ignore-scripts` if you do not need it"
                if npm
                else f"install the wheel if there is one (`pip install --only-binary :all:`). {explain(case)}",
                phase="install",
            )


RULE = Rule(
    id="install-script",
    title="Install script",
    severity="low",
    confidence="high",
    needs=("content",),
    judge=judge,
    page=__doc__,
)
