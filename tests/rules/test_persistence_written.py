import pytest

from customhouse.model.change import GainedCapability
from customhouse.rules.code.persistence_written import RULE
from customhouse.rules.shared.persistence import place_of, written_by_command
from rules.cases import case, change, content, findings, grades, hook, only
from rules.reading import of_text

JS = "const fs = require('fs'), os = require('os'), path = require('path'), cp = require('child_process')\n"
PY = "import os, shutil, subprocess\nfrom pathlib import Path\n"


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("~/.config/systemd/user/a.service", "machine"), ("/etc/cron.d/a", "machine"), ("/etc/crontab", "machine"),
        ("~/Library/LaunchAgents/a.plist", "machine"), ("~/.ssh/authorized_keys", "machine"),
        (r"{}\Microsoft\Windows\Start Menu\Programs\Startup\a.bat", "machine"), ("/etc/ld.so.preload", "machine"),
        (r"Software\Microsoft\Windows\CurrentVersion\Run", "machine"), ("~/.bashrc", "shell"), ("{}/.zshenv", "shell"),
        ("~/.config/fish/config.fish", "shell"), ("{}/site-packages/a.pth", "interpreter"),
        ("sitecustomize.py", "interpreter"), ("{}/.github/workflows/a.yml", "pipeline"), (".gitlab-ci.yml", "pipeline"),
        (".vscode/tasks.json", "editor"), ("~/.claude/settings.json", "editor"), ("{}/.cursor/mcp.json", "editor"),
        (".git/hooks/pre-commit", "hook"), (".husky/_/pre-push", "hook"),
    ],
)  # fmt: skip
def test_places(path, kind):
    assert place_of(path).kind == kind


@pytest.mark.parametrize(
    "path",
    [
        "dist/index.js", "~/.cache/a", "{}/profile.json", "~/.config/a/settings.json", "src/systemd.js", "hooks/index.js",
        ".github/dependabot.yml", "crontab.js", "{}/startup.js", "settings.json", "~/.npmrc", "package.json", ".husky.js",
    ],
)  # fmt: skip
def test_ordinary_places(path):
    assert place_of(path) is None


@pytest.mark.parametrize(
    "command",
    [
        "(crontab -l; echo '@reboot a') | crontab -", "crontab /tmp/a", "echo a >> ~/.bashrc", "tee -a /etc/cron.d/a",
        "cp a.service ~/.config/systemd/user/a.service", "systemctl --user enable a", "launchctl load a.plist",
        "schtasks /create /tn a /tr b", "schtasks.exe /F /create /tn a", "loginctl enable-linger",
        r"reg add HKCU\Software\Microsoft\Windows\CurrentVersion\Run /v a", "cat k >> ~/.ssh/authorized_keys",
    ],
)  # fmt: skip
def test_commands_that_stay(command):
    assert written_by_command(command) is not None


@pytest.mark.parametrize(
    "command",
    [
        "crontab -l", "cat ~/.bashrc", "systemctl status a", "launchctl list", "schtasks /query", "node build.js > out.txt",
        "cp -r src dist", "git config user.name a", "reg query HKCU\\Software", "echo done",
    ],
)  # fmt: skip
def test_commands_that_do_not(command):
    assert written_by_command(command) is None


@pytest.mark.parametrize(
    ("text", "path"),
    [
        (JS + "fs.appendFileSync(path.join(os.homedir(), '.bashrc'), 'x')", "setup.js"),
        (JS + "const f = `${os.homedir()}/Library/LaunchAgents/a.plist`; fs.promises.writeFile(f, x)", "setup.js"),
        (JS + "fs.copyFileSync('a', path.join(process.env.APPDATA, 'Microsoft/Windows/Start Menu/Programs/Startup/a.exe'))", "setup.js"),
        (JS + "cp.execSync('crontab -', { input: x })", "setup.js"),
        (JS + "fs.writeFileSync(Buffer.from('LmdpdGh1Yi93b3JrZmxvd3MvYS55bWw=', 'base64').toString(), x)", "setup.js"),
        (PY + "open(os.path.expanduser('~/.profile'), 'a').write('x')", "setup.py"),
        (PY + "(Path.home() / '.ssh' / 'authorized_keys').write_text('x')", "setup.py"),
        (PY + "shutil.copy('a', os.path.expanduser('~/.config/autostart/a.desktop'))", "setup.py"),
        (PY + "subprocess.run(['systemctl', '--user', 'enable', 'a.service'])", "setup.py"),
    ],
)  # fmt: skip
def test_written_at_install_holds(text, path):
    finding = only(RULE, of_text(text, path))
    assert finding.severity == "high"
    assert finding.phase == "install"


def test_by_what_it_is_and_when():
    unit = PY + "open(os.path.expanduser('~/.config/systemd/user/a.service'), 'w').write('x')"
    later = PY + "def install():\n    open(os.path.expanduser('~/.config/systemd/user/a.service'), 'w').write('x')"
    hooks = JS + "fs.writeFileSync('.git/hooks/pre-commit', x)"
    assert grades(RULE, of_text(unit, "a.py", "import")) == [("high", "high")]
    assert grades(RULE, of_text(later, "a.py", "import")) == [("low", "medium")]
    assert grades(RULE, of_text(unit, "a.py", "other")) == []
    assert grades(RULE, of_text(hooks)) == [("medium", "medium")]
    assert grades(RULE, of_text(later, "setup.py", size=200_000)) == [("medium", "medium")]


def test_a_habit_is_reported():
    text = PY + "open(os.path.expanduser('~/.config/systemd/user/a.service'), 'w').write('x')"
    assert grades(RULE, of_text(text, "a.py", "import", change=change())) == [("medium", "medium")]
    gained = change(gained=(GainedCapability("filesystem", "import", "a.py", 3, "open for writing"),))
    assert grades(RULE, of_text(text, "a.py", "import", change=gained)) == [("high", "high")]


def test_a_script_of_a_shell_waits_for_whoever_starts_it():
    text = "echo 'export A=1' >> ~/.profile\n"
    assert grades(RULE, of_text(text, "setup.sh", "install")) == [("high", "medium")]
    assert grades(RULE, of_text(text, "setup.sh", "import")) == [("medium", "medium")]


def test_a_hook_that_does_it_itself():
    subject = case(contents=(content(hooks=(hook("echo x >> ~/.zshrc"),)),))
    finding = only(RULE, subject)
    assert (finding.severity, finding.confidence, finding.phase) == ("high", "medium", "install")


def test_reading_is_nothing():
    assert findings(RULE, of_text(JS + "fs.readFileSync(path.join(os.homedir(), '.bashrc'))")) == []
    assert findings(RULE, of_text(PY + "open(os.path.expanduser('~/.bashrc')).read()", "setup.py")) == []
