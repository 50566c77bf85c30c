"""axios 1.14.1 and 0.30.4 through plain-crypto-js, March 2026: a dropper at install that hides what it was."""

from datetime import UTC, datetime, timedelta

from customhouse.drill.layout import build_logs, hosts, network_records, npm_records, npm_tree
from customhouse.drill.layout.ground import Ground
from customhouse.drill.layout.network_records import Call
from customhouse.drill.layout.packages import Release, fillers
from customhouse.drill.layout.projects import package_json, package_lock, yarn_lock
from customhouse.drill.layout.repositories import Repository, cloned
from customhouse.drill.scenarios import axios_injects
from customhouse.drill.scenarios.interface import Scenario
from customhouse.model.drill import Stop

_AXIOS = Release("axios", "1.14.1", needs=(("plain-crypto-js", "^4.2.1"),))
_OLD = Release("axios", "0.30.4", needs=(("plain-crypto-js", "^4.2.1"),))
_GOOD = Release("axios", "1.14.0")
_DROPPER = Release("plain-crypto-js", "4.2.1", script="postinstall")
_MINUTE, _DAY = timedelta(minutes=1), timedelta(days=1)
#: The first hour in which axios 1.14.1 could be had.
_START = datetime(2026, 3, 31, 0, 30, tzinfo=UTC)
_DOMAIN, _ADDRESS = "sfrclak.com", "142.11.206.73"


def _build(ground: Ground) -> None:
    _projects(ground)
    _homes(ground)
    _logs(ground)
    _machines(ground)
    _network(ground)
    axios_injects.feed(ground)


def _projects(ground: Ground) -> None:
    names = ground.names
    wanted = {"axios": "^1.14.0"}
    manifest = package_json("app", wanted)
    rest = fillers(names.packages(30))

    def lock(*releases: Release) -> dict[str, bytes | None]:
        return {"package.json": manifest, "package-lock.json": package_lock("app", wanted, (*releases, *rest))}

    at = _START + names.number(5, 40) * _MINUTE
    still = cloned(
        ground, names.project(), names.person(), [(_START - 20 * _DAY, lock(_GOOD)), (at, lock(_AXIOS, _DROPPER))]
    )
    path = f"{still}/package-lock.json"
    for name, release in (("axios", _AXIOS), ("dropper", _DROPPER)):
        ground.plant(f"lock-{name}", "project", path, "resolved", release.purl, "main still pins it")
        ground.plant(f"lock-{name}-since", "history", path, "resolved", release.purl, "when it came in, and with whom")

    back = cloned(
        ground,
        names.project(),
        names.person(),
        [
            (_START - 9 * _DAY, lock(_GOOD)),
            (at + 20 * _MINUTE, lock(_AXIOS, _DROPPER)),
            (at + 61 * _MINUTE, lock(_GOOD)),
        ],
    )
    path = f"{back}/package-lock.json"
    ground.plant(
        "lock-for-forty-minutes", "history", path, "resolved", _AXIOS.purl, "in for forty minutes, then undone"
    )
    ground.plant("dropper-for-forty-minutes", "history", path, "resolved", _DROPPER.purl, "came along with it")

    lost = Repository(ground, names.project(), names.person(), _START - 70 * _DAY)
    lost.chores(_START - 60 * _DAY, 3)
    old = {"axios": "^0.30.0"}
    asks = package_json("app", old)
    before = yarn_lock((Release("axios", "0.30.3"), *rest[:9]), old)
    lost.commit("Update", _START - 5 * _DAY, {"package.json": asks, "yarn.lock": before})
    lost.commit(
        "Try the update",
        at + 50 * _MINUTE,
        {"yarn.lock": yarn_lock((_OLD, _DROPPER, *rest[:9]), old)},
        branch="try-update",
    )
    lost.forget("try-update")
    path = f"{lost.done()}/yarn.lock"
    ground.plant(
        "deleted-branch", "history", path, "resolved", _OLD.purl, "on a branch that was deleted: no ref leads there"
    )
    ground.plant("dropper-on-deleted-branch", "history", path, "resolved", _DROPPER.purl, "on the same branch")
    ground.decoy(
        "asks-and-is-pinned-elsewhere",
        f"{lost.path}/package.json",
        "a range that admits 0.30.4",
        "the lock of main never had it",
        at_most="declared",
    )

    loose = f"projects/{names.project()}"
    path = ground.write(f"{loose}/package.json", package_json("loose", {"axios": "^1.13.0"}), _START - 40 * _DAY)
    ground.plant(
        "range-without-lock", "project", path, "declared", _AXIOS.purl, "no lock: what it got depended on the hour"
    )

    pinned = f"projects/{names.project()}"
    path = ground.write(f"{pinned}/package.json", package_json("pinned", wanted), _START - 30 * _DAY)
    ground.write(f"{pinned}/package-lock.json", package_lock("pinned", wanted, (_GOOD, *rest)), _START - 30 * _DAY)
    ground.decoy("range-with-lock", path, "a range that admits 1.14.1", "its lock pins 1.14.0", at_most="declared")
    ground.decoy(
        "lock-of-1.14.0",
        f"{pinned}/package-lock.json",
        "a lock that pins axios 1.14.0",
        "1.14.0 is the release before the attack",
    )
    lab = f"projects/{names.project()}"
    other = (Release("plain-crypto-js", "4.2.0"), Release("crypto-js", "4.2.0"), *rest[:12])
    asked = {"plain-crypto-js": "4.2.0", "crypto-js": "^4.2.0"}
    path = ground.write(f"{lab}/package-lock.json", package_lock("lab", asked, other), _START - 2 * _MINUTE)
    ground.decoy(
        "clean-decoy-version",
        path,
        "plain-crypto-js 4.2.0, and crypto-js itself",
        "4.2.0 carries nothing, and crypto-js is what the dropper's name was taken from",
    )


