"""Reports written beside the one on stdout: `--report FORMAT=FILE`, and GitHub's annotations on stderr."""

from collections.abc import Sequence
from pathlib import Path

import click
import msgspec

from customhouse.cli.options import Common, pages_for
from customhouse.cli.report_facts import project_name, report_time
from customhouse.model.audit import Audit
from customhouse.model.errors import CustomhouseError
from customhouse.report.formats import Format, render_audit


class Report(msgspec.Struct, frozen=True):
    """One report that is asked for."""

    form: Format
    path: Path


def parse_reports(texts: Sequence[str]) -> tuple[Report, ...]:
    """Read `markdown=comment.md`. Raises UsageError for what is not a format and a file."""
    found = []
    for text in texts:
        name, equals, path = text.partition("=")
        if not equals or not path or name not in list(Format):
            raise click.UsageError(f"--report {text}: write FORMAT=FILE, with one of {', '.join(Format)}")
        found.append(Report(Format(name), Path(path)))
    return tuple(found)


class Rendering(msgspec.Struct, frozen=True):
    """How an audit is written, as the command line says."""

    common: Common
    paths: tuple[Path, ...]
    verbose: bool

    def text(self, audit: Audit, form: Format, *, colour: bool | None = None) -> str:
        """Write an audit in a format. Raises NothingToStateError for a VEX document without a statement."""
        return render_audit(
            audit,
            form,
            colour=self.common.colour if colour is None else colour,
            verbose=self.verbose,
            pages=pages_for(msgspec.structs.replace(self.common, format=str(form))),
            when=report_time(audit),
            name=project_name(self.paths),
        )


def write_reports(audit: Audit, reports: Sequence[Report], rendering: Rendering) -> None:
    """Write each report to its file. Raises CustomhouseError where one cannot be written."""
    for report in reports:
        text = rendering.text(audit, report.form, colour=False)
        try:
            report.path.write_text(text + "\n", encoding="utf-8")
        except OSError as error:
            raise CustomhouseError(
                f"the report {report.path} cannot be written: {error.strerror}", hint="make its folder, and writable"
            ) from None


def annotate(audit: Audit) -> None:
    """Write GitHub's workflow commands to stderr, where its runner reads them and no report is."""
    from customhouse.report.annotations import audit_annotations  # noqa: PLC0415 - only in a workflow

    text = audit_annotations(audit)
    if text:
        click.echo(text, err=True)
