"""Shai-Hulud 2, November 2025: a worm that runs before the install, and makes a runner of the machine."""

import json
from datetime import UTC, datetime, timedelta

from customhouse.drill.layout import build_logs, hosts, network_records, npm_records, npm_tree
from customhouse.drill.layout.ground import INERT, Ground
from customhouse.drill.layout.network_records import Call
from customhouse.drill.layout.packages import Release, fillers
from customhouse.drill.layout.projects import package_json, package_lock, yarn_lock
from customhouse.drill.layout.repositories import Repository, cloned
from customhouse.drill.scenarios import shai_hulud_injects
from customhouse.drill.scenarios.interface import Scenario
from customhouse.model.drill import Stop

_SPECS = Release("@asyncapi/specs", "6.8.3", script="preinstall")
_NODE = Release("posthog-node", "5.13.3", script="preinstall")
_CORE = Release("zapier-platform-core", "18.0.3", script="preinstall")
_GOOD = Release("@asyncapi/specs", "6.8.1")
_MINUTE, _DAY = timedelta(minutes=1), timedelta(days=1)
_START = datetime(2025, 11, 24, 4, 20, tzinfo=UTC)
_WORKFLOW = "name: Discussion\non:\n  discussion:\njobs:\n  process:\n    runs-on: self-hosted\n    steps: []\n"


def _build(ground: Ground) -> None:
    _projects(ground)
    _homes(ground)
    _logs(ground)
    _machines(ground)
    _network(ground)
    shai_hulud_injects.feed(ground)


def _projects(ground: Ground) -> None:
    names = ground.names
    rest = fillers(names.packages(28))
    at = _START + names.number(10, 90) * _MINUTE
    wanted = {"@asyncapi/specs": "^6.8.0"}
    asks = package_json("app", wanted)

    def lock(release: Release) -> dict[str, bytes | None]:
        return {"package.json": asks, "package-lock.json": package_lock("app", wanted, (release, *rest))}

    still = cloned(ground, names.project(), names.person(), [(at - 30 * _DAY, lock(_GOOD)), (at, lock(_SPECS))])
    path = f"{still}/package-lock.json"
    ground.plant("pinned", "project", path, "resolved", _SPECS.purl, "main still pins it")
    ground.plant("pinned-since", "history", path, "resolved", _SPECS.purl, "when it came in, and with whom")

    back = cloned(
        ground,
        names.project(),
        names.person(),
        [
            (at - 14 * _DAY, lock(_GOOD)),
            (at + 3 * _MINUTE, lock(_SPECS)),
            (at + 190 * _MINUTE, lock(_GOOD)),
        ],
    )
    path = f"{back}/package-lock.json"
    ground.plant("undone", "history", path, "resolved", _SPECS.purl, "in for three hours, then undone")

    lost = Repository(ground, names.project(), names.person(), at - 80 * _DAY)
    lost.chores(at - 70 * _DAY, 3)
    asked = {"posthog-node": "^5.0.0"}
    files: dict[str, bytes | None] = {"package.json": package_json("lost", asked)}
    lost.commit(
        "Lock", at - 8 * _DAY, files | {"yarn.lock": yarn_lock((Release("posthog-node", "5.13.2"), *rest[:8]), asked)}
    )
    lost.commit(
        "Bump",
        at + 44 * _MINUTE,
        {"yarn.lock": yarn_lock((_NODE, *rest[:8]), asked)},
        branch="bump",
        author="update-bot",
    )
    lost.forget("bump")
    path = lost.done()
    ground.plant(
        "deleted-branch",
        "history",
        f"{path}/yarn.lock",
        "resolved",
        _NODE.purl,
        "a bot's branch that was deleted: no ref leads there",
    )
    ground.decoy(
        "range-with-lock",
        f"{path}/package.json",
        "a range that admits 5.13.3",
        "the lock of main pins 5.13.2",
        at_most="declared",
    )

    loose = f"projects/{names.project()}"
    path = ground.write(
        f"{loose}/package.json", package_json("loose", {"zapier-platform-core": "^18.0.0"}), at - 20 * _DAY
    )
    ground.plant(
        "range-without-lock", "project", path, "declared", _CORE.purl, "no lock: what it got depended on the hour"
    )
    other = f"projects/{names.project()}"
    path = ground.write(f"{other}/package-lock.json", package_lock("other", wanted, (_GOOD, *rest[:9])), at - 2 * _DAY)
    ground.decoy("lock-of-6.8.1", path, "a lock that pins @asyncapi/specs 6.8.1", "no release of the worm's")


