"""`python -m customhouse`: the same as the `customhouse` command."""

from customhouse.cli.main import entry

entry()