def _homes(ground: Ground) -> None:
    names = ground.names
    rest = fillers(names.packages(14))
    at = _START + names.number(20, 50) * _MINUTE

    hit = f"homes/{names.person()}"
    tree = npm_tree.installed(ground, f"{hit}/shop", "shop", (_AXIOS, _DROPPER, *rest), at)
    folder = npm_tree.rewritten(ground, f"{hit}/shop", _DROPPER, "4.2.0", at + timedelta(seconds=9))
    ground.payload(f"{folder}/package.md", at, "#")
    ground.plant(
        "hidden-lock-dropper",
        "install",
        tree,
        "script-ran",
        _DROPPER.purl,
        "the hidden lock says 4.2.1, the rewritten folder 4.2.0",
        also=(folder, f"{folder}/package.json"),
    )
    ground.plant(
        "hidden-lock-axios",
        "install",
        tree,
        "fetched",
        _AXIOS.purl,
        "axios itself runs nothing",
        also=(f"{hit}/shop/node_modules/axios",),
    )
    log = npm_records.debug_log(ground, hit, "/home/dev/shop", at, (_AXIOS, _DROPPER, *rest[:6]), "install", "axios")
    ground.plant("debug-log-script", "install", log, "script-ran", _DROPPER.purl, "npm says that it ran postinstall")
    ground.plant("debug-log-axios", "install", log, "fetched", _AXIOS.purl, "npm says that it fetched it")
    entry = npm_records.cached(ground, hit, _DROPPER, at)
    ground.plant("cache-dropper", "install", entry, "fetched", _DROPPER.purl, "the cache's index, with the time")

    off = f"homes/{names.person()}"
    ground.write(f"{off}/site/.npmrc", "ignore-scripts=true\n", at - 90 * _DAY)
    tree = npm_tree.installed(ground, f"{off}/site", "site", (_AXIOS, _DROPPER, *rest[:5]), at + 30 * _MINUTE)
    ground.plant(
        "scripts-off-dropper",
        "install",
        tree,
        "fetched",
        _DROPPER.purl,
        "scripts were off long before: it came, and did not run",
        also=(f"{off}/site/node_modules/plain-crypto-js",),
    )
    ground.plant(
        "scripts-off-axios",
        "install",
        tree,
        "fetched",
        _AXIOS.purl,
        "it came with it",
        also=(f"{off}/site/node_modules/axios",),
    )

    asked = f"homes/{names.person()}"
    entry = npm_records.asked_about(ground, asked, "axios", at)
    npm_records.cached(ground, asked, _GOOD, at)
    ground.decoy(
        "document-in-cache",
        entry,
        "the cache holds the document of axios",
        "asking about a package is no fetch of a release: what was fetched here is 1.14.0",
    )


