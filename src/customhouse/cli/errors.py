"""How an error of ours is told: one sentence, a blank line, the hint; on stderr."""

import click

from customhouse.model.errors import CustomhouseError, UpstreamError

USAGE, INTERNAL, NOTHING, INCOMPLETE = 2, 1, 3, 4


def report_error(error: CustomhouseError | UpstreamError) -> int:
    """Print the error and return the exit code it means."""
    from customhouse.report.text import visible_lines  # noqa: PLC0415 - a hostile name may stand in the message

    click.echo(f"error: {visible_lines(error.message)}\n\nhint: {visible_lines(error.hint)}", err=True)
    return exit_code_of(error)


def report_defect(error: Exception) -> int:
    """Tell an error that is our own defect: one line, and how to get the trace that a report needs."""
    from customhouse.report.text import visible  # noqa: PLC0415 - as above

    click.echo(
        f"error: internal error: {type(error).__name__}: {visible(str(error))}\n\n"
        "hint: run again with CUSTOMHOUSE_TRACE=1 for the trace, and report it",
        err=True,
    )
    return INTERNAL


def exit_code_of(error: CustomhouseError | UpstreamError) -> int:
    """Nothing to audit is 3, what a registry did is missing evidence, the rest is how the command was called."""
    from customhouse.engine.audit import NothingToAuditError  # noqa: PLC0415

    if isinstance(error, NothingToAuditError):
        return NOTHING
    return INCOMPLETE if isinstance(error, UpstreamError) else USAGE
