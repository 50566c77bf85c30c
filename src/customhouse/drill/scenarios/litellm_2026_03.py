"""litellm 1.82.7 and 1.82.8, March 2026: code at import, at every start of Python, and a unit that stays."""

from datetime import UTC, datetime, timedelta

from customhouse.drill.layout import build_logs, hosts, network_records
from customhouse.drill.layout import python_environment as python
from customhouse.drill.layout.ground import INERT, Ground
from customhouse.drill.layout.network_records import Call
from customhouse.drill.layout.packages import Release, fillers
from customhouse.drill.layout.projects import pyproject, requirements, uv_lock
from customhouse.drill.layout.repositories import Repository, cloned
from customhouse.drill.scenarios import litellm_injects
from customhouse.drill.scenarios.interface import Scenario
from customhouse.model.drill import Stop

_FIRST = Release("litellm", "1.82.7", "pypi")
_SECOND = Release("litellm", "1.82.8", "pypi")
_GOOD = Release("litellm", "1.82.6", "pypi")
_MINUTE, _DAY = timedelta(minutes=1), timedelta(days=1)
#: When 1.82.8 could be had.
_START = datetime(2026, 3, 24, 10, 52, tzinfo=UTC)
_SENT, _CALLED = "models.litellm.cloud", "checkmarx.zone"


def _build(ground: Ground) -> None:
    _projects(ground)
    _homes(ground)
    _logs(ground)
    _machines(ground)
    _network(ground)
    litellm_injects.feed(ground)


def _projects(ground: Ground) -> None:
    names = ground.names
    rest = fillers(names.packages(18), "pypi")
    at = _START + names.number(4, 60) * _MINUTE

    def lock(release: Release) -> dict[str, bytes | None]:
        return {"requirements.txt": requirements((release, *rest))}

    still = cloned(ground, names.project(), names.person(), [(at - 12 * _DAY, lock(_GOOD)), (at, lock(_SECOND))])
    path = f"{still}/requirements.txt"
    ground.plant("pinned", "project", path, "resolved", _SECOND.purl, "main still pins it")
    ground.plant("pinned-since", "history", path, "resolved", _SECOND.purl, "when it came in, and with whom")

    lost = Repository(ground, names.project(), names.person(), at - 80 * _DAY)
    lost.chores(at - 70 * _DAY, 4)
    asks = pyproject("agent", ["litellm>=1.80"])
    lost.commit("Lock", at - 9 * _DAY, {"pyproject.toml": asks, "uv.lock": uv_lock("agent", (_GOOD, *rest[:6]))})
    lost.commit("Try it", at - 5 * _MINUTE, {"uv.lock": uv_lock("agent", (_FIRST, *rest[:6]))}, branch="try")
    lost.forget("try")
    path = lost.done()
    ground.plant(
        "deleted-branch",
        "history",
        f"{path}/uv.lock",
        "resolved",
        _FIRST.purl,
        "on a branch that was deleted: no ref leads there",
    )
    ground.decoy(
        "range-with-lock",
        f"{path}/pyproject.toml",
        "a range that admits both",
        "its lock pins 1.82.6",
        at_most="declared",
    )

    loose = f"projects/{names.project()}"
    path = ground.write(f"{loose}/pyproject.toml", pyproject("loose", ["litellm~=1.82.0"]), at - 40 * _DAY)
    ground.plant(
        "range-without-lock", "project", path, "declared", _SECOND.purl, "no lock: what it got depended on the hour"
    )

    other = f"projects/{names.project()}"
    path = ground.write(f"{other}/requirements.txt", requirements((_GOOD, *rest)), at - 3 * _DAY)
    ground.decoy("lock-of-1.82.6", path, "a lock that pins litellm 1.82.6", "1.82.6 is the release before the attack")