def _logs(ground: Ground) -> None:
    names = ground.names
    rest = fillers(names.packages(25))
    at = datetime(2026, 3, 31, 1, 30, 40, tzinfo=UTC)
    alert = f"[egress] audit: node (pid {names.number(2000, 4000)}) called {_DOMAIN}:8000, which is not on the list"
    log = build_logs.github(
        ground, "run-1", "acme/storefront", "build", at, [*build_logs.npm_ci((_AXIOS, _DROPPER, *rest)), alert]
    )
    ground.plant("ci-script", "log", log, "script-ran", _DROPPER.purl, "the job ran postinstall")
    ground.plant("ci-axios", "log", log, "fetched", _AXIOS.purl, "the job fetched it")
    ground.plant("ci-egress", "log", log, "contacted", _DOMAIN, "the runner's egress audit, a second into the install")
    log = build_logs.jenkins(
        ground,
        "nightly-88",
        "nightly",
        at + 47 * _MINUTE,
        build_logs.npm_ci((_OLD, _DROPPER, *rest[:8]), scripts=False),
    )
    ground.plant("jenkins-old-axios", "log", log, "fetched", _OLD.purl, "0.30.4, an hour later")
    ground.plant(
        "jenkins-dropper",
        "log",
        log,
        "fetched",
        _DROPPER.purl,
        "fetched; at this level the log does not say whether scripts ran",
    )

    allowed = f"[egress] audit: node (pid {names.number(2000, 4000)}) called not{_DOMAIN}:443, which is on the list"
    clean = build_logs.github(ground, "run-2", "acme/docs", "build", at, [*build_logs.npm_ci((_GOOD, *rest)), allowed])
    ground.decoy(
        "clean-run",
        clean,
        f"a run in the window, with axios 1.14.0, that called not{_DOMAIN}",
        "1.14.0 is the release before the attack, and the name is another that ends alike",
    )
    comment = build_logs.jenkins(
        ground,
        "proxy-rules-12",
        "proxy-rules",
        at + _DAY,
        [
            "+ ./render-rules --dry-run",
            f"# blocked by proxy since 2026-03-31: {_DOMAIN}",
            "# blocked by proxy since 2025-11-24: paste.example",
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
    text = "$ npm ls --all 2>/dev/null | grep crypto\n  └── plain-crypto-js@4.2.0\n"
    shown = ground.write("logs/handed-in/npm-ls.txt", text, at + 8 * 60 * _MINUTE)
    ground.decoy(
        "clean-npm-ls",
        shown,
        "`npm ls` as a developer handed it in: it shows 4.2.0",
        "it accuses nobody, and clears nobody: the payload rewrites what npm ls reads",
    )


def _machines(ground: Ground) -> None:
    names = ground.names
    at = datetime(2026, 3, 31, 1, 30, 42, tzinfo=UTC)
    user = names.person()
    folder = hosts.linux(ground, f"build-{names.number(2, 9)}", ("ci", user), at - 200 * _DAY)
    stage = "/tmp/ld.py"  # noqa: S108 - where the payload lies is data
    path = ground.payload(f"{folder}{stage}", at)
    ground.plant("linux-second-stage", "host", path, "script-ran", stage, "the second stage's place on Linux")
    history = hosts.bash_history(
        ground,
        f"{folder}/home/{user}",
        [
            (at - _DAY, "git pull --rebase"),
            (at - 20 * _MINUTE, "npm install axios@1.14.1"),
            (at + _DAY, "npm test"),
        ],
    )
    ground.plant("typed-install", "host", history, "declared", _AXIOS.purl, "somebody typed the install")
    path = ground.write(f"{folder}/home/ci/tools/ld.py", "# wraps the linker of the toolchain\n", at - 100 * _DAY)
    ground.decoy(
        "another-ld.py", path, "a file called ld.py", "a tool of the team's own, months older, in another place"
    )

    person = names.person()
    folder = hosts.macos(ground, f"mac-{person}", person, at - 90 * _DAY)
    path = ground.payload(f"{folder}/Library/Caches/com.apple.act.mond", at + 12 * _MINUTE)
    ground.plant(
        "macos-second-stage",
        "host",
        path,
        "script-ran",
        "/Library/Caches/com.apple.act.mond",
        "called like a daemon of Apple's",
    )
    path = ground.write(f"{folder}/Library/Caches/com.apple.akd.plist", "<plist><dict/></plist>\n", at - 50 * _DAY)
    ground.decoy("apple-cache", path, "a cache of a daemon of Apple's", "the system's own, and older")

    person = names.person()
    folder = hosts.windows(ground, f"desk-{names.number(10, 99)}", person, at - 90 * _DAY)
    path = ground.payload(f"{folder}/ProgramData/system.bat", at + 33 * _MINUTE, "rem")
    ground.plant("windows-batch", "host", path, "script-ran", "%PROGRAMDATA%\\system.bat", "fetches it again at login")
    key = "HKEY_CURRENT_USER\\Software\\Microsoft\\Windows\\CurrentVersion\\Run"
    path = hosts.registry_export(
        ground,
        f"{folder}/Users/{person}/run.reg",
        key,
        [("OneDrive", "onedrive"), ("MicrosoftUpdate", "system.bat")],
        at + 8 * 60 * _MINUTE,
    )
    ground.plant(
        "windows-run-key",
        "host",
        path,
        "script-ran",
        "HKCU\\Software\\Microsoft\\Windows\\CurrentVersion\\Run\\MicrosoftUpdate",
        "starts it at login",
    )


def _network(ground: Ground) -> None:
    names = ground.names
    runner, desk, quiet = (names.address() for _ in range(3))
    at = datetime(2026, 3, 31, 1, 30, 51, tzinfo=UTC)
    path = network_records.squid(
        ground,
        "proxy-access.log",
        [
            Call(at - 9 * _MINUTE, quiet, "http://packages.example/index"),
            Call(at, runner, f"http://{_DOMAIN}:8000/6202033"),
            Call(at + 2 * _MINUTE, quiet, "not" + _DOMAIN + ":443"),
            Call(at + 3 * _MINUTE, quiet, f"{_DOMAIN}.example.org:443"),
        ],
    )
    ground.plant(
        "proxy-call",
        "network",
        path,
        "contacted",
        f"http://{_DOMAIN}:8000/6202033",
        "a runner fetched the second stage",
    )
    ground.decoy("longer-name", path, f"a call to not{_DOMAIN}", "another name that ends alike", line=3)
    ground.decoy("name-below-another", path, f"a call to {_DOMAIN}.example.org", "a name of example.org's", line=4)
    path = network_records.dnsmasq(
        ground,
        "resolver.log",
        [
            Call(at - 30 * _MINUTE, quiet, "packages.example"),
            Call(at + 13 * _MINUTE, desk, _DOMAIN),
        ],
    )
    ground.plant("resolver-query", "network", path, "contacted", _DOMAIN, "another machine asked for the name")
    path = network_records.zeek(
        ground,
        "conn.log",
        [
            Call(at - _MINUTE, quiet, "192.0.2.80:443"),
            Call(at + 14 * _MINUTE, desk, f"{_ADDRESS}:8000"),
            Call(at + 15 * _MINUTE, quiet, "142.11.206.173:443"),
        ],
    )
    ground.plant("sensor-connection", "network", path, "contacted", _ADDRESS, "and connected to its address")
    ground.decoy("longer-address", path, "a connection to 142.11.206.173", "another address", line=6)


AXIOS = Scenario(
    "axios-2026-03",
    "axios, through plain-crypto-js",
    "axios-2026-03",
    "Two releases of axios bring a dependency whose postinstall fetches a remote-access tool and hides what it was.",
    datetime(2026, 3, 29, tzinfo=UTC),
    datetime(2026, 3, 31, 9, 0, tzinfo=UTC),
    _build,
    axios_injects.injects,
    (
        Stop(
            "cooldown",
            stops=True,
            how="The releases were three hours old when they were taken away: a cooldown of a day lets none in.",
        ),
        Stop("scripts-off", stops=True, how="The dropper ran as a postinstall script, and nothing ever imported it."),
        Stop("egress", stops=True, how="The second stage came from a host that no build has to call."),
        Stop(
            "gate",
            stops=True,
            how="A patch release with a new dependency, one day old, that nothing imports, with an install script.",
        ),
    ),
)
