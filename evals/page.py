"""docs/evaluation.md: the figures of one run as a page, which holds no registry's host name."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date
from textwrap import fill

import msgspec

from evals.figures import FalsePositives, Rate, Recall, Speed, false_positives, recall, speed
from evals.judging import Outcome
from evals.result import HELD_SCORE, Judged, Reason

#: Reasons shown of one release; the rest are counted.
_SHOWN = 3
_LONGEST = 220
_WIDTH = 118
#: What is promised: shares of real upgrades held and blocked, of replicas and of variations at least held.
MAX_HELD, MAX_BLOCKED, MIN_REPLICAS, MIN_VARIATIONS = 0.01, 0.001, 1.0, 0.98


class Facts(msgspec.Struct, frozen=True):
    """What the page says of the run itself."""

    day: date
    code: str
    python: str
    cores: int
    #: The days that the projects are locked at.
    before: date
    after: date
    projects: tuple[str, ...]
    #: Largest memory of the process that read the archives, in bytes; 0 unmeasured.
    peak: int = 0
    #: GuardDog's version; empty when it was not asked.
    guarddog: str = ""


def page(facts: Facts, upgrades: Sequence[Outcome], replicas: Sequence[Judged], clean: Callable[[str], str]) -> str:
    """Write the page. `clean` takes host names of registries out of messages."""
    judged = [outcome.judged for outcome in upgrades]
    parts = [_head(facts)]
    if replicas:
        parts += [_recall(replicas), _missed(replicas)]
    if upgrades:
        parts += [_rates(facts, upgrades), _stopped(judged, clean)]
    parts += [_speed(facts, judged, replicas), _limits(upgrades), _REPEAT]
    return "\n".join(part for part in parts if part).rstrip() + "\n"


def _head(facts: Facts) -> str:
    peer = (
        f"GuardDog {facts.guarddog} is measured beside it on the same archives; it counts as having held a release "
        f"from a score of {HELD_SCORE:g} on, where it begins to call one suspicious."
        if facts.guarddog
        else "GuardDog was left out of this run (`--no-guarddog`)."
    )
    told = f"""Written by `make eval` on {facts.day.isoformat()} (code {facts.code}, Python {facts.python},
{facts.cores} cores). Every release is judged by the whole pipeline and the default policy as of an hour
after it was published, when nobody has reported anything yet. The cooldown is left out of the count, since it would
hold every one of them, and no advisory is known.

{peer}"""
    return f"# What it catches, and what it lets pass\n\n{_prose(told)}\n"


def _recall(replicas: Sequence[Judged]) -> str:
    plain = [one for one in replicas if one.set == "replica"]
    varied = [one for one in replicas if one.set == "variation"]
    lines = [
        "## Replicas of incidents",
        "",
        "Inert replicas of what was published, as pairs of a release and the one before it, and variations of them.",
        "Counted is what findings stop; a gap in the evidence does not count as a catch.",
        "",
        _recall_table("set", [*recall(plain, lambda _: "replicas"), *recall(varied, lambda _: "variations")]),
        "",
        f"Promised: {MIN_REPLICAS:.0%} of replicas and {MIN_VARIATIONS:.0%} of variations at least held.",
        "",
        "### By family",
        "",
        _recall_table("family", recall(replicas, lambda one: one.family)),
        "",
        "### By variation",
        "",
        _recall_table("variation", recall(varied, lambda one: one.variation)),
        "",
    ]
    return "\n".join(lines)


def _recall_table(title: str, rows: Sequence[Recall]) -> str:
    return _table(
        (title, "releases", "at least held", "blocked", "GuardDog"),
        [(row.name, str(row.held.total), _share(row.held), _share(row.blocked), _share(row.peer)) for row in rows],
    )


def _missed(replicas: Sequence[Judged]) -> str:
    missed = [one for one in replicas if one.decision == "allow"]
    if not missed:
        return "None was missed.\n"
    rows = [(one.family, one.variation or "as it was", one.purl, ", ".join(one.rules) or "nothing") for one in missed]
    return f"### Missed\n\n{_table(('family', 'variation', 'release', 'what was said of it'), rows)}\n"


def _rates(facts: Facts, upgrades: Sequence[Outcome]) -> str:
    judged = [outcome.judged for outcome in upgrades]
    packages = len({one.purl.rpartition("@")[0] for one in judged if one.set == "upgrade"})
    counts = Counter(one.set for one in judged)
    told = f"""{len(facts.projects)} ordinary projects ({", ".join(facts.projects)}), each locked at two states,
most of them as of {facts.before.isoformat()} and {facts.after.isoformat()} (evals/projects/states.toml):
{counts["upgrade"]} upgrades of {packages} distinct packages, each compared with the version that the project had, and
{counts["new-package"]} releases of packages that the project did not have."""
    return f"""## Real upgrades

{_prose(told)}

{_rate_table(false_positives(judged))}