def _homes(ground: Ground) -> None:
    names = ground.names
    rest = fillers(names.packages(6), "pypi")
    at = _START + names.number(20, 70) * _MINUTE
    person = f"homes/{names.person()}"
    site = python.environment(ground, f"{person}/agent/.venv", at)
    info = python.distribution(
        ground, site, _SECOND, at, {"litellm/proxy/proxy_server.py": f"# {INERT}\n", "litellm_init.pth": f"# {INERT}\n"}
    )
    compiled = python.imported(ground, site, _SECOND, at + 2 * _MINUTE)
    ground.plant(
        "environment-pth",
        "install",
        f"{site}/litellm_init.pth",
        "script-ran",
        "litellm_init.pth",
        "it starts with every interpreter of the environment",
    )
    ground.plant(
        "environment",
        "install",
        info,
        "script-ran",
        _SECOND.purl,
        "installed, and imported since",
        also=(f"{info}/RECORD", compiled),
    )
    for each in rest:
        python.distribution(ground, site, each, at)
    own = python.setuptools(ground, site, at - _DAY)
    ground.decoy(
        "setuptools-pth",
        own,
        "distutils-precedence.pth: a .pth that runs code",
        "setuptools' own line, which every environment with it has",
    )

    second = f"homes/{names.person()}"
    path = python.pip_cached(ground, second, _SECOND, at + 9 * _MINUTE)
    ground.plant("pip-cache", "install", path, "fetched", _SECOND.purl, "the wheel, in pip's HTTP cache")
    python.pip_cached(ground, second, rest[0], at)
    path = python.uv_cached(ground, second, _FIRST, at - 15 * _MINUTE)
    ground.plant("uv-cache", "install", path, "fetched", _FIRST.purl, "uv fetched the wheel of 1.82.7")
    clean = python.environment(ground, f"{second}/notes/.venv", at - 90 * _DAY)
    good = python.distribution(ground, clean, _GOOD, at - 4 * _DAY)
    ground.decoy("clean-environment", good, "an environment with litellm 1.82.6", "the release before the attack")

    lines = [
        "2026-03-24T11:31:02,118 Collecting litellm==1.82.8",
        "2026-03-24T11:31:02,904   Downloading litellm-1.82.8-py3-none-any.whl (8.1 MB)",
        "2026-03-24T11:31:09,377 Successfully installed litellm-1.82.8",
    ]
    path = ground.write(f"{second}/pip.log", "\n".join(lines) + "\n", datetime(2026, 3, 24, 11, 31, 9, tzinfo=UTC))
    ground.plant("pip-log", "install", path, "fetched", _SECOND.purl, "pip's own log")


def _logs(ground: Ground) -> None:
    names = ground.names
    rest = fillers(names.packages(16), "pypi")
    at = datetime(2026, 3, 24, 11, 4, tzinfo=UTC)
    path = build_logs.gitlab(
        ground, "job-4711", "acme/agent", at, build_logs.pip_install((_SECOND, *rest), "requirements.txt")
    )
    ground.plant("ci-install", "log", path, "fetched", _SECOND.purl, "the job installed it")
    alert = f"[egress] audit: python3 (pid {names.number(2000, 4000)}) called {_SENT}:443, which is not on the list"
    path = build_logs.github(
        ground,
        "run-9",
        "acme/evals",
        "evals",
        at + 11 * _MINUTE,
        [*build_logs.pip_install((_FIRST, *rest[:5]), "evals.txt"), alert],
    )
    ground.plant("ci-egress", "log", path, "contacted", _SENT, "the runner's egress audit")
    ground.plant("ci-install-2", "log", path, "fetched", _FIRST.purl, "the same job installed 1.82.7")
    text = (
        "2026-03-24T12:40:11Z scheduler pod/loader-7 assigned to gpu-2\n"
        "2026-03-24T12:41:37Z audit user=system:serviceaccount:ml:agent verb=create pod=node-setup-gpu-2\n"
    )
    path = ground.write("logs/cluster/audit.log", text, at + 2 * _DAY)
    ground.plant("cluster-pods", "log", path, "script-ran", "node-setup-", "a pod called as the payload calls its own")

    path = build_logs.github(
        ground,
        "run-10",
        "acme/site",
        "test",
        at,
        [
            *build_logs.pip_install((_GOOD, *rest), "requirements.txt"),
            "Successfully installed litellm-proxy-extras-0.4.60",
        ],
    )
    ground.decoy(
        "clean-run",
        path,
        "a run in the window, with litellm 1.82.6 and litellm-proxy-extras",
        "the release before the attack, and another project",
    )
    comment = build_logs.gitlab(
        ground,
        "job-4800",
        "acme/proxy-rules",
        at + _DAY,
        [
            "$ ./render-rules --dry-run",
            f"# blocked by proxy since 2026-03-24: {_SENT}",
            "rules are unchanged",
        ],
    )
    ground.decoy(
        "blocked-comment",
        comment,
        "a log that names the domain in a comment of the proxy's list alone",
        "nobody called it: a list of what is blocked was printed",
        at_most="declared",
    )
    path = ground.write(
        "logs/handed-in/pip-list.txt",
        "Package    Version\n---------- -------\nlitellm    1.82.9\n",
        at + 9 * 60 * _MINUTE,
    )
    ground.decoy(
        "clean-pip-list",
        path,
        "`pip list` as a developer handed it in: it shows 1.82.9",
        "it accuses nobody, and clears nobody: the environment was upgraded since",
    )


