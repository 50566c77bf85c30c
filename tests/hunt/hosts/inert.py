"""The two campaigns whose traces tests plant, with inert texts in place of payloads."""

from datetime import UTC, datetime

from customhouse.model.campaign import AffectedReleases, Campaign, Fact
from customhouse.model.digest import digest_of

#: What stands for payloads: texts that do nothing.
LD = b"# stands for the second stage on Linux\n"
MOND = b"stands for the second stage on macOS\n"
SYSMON = b"# stands for the monitor\n" * 40


def _digest(data, role="payload", platform="any", note=""):
    return Fact("digest", str(digest_of(data)), role, platform, note)


AXIOS = Campaign(
    id="axios-2026-03",
    title="the axios attack",
    summary="",
    starts=datetime(2026, 3, 30, 23, 59, tzinfo=UTC),
    ends=datetime(2026, 3, 31, 3, 29, tzinfo=UTC),
    releases=(
        AffectedReleases(
            "npm",
            "axios",
            ("1.14.1", "0.30.4"),
            published=datetime(2026, 3, 31, 0, 21, tzinfo=UTC),
            removed=datetime(2026, 3, 31, 3, 29, tzinfo=UTC),
        ),
        AffectedReleases("npm", "plain-crypto-js", ("4.2.1",)),
    ),
    facts=(
        Fact("domain", "sfrclak.com", "contact"),
        Fact("address", "142.11.206.73", "contact"),
        Fact("url", "http://sfrclak.com:8000/6202033", "contact"),
        _digest(MOND, platform="macos", note="macOS second stage"),
        _digest(LD, platform="linux", note="Linux second stage"),
        Fact("path", "/Library/Caches/com.apple.act.mond", "payload", "macos"),
        Fact("path", "$TMPDIR/6202033", "staging", "macos"),
        Fact("path", "%PROGRAMDATA%\\wt.exe", "payload", "windows"),
        Fact("path", "%PROGRAMDATA%\\system.bat", "persistence", "windows"),
        Fact("path", "%TEMP%\\6202033.vbs", "staging", "windows"),
        Fact("path", "/tmp/ld.py", "payload", "linux"),
        Fact("path", "/tmp/.<random 6 chars>", "payload", "linux"),
        Fact(
            "registry-key",
            "HKCU\\Software\\Microsoft\\Windows\\CurrentVersion\\Run\\MicrosoftUpdate",
            "persistence",
            "windows",
        ),
        Fact("process", "com.apple.act.mond", "payload", "macos"),
    ),
)
LITELLM = Campaign(
    id="litellm-2026-03",
    title="the litellm attack",
    summary="",
    starts=datetime(2026, 3, 24, 10, 39, tzinfo=UTC),
    ends=datetime(2026, 3, 24, 13, 11, tzinfo=UTC),
    releases=(
        AffectedReleases(
            "pypi",
            "litellm",
            ("1.82.7", "1.82.8"),
            published=datetime(2026, 3, 24, 10, 39, tzinfo=UTC),
            removed=datetime(2026, 3, 24, 13, 11, tzinfo=UTC),
        ),
    ),
    facts=(
        Fact("domain", "models.litellm.cloud", "exfiltration"),
        Fact("domain", "checkmarx.zone", "contact"),
        _digest(SYSMON, "persistence", "linux", f"sysmon.py, {len(SYSMON):,} bytes"),
        Fact("path", "~/.config/sysmon/sysmon.py", "persistence", "linux"),
        Fact("path", "~/.config/systemd/user/sysmon.service", "persistence", "linux"),
        Fact("path", "/tmp/pglog", "staging", "linux"),
        Fact("path", "/tmp/.pg_state", "marker", "linux"),
        Fact("service", "sysmon.service", "persistence", "linux"),
        Fact("text", "System Telemetry Service", "persistence", "linux"),
        Fact(
            "digest",
            "71e35aef03099cd1f2d6446734273025a163597de93912df321ef118bf135238",
            "payload",
            note="litellm_init.pth, 34,628 B",
        ),
    ),
)
WINDOW = (datetime(2026, 3, 24, tzinfo=UTC), datetime(2026, 4, 2, tzinfo=UTC))
IN_WINDOW = datetime(2026, 3, 31, 1, 0, tzinfo=UTC).timestamp()
BEFORE = datetime(2025, 6, 1, tzinfo=UTC).timestamp()