With 95 % intervals (Wilson). Promised: at most {MAX_HELD:.0%} of upgrades held, {MAX_BLOCKED:.1%} blocked.
"""


def _rate_table(rows: Sequence[FalsePositives]) -> str:
    return _table(
        ("per", "counted", "held or blocked", "blocked", "with gaps that hold", "GuardDog"),
        [
            (
                row.unit,
                str(row.held.total),
                *map(_interval, (row.held, row.blocked, row.with_gaps)),
                _interval(row.peer),
            )
            for row in rows
        ],
    )


def _stopped(judged: Sequence[Judged], clean: Callable[[str], str]) -> str:
    stopped = [one for one in judged if one.decision != "allow"]
    gapped = [one for one in judged if one.decision == "allow" and one.decision_with_gaps != "allow"]
    lines = ["### What was stopped", "", *(_entry(one, clean) for one in stopped), "" if stopped else "Nothing.\n"]
    if gapped:
        lines += [
            "### What gaps held",
            "",
            "Something of these could not be read or asked, and the default policy does not guess.",
            "",
            *(_entry(one, clean) for one in gapped),
            "",
        ]
    return "\n".join(lines)


def _entry(one: Judged, clean: Callable[[str], str]) -> str:
    was = f"was {one.variation}" if one.variation else "new"
    lines = [f"- **{one.decision_with_gaps}** `{one.purl}` ({was}; {one.family})"]
    lines += [f"  - {_reason(reason, clean)}" for reason in one.reasons[:_SHOWN]]
    more = Counter(reason.rule for reason in one.reasons[_SHOWN:])
    if more:
        lines.append("  - and " + ", ".join(f"{count} more of `{rule}`" for rule, count in sorted(more.items())))
    if one.note:
        lines.append(f"  - note: {one.note}")
    return "\n".join(lines)


def _reason(reason: Reason, clean: Callable[[str], str]) -> str:
    graded = f" ({reason.severity}/{reason.confidence})" if reason.severity else ""
    place = f" at `{reason.path}{f':{reason.line}' if reason.line else ''}`" if reason.path else ""
    said = " ".join(clean(reason.message).split())
    said = said if len(said) <= _LONGEST else said[: _LONGEST - 1] + "…"
    return f"`{reason.rule}`{graded}: {said.replace('<', '&lt;')}{place}"


def _speed(facts: Facts, judged: Sequence[Judged], replicas: Sequence[Judged]) -> str:
    rows = []
    npm, pypi = ([one for one in judged if one.purl.startswith(f"pkg:{each}/")] for each in ("npm", "pypi"))
    groups = (("upgrades", judged), ("upgrades, npm", npm), ("upgrades, PyPI", pypi), ("replicas", replicas))
    for name, group in groups:
        told = speed(group)
        if told is not None:
            rows.append((name, *_speed_cells(told)))
    if not rows:
        return "## Cost\n\nNot measured in this run (`--no-timing`).\n"
    head = (
        "releases of",
        "measured",
        "median",
        "median CPU",
        "95 %",
        "slowest",
        "GuardDog's CPU by ours, median",
        "of sums",
    )
    peak = f"\nLargest memory of the process that read them: {facts.peak / 1e6:.0f} MB.\n" if facts.peak else ""
    return f"""## Cost

Seconds to read and judge a release's archives in one process, the archives at hand: all of an npm release, of a PyPI
release the source distribution and the wheels that an installer here would choose among.

{_table(head, rows)}
{peak}"""


def _speed_cells(told: Speed) -> tuple[str, ...]:
    median = f"{told.median_ratio:.1f}x of {told.compared}" if told.median_ratio is not None else "not asked"
    sums = f"{told.ratio_of_sums:.1f}x" if told.ratio_of_sums is not None else "not asked"
    return (
        str(told.releases),
        f"{told.median * 1000:.0f} ms",
        f"{told.median_cpu * 1000:.0f} ms",
        f"{told.p95 * 1000:.0f} ms",
        f"{told.slowest:.2f} s (`{told.slowest_purl}`)",
        median,
        sums,
    )


def _limits(upgrades: Sequence[Outcome]) -> str:
    if not upgrades:
        return ""
    total = len(upgrades)
    dated = sum(outcome.told.published is not None for outcome in upgrades)
    publisher = sum(outcome.told.publisher for outcome in upgrades)
    provenance = sum(outcome.told.provenance for outcome in upgrades)
    told = f"""Archives are what they were. Of registries' documents, releases that came later are hidden, so counts,
ages, the version before and what a new dependency resolves to are those of then, as far as the dates in the documents
are true. A mirror may date releases by when it copied them: of a judged package, an earlier version that is dated later
is seen without its date, and upgrades are counted without those dated out of order too. Maintainers, deprecations
and withdrawals are those of today. Of these {total} releases the registry told a publish time of {dated}, a
publisher of {publisher}, and whether there is provenance of {provenance}:
rules over what it does not tell had no chance to be wrong, and a registry that tells all of it may show more.

Projects are locked by the clients here (npm prefers releases that run on this Node), and of PyPI's files only those are
read that an ordinary install here chooses among. A release that was taken down since is in no lock. That nothing here
is malicious is taken for granted, not shown."""
    return f"## What this can show, and what it cannot\n\n{_prose(told)}\n"


_REPEAT = """## Repeat it

    make eval

fetches through the registries that npm and pip are set to (some gigabytes the first time, kept under the XDG cache
directory, or where `--cache-dir` says), goes on where it was interrupted, and writes this page. The locks are committed
under evals/projects and made again by `python evals/projects/relock.py`. Shorter runs print their figures and leave
this page alone: `python evals/run.py --only upgrades`, `--only replicas`, `--project NAME`, `--limit N`;
`--no-guarddog` leaves the peer out. Times are measured of a sample, picked by the archives' digests;
`--timing-sample 0` and `--guarddog-sample 0` measure all, and ask GuardDog of the variations too.
"""


def _prose(text: str) -> str:
    """Fill each paragraph anew: figures put into it are of any width."""
    return "\n\n".join(fill(" ".join(part.split()), _WIDTH, break_on_hyphens=False) for part in text.split("\n\n"))


def _share(rate: Rate | None) -> str:
    return "not asked" if rate is None else f"{rate.share:.1%} ({rate.count})" if rate.total else "none"


def _interval(rate: Rate | None) -> str:
    if rate is None:
        return "not asked"
    low, high = rate.interval
    asked = f" of {rate.total}"
    return f"{rate.share:.2%} ({rate.count}{asked}; {low:.2%} to {high:.2%})"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)
