"""customhouse approve: let one finding of one release in, by name, for a time, with a reason."""

import os
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import click

from customhouse.cli.known_rules import known_rules
from customhouse.engine.approval import append_exception
from customhouse.engine.settings import FILE_NAME, check_rules, load_organisation, load_settings
from customhouse.model.errors import CustomhouseError
from customhouse.model.purl import Purl, parse_purl
from customhouse.policy.configuration import Configuration, PolicyException
from customhouse.policy.durations import duration
from customhouse.policy.exceptions import ADVISORY_RULES, LONGEST, SHA256, gap_rule
from customhouse.policy.tighten import tighten


@click.command(name="approve")
@click.argument("target", metavar="PURL")
@click.option("--rule", help="The rule whose finding is answered for.")
@click.option("--gap", metavar="KIND", help="Instead of a rule: the kind of gap that is answered for.")
@click.option("--advisory", metavar="ID", help="Which advisory of known-vulnerable or known-malicious is answered for.")
@click.option("--digest", "digests", multiple=True, help="sha256:… of each archive; else what was last inspected.")
@click.option("--reason", required=True, help="Why this may come in.")
@click.option("--owner", required=True, help="Who answers for it.")
@click.option("--expires", default="90d", show_default=True, metavar="DATE|DAYS", help="Last day; at most a year away.")
@click.option("--config", type=click.Path(path_type=Path, dir_okay=False), help="Write into this file.")
@click.option("--cache-dir", type=click.Path(path_type=Path, file_okay=False), help="Where evidence is kept.")
def command(  # noqa: PLR0913, PLR0917 - one parameter an option
    target: str,
    rule: str | None,
    gap: str | None,
    advisory: str | None,
    digests: tuple[str, ...],
    reason: str,
    owner: str,
    expires: str,
    config: Path | None,
    cache_dir: Path | None,
) -> None:
    """Append an exception for one release to the project's customhouse.toml."""
    purl = parse_purl(target)
    if purl.version is None:
        raise CustomhouseError(f"{target} names no version", hint=f"approve one release: {purl}@<version>")
    if (rule is None) == (gap is None):
        raise click.UsageError("give either --rule or --gap")
    if rule in ADVISORY_RULES and not (advisory or "").strip():
        raise click.UsageError(
            f"give --advisory: the id that the finding of {rule} names, so that no other is accepted"
        )
    if advisory is not None and rule not in ADVISORY_RULES:
        raise click.UsageError(f"--advisory goes with --rule {' or '.join(ADVISORY_RULES)}")
    if not reason.strip() or not owner.strip():
        raise click.UsageError("--reason and --owner must say something")
    today = datetime.now(UTC).date()
    path = _file_for(config)
    exception = PolicyException(
        rule=rule if rule is not None else gap_rule(gap or ""),
        purl=str(purl),
        digest=_one_or_many(_checked(digests) or _inspected(purl, cache_dir)),
        reason=reason.strip(),
        owner=owner.strip(),
        expires=last_day(expires, today),
        approved=today,
        advisory=advisory.strip() if advisory else None,
    )
    _permitted(exception)
    check_rules(Configuration(exceptions=(exception,), origins={("exceptions", "0"): "--rule"}), known_rules())
    configuration = append_exception(path, exception)
    line = configuration.origin("exceptions", str(len(configuration.exceptions) - 1))
    click.echo(f"approved {exception.rule} for {purl.display} until {exception.expires} ({line})", err=True)


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
        if not SHA256.fullmatch(digest):
            raise CustomhouseError(
                f"not a sha256 digest: {digest!r}", hint="write --digest sha256:<64 lower-case hex digits>"
            )
    return tuple(dict.fromkeys(digests))


def _inspected(purl: Purl, cache_dir: Path | None) -> tuple[str, ...]:
    """Ask the evidence cache which archives of the release were inspected."""
    from customhouse.engine.digests import known_digests  # noqa: PLC0415 - opens the cache; only when it is needed

    found = known_digests(purl, cache_dir)
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


def _one_or_many(digests: tuple[str, ...]) -> str | tuple[str, ...]:
    return digests[0] if len(digests) == 1 else digests
