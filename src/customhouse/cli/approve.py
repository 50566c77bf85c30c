"""customhouse approve: let a release into the project, or answer for one finding of it; by name, bytes and end."""

import os
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import click
import msgspec

from customhouse.cli.gateway_client import gateway_options
from customhouse.cli.known_rules import known_rules
from customhouse.engine.approval import append_approvals, append_exception
from customhouse.engine.settings import FILE_NAME, check_rules, load_organisation, load_settings
from customhouse.model.errors import CustomhouseError
from customhouse.model.purl import Purl, parse_purl
from customhouse.policy.approvals import APPROVALS_FILE
from customhouse.policy.configuration import Approval, Configuration, Justification, PolicyException
from customhouse.policy.durations import duration
from customhouse.policy.exceptions import ADVISORY_RULES, DIGEST, DIGEST_FORMS, LONGEST, gap_rule
from customhouse.policy.tighten import tighten

if TYPE_CHECKING:
    from customhouse.engine.approving import Approvable


class Answer(msgspec.Struct, frozen=True):
    """Who answers for it, why, and until when."""

    reason: str
    owner: str
    approved: date
    expires: date
    #: Of a vulnerability: why it does not affect this project, in OpenVEX's words.
    justification: Justification | None = None
    #: Of a rule that rests on advisories: the one that is answered for.
    advisory: str | None = None


class Where(msgspec.Struct, frozen=True):
    """Where evidence comes from, as the command line says."""

    config: Path | None
    cache_dir: Path | None
    offline: bool = False
    npm_registry: str | None = None
    pypi_index: str | None = None
    progress: bool = True


@click.command(name="approve")
@click.argument("targets", metavar="[PURL|PATH]...", nargs=-1)
@click.option("--all-new", is_flag=True, help="Approve everything that waits for it in the change since --base.")
@click.option("--base", metavar="REV", help="The git revision that --all-new compares with.")
@click.option("--rule", help="Instead of letting the release in: the rule whose finding is answered for.")
@click.option("--gap", metavar="KIND", help="Instead of a rule: the kind of gap that is answered for.")
@click.option("--digest", "digests", multiple=True, help="sha256:… of each archive; else what was inspected.")
@click.option("--advisory", metavar="ID", help="Which advisory of known-vulnerable or known-malicious is answered for.")
@click.option(
    "--despite", metavar="RULE", multiple=True, help="At a gateway: a rule that you know to speak against it."
)
@click.option("--reason", required=True, help="Why this may come in.")
@click.option("--owner", required=True, help="Who answers for it.")
@click.option("--expires", default="90d", show_default=True, metavar="DATE|DAYS", help="Last day; at most a year away.")
@click.option(
    "--justification",
    type=click.Choice(get_args(Justification)),
    help="Of known-vulnerable: why it does not affect this project, as the VEX document is to say.",
)
@click.option("--config", type=click.Path(path_type=Path, dir_okay=False), help="Write an exception into this file.")
@click.option("--offline", is_flag=True, help="Use the evidence cache alone.")
@click.option("--progress/--no-progress", default=True, help="Show a progress bar on stderr.")
@click.option("--npm-registry", metavar="URL", envvar="CUSTOMHOUSE_NPM_REGISTRY", help="npm registry to ask.")
@click.option("--pypi-index", metavar="URL", envvar="CUSTOMHOUSE_PYPI_INDEX", help="Simple-API root to ask.")
@click.option("--cache-dir", type=click.Path(path_type=Path, file_okay=False), help="Where evidence is kept.")
@gateway_options(required=False)
def command(  # noqa: C901, PLR0913, PLR0917 - one parameter an option
    targets: tuple[str, ...],
    all_new: bool,
    base: str | None,
    rule: str | None,
    gap: str | None,
    despite: tuple[str, ...],
    advisory: str | None,
    digests: tuple[str, ...],
    reason: str,
    owner: str,
    expires: str,
    justification: Justification | None,
    config: Path | None,
    offline: bool,
    progress: bool,
    npm_registry: str | None,
    pypi_index: str | None,
    cache_dir: Path | None,
    gateway: str | None,
    token: str | None,
) -> None:
    """Let releases into the project, bound to their bytes: tables of customhouse.approvals.toml at its root.

    With --rule or --gap, answer for one finding or gap of one release instead, or of a PATH of the repository (a file,
    or a pattern such as `services/*/package.json`): an exception in customhouse.toml. A file that cannot be read is
    answered for by --gap unsupported-source or failed-source, as long as its bytes stay what they are.

    With --gateway, let releases through that gateway instead, for everybody; needs a token with the role approver.
    """
    if not reason.strip() or not owner.strip():
        raise click.UsageError("--reason and --owner must say something")
    if rule is not None and gap is not None:
        raise click.UsageError("give either --rule or --gap")
    if all_new == bool(targets):
        raise click.UsageError("name the releases, or give --all-new with --base REV")
    _about_advisories(rule, advisory, justification)
    if gateway is not None:
        if all_new or rule is not None or gap is not None or config is not None:
            raise click.UsageError("--gateway lets releases through as a whole: no --all-new, --rule, --gap, --config")
        _approve_at_gateway(targets, _checked(digests), despite, (reason, owner, expires), (gateway, token))
        return
    if despite:
        raise click.UsageError("--despite is for --gateway: a project's findings are answered for by --rule")
    today = datetime.now(UTC).date()
    answer = Answer(reason.strip(), owner.strip(), today, last_day(expires, today), justification, advisory)
    where = Where(config, cache_dir, offline, npm_registry, pypi_index, progress)
    if rule is not None or gap is not None:
        if len(targets) != 1:
            raise click.UsageError("--rule and --gap answer for one release, or one path, at a time")
        _except(targets[0], rule if rule is not None else gap_rule(gap or ""), _checked(digests), answer, where)
        return
    purls = [_release(target) for target in targets]
    if digests and len(purls) != 1:
        raise click.UsageError("--digest names the bytes of one release: approve one at a time")
    if all_new and base is None:
        raise click.UsageError("--all-new needs --base REV: what is new is told by what was there")
    _approve(purls, base if all_new else None, _checked(digests), answer, where)


