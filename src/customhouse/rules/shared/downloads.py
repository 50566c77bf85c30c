"""What a file fetches and runs, in one phase: shared by the rules over install time and over loading."""

from customhouse.model.change import Phase
from customhouse.model.code import Call, CodeFacts
from customhouse.rules.shared.command_line import download
from customhouse.rules.shared.hosts import host_of, suspicious
from customhouse.rules.shared.phase import calls


def odd_place(code: CodeFacts) -> str:
    """A host that no honest package fetches from, as the end of a sentence; empty when there is none."""
    if places := suspicious(code.hosts):
        return f"; it names {', '.join(places[:3])}"
    hidden = {host_of(decoded.value) for decoded in code.decoded if "://" in decoded.value} - {""}
    return f"; it hides the host {', '.join(sorted(hidden)[:3])}" if hidden else ""


def executes_fetched(code: CodeFacts, moment: Phase) -> Call | None:
    """The first call that executes, as code, what came from the network."""
    return next((call for call in calls(code, "dynamic-code", during=moment) if "network" in call.origins), None)


def starts_fetched(code: CodeFacts, moment: Phase) -> Call | None:
    """The first call that starts a program which came from the network, or hands one what came from there."""
    return next((call for call in calls(code, "process", during=moment) if "network" in call.origins), None)


def command_that(code: CodeFacts, moment: Phase, *, runs: bool) -> tuple[Call, str] | None:
    """The first started command line that fetches something, with the line; with `runs`, one that runs it as well."""
    for call in calls(code, "process", during=moment):
        line = " ".join(argument for argument in call.arguments if argument is not None)
        if download(line) == ("runs" if runs else "fetches"):
            return call, line
    return None
