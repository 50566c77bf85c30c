"""Every way in which Linux starts something is read, with what it starts and when."""

from customhouse.hunt.hosts.persistence.linux import linux_entries


def told(one):
    return {(each.kind, each.name, each.starts, each.trigger) for each in linux_entries(one.system)}


def test_every_way(image, plant, one_system):
    plant("etc/crontab", "SHELL=/bin/sh\n# a comment\n17 *\t* * *\troot\tcd / && run-parts x\n@reboot root /opt/boot\n")
    plant("etc/cron.d/job", "*/5 * * * * www /usr/bin/job --a b\n")
    plant("etc/cron.daily/tidy", "#!/bin/sh\nexec tidy\n")
    plant("var/spool/cron/crontabs/dev", "0 4 * * 1 /home/dev/x.sh\n")
    plant(
        "etc/systemd/system/a.service",
        "[Unit]\nDescription=A\n[Service]\nExecStart=/opt/a \\\n  --b\n[Install]\nWantedBy=multi-user.target\n",
    )
    plant("etc/systemd/system/a.timer", "[Timer]\nOnBootSec=60\nUnit=a.service\n")
    plant("etc/systemd/system/b.service.d/more.conf", "[Service]\nExecStartPost=/opt/c\n")
    plant("home/dev/.config/systemd/user/u.service", "[Service]\nExecStart=/home/dev/u\n")
    plant("home/dev/.config/autostart/t.desktop", "[Desktop Entry]\nName=T\nExec=/home/dev/t --quiet\n")
    plant("etc/ld.so.preload", "/usr/lib/x.so /opt/y.so\n")
    plant("etc/rc.local", "#!/bin/sh\n/opt/rc\n")
    plant("etc/profile.d/z.sh", "export A=1\n")
    plant("etc/udev/rules.d/9.rules", 'ACTION=="add", RUN+="/opt/udev"\nACTION=="remove"\n')
    plant("etc/modprobe.d/m.conf", "blacklist x\ninstall y /opt/m\n")
    plant("home/dev/.bashrc", "alias a=b\n")
    plant("home/dev/.ssh/authorized_keys", 'command="/opt/c" ssh-ed25519 AAAA ada@example\n')
    found = told(one_system(image))
    assert found == {
        ("cron job", "/etc/crontab (root)", "cd / && run-parts x", "17 *\t* * *"),
        ("cron job", "/etc/crontab (root)", "/opt/boot", "@reboot"),
        ("cron job", "/etc/cron.d/job (www)", "/usr/bin/job --a b", "*/5 * * * *"),
        ("system script", "tidy", "/etc/cron.daily/tidy", "daily"),
        ("cron job", "/var/spool/cron/crontabs/dev", "/home/dev/x.sh", "0 4 * * 1"),
        ("systemd unit", "a.service", "/opt/a   --b", "WantedBy=multi-user.target"),
        ("systemd timer", "a.timer", "Unit=a.service", "OnBootSec=60"),
        ("systemd unit", "b.service", "/opt/c", ""),
        ("systemd unit", "u.service", "/home/dev/u", ""),
        ("autostart entry", "t.desktop", "/home/dev/t --quiet", "at login"),
        ("preloaded library", "/usr/lib/x.so", "/usr/lib/x.so", "in every program"),
        ("preloaded library", "/opt/y.so", "/opt/y.so", "in every program"),
        ("boot script", "rc.local", "/etc/rc.local", "at boot"),
        ("shell startup file", "z.sh", "/etc/profile.d/z.sh", "when a shell starts"),
        ("udev rule", "9.rules", "/opt/udev", "with a device"),
        ("modprobe rule", "m.conf", "y /opt/m", "with a device"),
        ("shell startup file", ".bashrc", "/home/dev/.bashrc", "when a shell starts"),
        ("ssh key", "ada@example", 'command="/opt/c" ssh-ed25519 AAAA ada@example', "when its owner logs in"),
    }


def test_units_behind_links_are_read_within_the_root_and_once(image, plant, one_system):
    plant("opt/thing/thing.service", "[Service]\nExecStart=/opt/thing/run\n")
    plant("usr/lib/systemd/system/own.service", "[Service]\nExecStart=/own\n")
    (image / "lib").symlink_to("usr/lib")
    folder = image / "etc/systemd/system"
    folder.mkdir(parents=True)
    (folder / "thing.service").symlink_to("/opt/thing/thing.service")
    (folder / "masked.service").symlink_to("/dev/null")
    assert sorted(starts for _, _, starts, _ in told(one_system(image))) == ["/opt/thing/run", "/own"]


def test_lines_and_times_are_told(image, plant, one_system):
    plant("etc/crontab", "# one\n\n5 4 * * * root /x\n")
    (entry,) = linux_entries(one_system(image).system)
    assert entry.line == 3
    assert entry.since.modified.year == 2025
