"""Lines of settings, and that files made to be slow are not."""

import time

import pytest

from customhouse.hunt.hosts.persistence.all_systems import persistence_entries
from customhouse.hunt.hosts.persistence.entry import meant_lines
from customhouse.hunt.notes import Notebook


def test_comments_are_left_out_and_lines_joined():
    assert list(meant_lines("# a\n\n b \\\nc\n#d\ne\\")) == [(3, "b c"), (6, "e")]


@pytest.mark.parametrize(
    "data",
    [
        "aa\\\n" * 260_000,
        "* " * 500_000,
        "a" * 1_000_000,
        "[" * 1_000_000,
        "<a>" * 140_000 + "</a>" * 140_000,
        "REGEDIT4\n[HKCU\\Run]\n" + '"a"=hex:00,\\\n' * 80_000,
        '{"hooks":' * 100_000,
        "=" * 1_000_000,
        '"' * 1_000_000,
    ],
)
def test_files_that_are_made_to_be_slow_are_not(image, plant, data):
    for path in (
        "etc/crontab",
        "etc/systemd/system/x.service",
        "etc/ld.so.preload",
        "etc/udev/rules.d/x",
        "home/dev/.git/config",
        "home/dev/.claude/settings.json",
        "home/dev/.vscode/tasks.json",
        "home/dev/.ssh/authorized_keys",
        "Windows/System32/Tasks/x",
        "x.reg",
        "Users/x/Library/LaunchAgents/x.plist",
    ):
        plant(path, data)
    begun = time.perf_counter()
    list(persistence_entries(image, Notebook()))
    assert time.perf_counter() - begun < 15  # quadratic reading would take minutes


def test_a_comment_does_not_go_on():
    r"""Neither cron nor a shell joins a comment that ends with `\` to the line below it, which runs."""
    text = "# harmless \\\n* * * * * root curl evil\n[Unit]\n ; x\ncmd \\\n  # more\n"
    assert [line for _, line in meant_lines(text)] == ["* * * * * root curl evil", "[Unit]", "; x", "cmd   # more"]


def test_lines_are_counted_as_editors_count_them():
    assert list(meant_lines("a\x0cb\u2028c\r\nd\re")) == [(1, "a\x0cb\u2028c"), (2, "d"), (3, "e")]