def _about_advisories(rule: str | None, advisory: str | None, justification: str | None) -> None:
    """Refuse what would accept more than one advisory, or speaks of one where there is none."""
    if rule in ADVISORY_RULES and not (advisory or "").strip():
        raise click.UsageError(
            f"give --advisory: the id that the finding of {rule} names, so that no other is accepted"
        )
    if advisory is not None and rule not in ADVISORY_RULES:
        raise click.UsageError(f"--advisory goes with --rule {' or '.join(ADVISORY_RULES)}")
    if justification is not None and rule != "known-vulnerable":
        raise click.UsageError("--justification is for --rule known-vulnerable")


def last_day(text: str, today: date) -> date:
    """Read `2027-01-31` or `90d`. Raises CustomhouseError when it is neither, past, or more than a year away."""
    try:
        day = date.fromisoformat(text) if text[:4].isdigit() and "-" in text else today + duration(text)
    except (ValueError, OverflowError):
        raise CustomhouseError(f"not a day or a duration: {text!r}", hint="write --expires 2027-01-31 or 90d") from None
    if not today <= day <= today + LONGEST:
        raise CustomhouseError(
            f"an exception ends between today and a year from now, not on {day}",
            hint=f"write --expires {today + timedelta(days=365)} or earlier",
        )
    return day


def _release(text: str) -> Purl:
    purl = parse_purl(text)
    if purl.version is None:
        raise CustomhouseError(f"{text} names no version", hint=f"approve one release: {purl}@<version>")
    return purl


def _approve_at_gateway(
    targets: tuple[str, ...],
    digests: tuple[str, ...],
    despite: tuple[str, ...],
    answer: tuple[str, str, str],
    gateway: tuple[str, str | None],
) -> None:
    """Let releases through a gateway: `answer` is reason, owner and end, `gateway` its address and a token."""
    from customhouse.cli.gateway_decisions import Said, decide  # noqa: PLC0415 - projects are approved more often

    if digests and len(targets) > 1:
        raise click.UsageError("--digest names the bytes of one release: approve one at a time")
    decide("approve", targets, Said(*answer), *gateway, digests, despite)


def _except(target: str, rule: str, digests: tuple[str, ...], answer: Answer, where: Where) -> None:
    """Write an exception, of a release or of a path of the repository."""
    if not target.startswith("pkg:"):
        from customhouse.cli.approve_path import except_path  # noqa: PLC0415 - releases are approved more often

        own, digest = except_path(target, rule, digests, load_settings(Path(), environ={}).root)
        _write(_exception(rule, answer, path=own, digest=_one_or_many(digest)), own, where.config)
        return
    purl = _release(target)
    digest = digests or _inspected(purl, where.cache_dir)
    _write(_exception(rule, answer, purl=str(purl), digest=_one_or_many(digest)), purl.display, where.config)


def _exception(rule: str, answer: Answer, **what: Any) -> PolicyException:
    return PolicyException(
        rule=rule,
        reason=answer.reason,
        owner=answer.owner,
        expires=answer.expires,
        approved=answer.approved,
        justification=answer.justification,
        advisory=answer.advisory.strip() if answer.advisory else None,
        **what,
    )


def _write(exception: PolicyException, named: str, config: Path | None) -> None:
    """Append an exception to the file that the configuration stands in, if the organisation lets it."""
    path = _file_for(config)
    _permitted(exception)
    check_rules(Configuration(exceptions=(exception,), origins={("exceptions", "0"): "--rule"}), known_rules())
    configuration = append_exception(path, exception)
    line = configuration.origin("exceptions", str(len(configuration.exceptions) - 1))
    click.echo(f"approved {exception.rule} for {named} until {exception.expires} ({line})", err=True)