def _homes(ground: Ground) -> None:
    names = ground.names
    rest = fillers(names.packages(9))
    at = _START + names.number(60, 120) * _MINUTE
    person = f"homes/{names.person()}"
    tree = npm_tree.installed(ground, f"{person}/site", "site", (_SPECS, *rest), at)
    ground.plant(
        "hidden-lock",
        "install",
        tree,
        "script-ran",
        _SPECS.purl,
        "it has an install script, and nothing says that scripts were off",
        also=(
            f"{person}/site/node_modules/@asyncapi/specs",
            f"{person}/site/node_modules/@asyncapi/specs/setup_bun.js",
        ),
    )
    log = npm_records.debug_log(ground, person, "/home/dev/site", at, (_SPECS, *rest), "ci")
    ground.plant("debug-log", "install", log, "script-ran", _SPECS.purl, "npm says that it ran preinstall")
    path = npm_records.cached(ground, person, _NODE, at + 30 * _MINUTE)
    ground.plant("npm-cache", "install", path, "fetched", _NODE.purl, "the cache's index, with the time")

    careful = f"homes/{names.person()}"
    log = npm_records.debug_log(ground, careful, "/home/dev/flows", at, (_CORE, *rest[:3]), "ci", "--ignore-scripts")
    ground.plant(
        "scripts-off-log",
        "install",
        log,
        "fetched",
        _CORE.purl,
        "started with --ignore-scripts: it came, and did not run",
    )
    path = npm_records.asked_about(ground, careful, "posthog-node", at)
    ground.decoy(
        "document-in-cache",
        path,
        "the cache holds the document of posthog-node",
        "asking about a package is no fetch of a release",
    )


def _logs(ground: Ground) -> None:
    names = ground.names
    rest = fillers(names.packages(21))
    at = _START + 75 * _MINUTE
    path = build_logs.github(ground, "run-31", "acme/flows", "build", at, build_logs.npm_ci((_SPECS, _CORE, *rest)))
    ground.plant("ci-script", "log", path, "script-ran", _SPECS.purl, "the job ran preinstall")
    ground.plant("ci-script-2", "log", path, "script-ran", _CORE.purl, "and that of a second package")
    path = build_logs.jenkins(
        ground, "nightly-7", "nightly", at + 20 * _MINUTE, build_logs.npm_ci((_NODE, *rest[:5]), scripts=False)
    )
    ground.plant("jenkins", "log", path, "fetched", _NODE.purl, "fetched; whether scripts ran the log does not say")
    text = "2025-11-24T06:02:19Z runner registered: name=SHA1HULUD labels=self-hosted repository=acme/flows\n"
    path = ground.write("logs/audit/organisation.log", text, at + _DAY)
    ground.plant("runner-audit", "log", path, "script-ran", "SHA1HULUD", "the organisation's log of new runners")

    path = build_logs.github(
        ground,
        "run-32",
        "acme/site",
        "build",
        at,
        [
            "##[group]Run oven-sh/setup-bun@v2",
            "Downloading a new version of Bun",
            "##[endgroup]",
            *build_logs.npm_ci((_GOOD, *rest)),
        ],
    )
    ground.decoy(
        "setup-bun-action",
        path,
        "a run in the window that uses the action setup-bun, and 6.8.1",
        "an action that installs Bun is no setup_bun.js",
    )
    text = "site@2.3.1 /home/dev/site\n└── @asyncapi/specs@6.8.1\n"
    path = ground.write("logs/handed-in/npm-ls.txt", text, at + 7 * 60 * _MINUTE)
    ground.decoy(
        "clean-npm-ls",
        path,
        "`npm ls` as a developer handed it in: it shows 6.8.1",
        "it accuses nobody, and clears nobody: the project was installed anew since",
    )


