"""A build runs code of others by a name that its owner can move to other code.

## What it looks for

| Case | Severity | Confidence |
|---|---|---|
| GitHub: an action or a reusable workflow by tag or branch | medium | medium |
| The same of `actions/*` and `github/*`, GitHub's own | low | medium |
| GitLab: a remote include without `integrity`; a component by branch or `~latest` | medium | medium |
| GitLab, Azure, Jenkins: files of another project by branch or tag | low | medium |
| CircleCI: an orb `@volatile`, `@dev:…` or by major or minor version | medium | medium |
| An image without a digest | low | medium |

A full commit (40 hex digits, 64 with SHA-256), an image's `@sha256:…` and an orb's full version cannot be moved, and
what lies in the repository itself (`./…`) is reviewed with it: these are silent. A first `uses:` of something that is
computed (`${{ … }}`) cannot be judged. Nothing of this is held by the default policy; `[rules.ci-action-unpinned]
decision = "hold"` makes it hold.

## Why attackers do it

One moved tag reaches every build that names it. In tj-actions/changed-files (2025), which some 23,000 repositories
used, all tags were moved to a commit that printed the builds' secrets into their logs; the way in was
reviewdog/action-setup, whose `v1` had been moved in the same way.

## Known evasions

A pinned action may itself name others by tag, or fetch code when it runs. A commit may be one of a fork, which GitHub
serves under the name of the original.

## Known false positives

Actions of one's own organisation, whose tags are protected. Give the rule an exception for the path, or let it be.

## What to do now

Name the commit, with the tag as a comment for people and for update bots: `uses: owner/action@<commit> # v4.2.1`. Name
images by digest: `docker buildx imagetools inspect IMAGE:TAG` prints it.

## References

- [GitHub: security hardening, third-party actions](https://docs.github.com/en/actions/reference/security/secure-use)
- [CVE-2025-30066: tj-actions/changed-files](https://nvd.nist.gov/vuln/detail/CVE-2025-30066)
- [GitLab: include with integrity](https://docs.gitlab.com/ci/yaml/#includeintegrity)
- [CircleCI: orb versions](https://circleci.com/docs/orbs/use/orb-intro/#semantic-versioning)
"""

from collections.abc import Iterator

from customhouse.model.finding import Finding, Location, Severity
from customhouse.model.lazy_regex import lazy_regex
from customhouse.model.repository import RepositoryCase
from customhouse.model.workflow import ActionUse
from customhouse.rules.repository.rule import RepositoryRule

_COMMIT = lazy_regex(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_ORB = lazy_regex(r"[0-9]+\.[0-9]+\.[0-9]+")
_OWN = ("actions/", "github/")


def _judged(use: ActionUse) -> tuple[Severity, str, str] | None:
    """Give severity, message and hint; None for what cannot be moved, or is not known before it runs."""
    named = f"{use.name}@{use.ref}" if use.ref else use.name
    if "$" in use.name:
        return None
    match use.kind:
        case "action" | "workflow":
            if _COMMIT.fullmatch(use.ref):
                return None
            how = f"by `{use.ref}`, which its owner can move" if use.ref else "without saying which version"
            severity: Severity = "low" if use.name.lower().startswith(_OWN) else "medium"
            hint = f"name the commit that you reviewed: {use.name}@<commit> # {use.ref or 'tag'}"
            return severity, f"{use.name} is used {how}", hint
        case "image":
            if use.ref.startswith("sha256:") or "$" in use.ref:
                return None
            image = f"{use.name}:{use.ref}" if use.ref else use.name
            return "low", f"image {image} is used without a digest", f"name its digest: {image}@sha256:<digest>"
        case "orb":
            if _ORB.fullmatch(use.ref):
                return None
            hint = f"name a full version: {use.name}@<major.minor.patch>"
            return "medium", f"orb {named} is whatever its owner publishes next", hint
        case "include":
            return _include(use)


def _include(use: ActionUse) -> tuple[Severity, str, str] | None:
    if "://" in use.name:
        if use.ref.startswith("sha256-"):
            return None
        return "medium", f"{use.name} is included without a digest", "add `integrity: sha256-<digest>` to the include"
    if _COMMIT.fullmatch(use.ref) or "$" in use.ref:
        return None
    component = use.system == "gitlab" and use.name.count("/") > 1 and "." in use.name.partition("/")[0]
    if component and _ORB.fullmatch(use.ref):
        return None
    how = f"at `{use.ref}`, which can be moved" if use.ref else "as its default branch is"
    hint = "name the full commit instead"
    return ("medium" if component else "low"), f"files of {use.name} are taken {how}", hint


def judge(case: RepositoryCase) -> Iterator[Finding]:
    """Speak of each thing once a file, with every line that uses it."""
    found: dict[tuple[str, tuple[Severity, str, str]], list[Location]] = {}
    for use in case.actions:
        judged = _judged(use)
        if judged is not None:
            found.setdefault((use.path, judged), []).append(Location(use.path, use.line))
    for (_, (severity, message, hint)), places in found.items():
        yield RULE.finding(message, at=tuple(dict.fromkeys(places)), hint=hint, severity=severity)


RULE = RepositoryRule(
    id="ci-action-unpinned",
    title="Build uses movable code of others",
    severity="medium",
    confidence="medium",
    judge=judge,
    page=__doc__,
    needs=("workflows", "image recipes"),
)