def _approve(purls: list[Purl], base: str | None, digests: tuple[str, ...], answer: Answer, where: Where) -> None:
    """Write approvals: of the releases named, or of all that wait for one since a base."""
    path = load_settings(Path(), environ={}).root / APPROVALS_FILE
    named = [(purls[0], digests)] if digests else [(each.purl, each.digests) for each in _waiting(purls, base, where)]
    if not named:
        click.echo(f"nothing waits for an approval since {base}", err=True)
        return
    approvals = [
        Approval(str(purl), _one_or_many(several), answer.reason, answer.owner, answer.approved, answer.expires)
        for purl, several in named
    ]
    append_approvals(path, approvals)
    for purl, _ in named:
        click.echo(f"approved {purl.display} until {answer.expires} ({_shown(path)})", err=True)


def _waiting(purls: list[Purl], base: str | None, where: Where) -> "Sequence[Approvable]":
    """Find the bytes to name, exactly as a check would, and tell what an approval does not answer."""
    from customhouse.cli.progress import progress_bar  # noqa: PLC0415 - brings the network along
    from customhouse.engine.approving import held_releases, locked_releases  # noqa: PLC0415
    from customhouse.engine.audit import find_sources  # noqa: PLC0415
    from customhouse.engine.base import read_base  # noqa: PLC0415
    from customhouse.engine.session import RunOptions, Session, run_session  # noqa: PLC0415

    settings = load_settings(Path(), explicit=where.config, environ=os.environ, known_rules=known_rules())
    project = _from_here(settings.root)
    exclude = settings.configuration.discovery.exclude
    compared = read_base(base, [project], settings, exclude=exclude) if base is not None else None
    sources = find_sources([project], exclude=exclude)
    options = RunOptions(project, where.offline, where.npm_registry, where.pypi_index, where.cache_dir)

    async def work(session: Session) -> "Sequence[Approvable]":
        if compared is not None:
            with progress_bar(enabled=where.progress) as progress:
                found = await held_releases(session, sources, compared, progress)
        else:
            found = await locked_releases(session, sources, purls)
        session.cache.flush()
        return found

    found = run_session(compared.settings if compared else settings, options, os.environ, work)
    for each in found:
        if not any(digest.startswith("sha256:") for digest in each.digests):
            told = "was not inspected: the approval is bound to what the lock vouches by"
            click.echo(f"note: {each.purl.display} {told}", err=True)
        if each.held_for:
            reasons = ", ".join(each.held_for)
            click.echo(f"warning: {each.purl.display} is stopped for other reasons as well: {reasons}", err=True)
    return found


def _from_here(root: Path) -> Path:
    """Write the project's root relative to where the user stands, so that paths read as a check writes them."""
    return Path(os.path.relpath(root))


def _shown(path: Path) -> str:
    return os.path.relpath(path)


def _file_for(config: Path | None) -> Path:
    """Find the file to write into: the one named, the project's own, or a new one at its root."""
    if config is not None:
        return config
    settings = load_settings(Path(), environ={})
    return settings.project_file or settings.root / FILE_NAME


def _permitted(exception: PolicyException) -> None:
    """Ask the organisation's file, if there is one, whether a repository may have this exception."""
    organisation = load_organisation(os.environ)
    if organisation is not None:
        tighten(organisation, Configuration(exceptions=(exception,), origins={("exceptions", "0"): "this approval"}))


def _checked(digests: tuple[str, ...]) -> tuple[str, ...]:
    for digest in digests:
        if not DIGEST.fullmatch(digest):
            raise CustomhouseError(f"not a digest: {digest!r}", hint=f"write --digest {DIGEST_FORMS}")
    return tuple(dict.fromkeys(digests))


def _inspected(purl: Purl, cache_dir: Path | None) -> tuple[str, ...]:
    """Ask the evidence cache which archives of the release were inspected; where none was, ask the locks."""
    from customhouse.engine.digests import known_digests  # noqa: PLC0415 - opens the cache; only when it is needed

    found = known_digests(purl, cache_dir) or _vouched(purl)
    if not found:
        raise CustomhouseError(
            f"no archive of {purl.display} has been inspected here, so its digest is unknown",
            hint=f"run: customhouse inspect {purl}   and approve again, or give --digest sha256:…",
        )
    if purl.ecosystem == "npm" and len(found) > 1:  # an npm release has one archive: one of these is not it
        raise CustomhouseError(
            f"{len(found)} different archives of {purl.display} were inspected here: {', '.join(sorted(found))}",
            hint=f"run: customhouse inspect {purl}   and approve with --digest of the one it names",
        )
    return tuple(sorted(found))


def _vouched(purl: Purl) -> tuple[str, ...]:
    """What the project's locks say of a release that no registry serves: `git:<commit>`, or the archive's digest."""
    from customhouse.ecosystems.discovery import discover  # noqa: PLC0415 - as above
    from customhouse.model.identity import lock_identity  # noqa: PLC0415

    sources = discover([_from_here(load_settings(Path(), environ={}).root)])
    entries = [entry for source in sources for entry in source.packages if entry.purl == purl]
    return tuple(sorted({name for entry in entries if entry.source != "registry" for name in lock_identity(entry)}))


def _one_or_many(digests: tuple[str, ...]) -> str | tuple[str, ...]:
    return digests[0] if len(digests) == 1 else digests