def _machines(ground: Ground) -> None:
    names = ground.names
    at = _START + 102 * _MINUTE
    user = names.person()
    folder = hosts.linux(ground, f"ci-{names.number(2, 9)}", ("runner", user), at - 200 * _DAY)
    runner = {
        "agentId": 9,
        "agentName": "SHA1HULUD",
        "gitHubUrl": "https://code.example/acme/flows",
        "workFolder": "_work",
    }
    path = ground.write(f"{folder}/home/runner/.dev-env/.runner", json.dumps(runner), at)
    ground.plant("runner", "host", path, "script-ran", "SHA1HULUD", "a runner that was registered by the worm")
    path = ground.write(f"{folder}/home/{user}/flows/.github/workflows/discussion.yaml", f"# {INERT}\n{_WORKFLOW}", at)
    ground.plant(
        "workflow", "host", path, "script-ran", ".github/workflows/discussion.yaml", "the workflow that takes orders"
    )
    path = ground.payload(f"{folder}/home/{user}/flows/setup_bun.js", at, "//")
    ground.plant(
        "dropped-script", "host", path, "script-ran", "setup_bun.js", "the worm's script, outside of any package"
    )

    clean = hosts.linux(ground, f"ci-{names.number(10, 20)}", ("runner",), at - 200 * _DAY)
    own = {"agentId": 4, "agentName": "build-04", "gitHubUrl": "https://code.example/acme", "workFolder": "_work"}
    path = ground.write(f"{clean}/home/runner/actions-runner/.runner", json.dumps(own), at - 120 * _DAY)
    ground.decoy(
        "own-runner", path, "a self-hosted runner of the team's own", "its name is the team's, and it is older"
    )
    inner = ".github/workflows/discussions.yml"
    path = ground.write(f"{clean}/home/runner/docs/{inner}", "name: Greet\non: discussion\njobs: {}\n", at - 90 * _DAY)
    ground.decoy("own-workflow", path, "a workflow discussions.yml", "another name, of the team's own, and older")
    inner = ".github/DISCUSSION_TEMPLATE/discussion.yaml"
    path = ground.write(f"{clean}/home/runner/docs/{inner}", "title: Idea\nbody: []\n", at - 90 * _DAY)
    ground.decoy("discussion-template", path, "a form for discussions, discussion.yaml", "no workflow: nothing runs it")
    path = ground.write(
        f"{clean}/home/runner/docs/scripts/setup-bun.sh", "# installs Bun for the docs\n", at - 90 * _DAY
    )
    ground.decoy("setup-bun-script", path, "a script setup-bun.sh", "a script of the team's own")


def _network(ground: Ground) -> None:
    names = ground.names
    hit, quiet = names.address(), names.address()
    path = network_records.squid(
        ground,
        "proxy-access.log",
        [
            Call(_START + 70 * _MINUTE, quiet, _GOOD.url),
            Call(_START + 75 * _MINUTE, hit, _SPECS.url),
        ],
    )
    ground.plant("proxy-archive", "network", path, "fetched", _SPECS.purl, "a machine fetched the archive")
    ground.decoy("proxy-good-archive", path, "another machine fetched 6.8.1", "no release of the worm's", line=1)


SHAI_HULUD = Scenario(
    "shai-hulud-2",
    "Shai-Hulud 2, a worm before the install",
    "shai-hulud-2",
    "Several hundred packages run setup_bun.js before an install, take tokens, and make a runner of the machine.",
    datetime(2025, 11, 23, tzinfo=UTC),
    datetime(2025, 11, 24, 9, 0, tzinfo=UTC),
    _build,
    shai_hulud_injects.injects,
    (
        Stop(
            "cooldown", stops=True, how="Most releases were found within a day: a cooldown of three days lets none in."
        ),
        Stop("scripts-off", stops=True, how="It ran as a preinstall script and nowhere else."),
        Stop("egress", stops=False, how="It sent what it took to a code host that builds have to call."),
        Stop("gate", stops=True, how="A patch release with a new preinstall script and ten megabytes of new code."),
    ),
)