def _machines(ground: Ground) -> None:
    names = ground.names
    at = datetime(2026, 3, 24, 11, 16, 4, tzinfo=UTC)
    user = names.person()
    folder = hosts.linux(ground, f"gpu-{names.number(2, 9)}", (user,), at - 300 * _DAY)
    home = f"{folder}/home/{user}"
    path = ground.payload(f"{home}/.config/sysmon/sysmon.py", at)
    ground.plant("monitor", "host", path, "script-ran", "~/.config/sysmon/sysmon.py", "what stays")
    path = hosts.unit(
        ground,
        f"{home}/.config/systemd/user/sysmon.service",
        "System Telemetry Service",
        "/usr/bin/python3 %h/.config/sysmon/sysmon.py",
        at,
    )
    ground.plant("monitor-unit", "host", path, "script-ran", "~/.config/systemd/user/sysmon.service", "what starts it")
    for name, inner, what in (
        ("marker", "tmp/.pg_state", "the monitor's own state"),
        ("staging", "tmp/pglog", "what it fetched"),
        ("loot", "tmp/tpcp.tar.gz", "what was packed to be sent"),
    ):
        path = ground.payload(f"{folder}/{inner}", at + 3 * _MINUTE)
        ground.plant(name, "host", path, "script-ran", f"/{inner}", what)
    path = hosts.bash_history(
        ground, home, [(at - 2 * _DAY, "nvidia-smi"), (at - 9 * _MINUTE, "pip install litellm==1.82.7")]
    )
    ground.plant("typed-install", "host", path, "declared", _FIRST.purl, "somebody typed the install")

    clean = hosts.linux(ground, f"gpu-{names.number(10, 20)}", (user,), at - 300 * _DAY)
    path = hosts.unit(
        ground,
        f"{clean}/etc/systemd/system/sysmon.service",
        "Sysmon event logger",
        "/opt/sysmon/sysmon -i /opt/sysmon/config.xml -service",
        at - 280 * _DAY,
    )
    ground.decoy(
        "microsoft-sysmon",
        path,
        "sysmon.service of Microsoft's Sysmon for Linux",
        "a unit of the system, of another program, in another place, and months older",
    )
    path = ground.write(
        f"{clean}/home/{user}/certs/session.key", "the replica of a key, which is none\n", at - 60 * _DAY
    )
    ground.decoy("another-session-key", path, "a file called session.key", "not in /tmp, and months older")
    path = ground.write(f"{clean}/var/log/pglog", "2026-01-11 checkpoint complete\n", at - 72 * _DAY)
    ground.decoy("another-pglog", path, "a file called pglog", "a database's log, in its own place")


def _network(ground: Ground) -> None:
    names = ground.names
    hit, desk, quiet = (names.address() for _ in range(3))
    at = datetime(2026, 3, 24, 11, 16, 20, tzinfo=UTC)
    path = network_records.squid(
        ground,
        "proxy-access.log",
        [
            Call(at - 9 * _MINUTE, quiet, "docs.litellm.example:443"),
            Call(at, hit, f"{_SENT}:443"),
            Call(at + 4 * _MINUTE, quiet, f"not{_CALLED}:443"),
        ],
    )
    ground.plant("proxy-tunnel", "network", path, "contacted", _SENT, "a tunnel to where stolen things go")
    ground.decoy("longer-name", path, f"a call to not{_CALLED}", "another name that ends alike", line=3)
    path = network_records.dnsmasq(
        ground,
        "resolver.log",
        [
            Call(at - 3 * _MINUTE, quiet, "packages.example"),
            Call(at + 50 * _MINUTE, desk, _CALLED),
            Call(at + 51 * _MINUTE, quiet, f"{_CALLED}.example.org"),
        ],
    )
    ground.plant("resolver-query", "network", path, "contacted", _CALLED, "the monitor asks for its orders")
    ground.decoy("name-below-another", path, f"a query for {_CALLED}.example.org", "a name of example.org's", line=3)


LITELLM = Scenario(
    "litellm-2026-03",
    "litellm, with a .pth that starts with Python",
    "litellm-2026-03",
    "Two releases of litellm take credentials whenever Python starts, and leave a unit that asks for more.",
    datetime(2026, 3, 23, tzinfo=UTC),
    datetime(2026, 3, 24, 14, 0, tzinfo=UTC),
    _build,
    litellm_injects.injects,
    (
        Stop(
            "cooldown",
            stops=True,
            how="The releases could be had for two and a half hours: a cooldown of a day lets none in.",
        ),
        Stop(
            "scripts-off",
            stops=False,
            how="Nothing ran at install: the code ran on import, and at every start of Python.",
        ),
        Stop(
            "egress",
            stops=True,
            how="Nothing could be sent, nor fetched, from builds that call known hosts alone; laptops stay open.",
        ),
        Stop("gate", stops=True, how="A wheel with a .pth that runs code, which no release before had."),
    ),
)
