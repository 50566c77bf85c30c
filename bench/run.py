"""What `make bench` runs: every figure that the project promises, in one run, beside GuardDog and syft.

Medians and ratios are what to quote; single seconds depend on the machine. The peers are installed aside, pinned by
hash, and run without a network (they would fetch lists, or look for updates, at every start).
"""

import json
import os
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
sys.path[:0] = [str(ROOT / "tests"), str(HERE)]

import advisories as advisory_bench
import gateway as gateway_bench
import hunt_logs as log_bench
from archives import fetch
from lockfiles import WRITERS, write_projects
from measure import median, run
from peers import GUARDDOG, PYTHON, SYFT, WORK, install_peers, without_network
from replicas import replicas
from repository import two_thousand_packages

CUSTOMHOUSE = str(Path(sys.executable).parent / "customhouse")
ROUNDS = 5
#: exit codes of `inspect` that mean: this may not come in.
STOPPED = (10, 20)


def main() -> None:
    """Measure everything; a section can be named to run it alone."""
    sections = {"start": start, "archives": archives, "replicas": detection, "check": check}
    sections |= {"locks": locks, "advisories": advisories, "repository": repository, "logs": logs}
    sections |= {"history": history, "home": home, "gateway": gateway}
    wanted = sys.argv[1:] or list(sections)
    print(f"Python {sys.version.split()[0]}, {os.cpu_count()} cores\n")
    for name in wanted:
        sections[name]()


def start() -> None:
    """How long the command takes to say what it can do, and to inspect one archive."""
    times = [run([CUSTOMHOUSE, "--help"]).wall for _ in range(11)]
    row("customhouse --help, wall", f"{median(times):.3f} s", "at most 0.15 s")
    axios = next(path for path in fetch(WORK / "archives") if "axios" in path.name)
    runs = [run([CUSTOMHOUSE, "inspect", str(axios)]) for _ in range(11)]
    row("inspect axios-1.14.0.tgz, wall", f"{median([each.wall for each in runs]):.3f} s", "at most 0.35 s")
    row("inspect axios-1.14.0.tgz, CPU", f"{median([each.cpu for each in runs]):.3f} s")


def archives() -> None:
    """CPU per archive against GuardDog, as whole commands and in-process."""
    install_peers()
    paths = fetch(WORK / "archives")
    run(guarddog(paths[0]))  # its first start writes its caches
    ours, theirs = {}, {}
    for path in paths:
        mine, other = [], []
        for _ in range(ROUNDS):
            mine.append(run([CUSTOMHOUSE, "inspect", str(path)]).cpu)
            other.append(run(guarddog(path)).cpu)
        ours[path.name], theirs[path.name] = median(mine), median(other)
    inside = json.loads(run([sys.executable, str(HERE / "inprocess.py"), *map(str, paths)]).output)
    peer = [*without_network(), PYTHON, str(HERE / "guarddog_inprocess.py"), *map(str, paths)]
    inside_theirs = {name: each["cpu"] for name, each in json.loads(last_line(run(peer).output)).items()}
    print(f"\n{'archive':34} {'command':>9} {'GuardDog':>9} {'ratio':>6}   {'inside':>9} {'GuardDog':>9} {'ratio':>6}")
    for name, mine in ours.items():
        print(
            f"{name:34} {mine:7.3f} s {theirs[name]:7.3f} s {theirs[name] / mine:5.1f}x"
            f"   {inside[name] * 1000:6.1f} ms {inside_theirs[name] * 1000:6.1f} ms"
            f" {inside_theirs[name] / inside[name]:5.1f}x"
        )
    print()
    row("CPU per archive, whole command, GuardDog/ours", ratio(theirs, ours), "median at least 5x")
    row("CPU per archive, in-process, GuardDog/ours", ratio(inside_theirs, inside), "median at least 15x")
    row("CPU, GuardDog's command / ours in-process", ratio(theirs, inside))


def detection() -> None:
    """How many inert replicas each stops."""
    install_peers()
    with tempfile.TemporaryDirectory() as folder:
        mine, other, total = 0, 0, 0
        for name, data in replicas():
            path = Path(folder) / name
            path.write_bytes(data)
            total += 1
            stopped = run([CUSTOMHOUSE, "inspect", str(path)]).code in STOPPED
            document = json.loads(last_line(run([*guarddog(path), "--output-format", "json"]).output))
            score = document["risk_score"]["score"]
            mine, other = mine + stopped, other + (score > 0)
            print(f"{name:42} {'stopped' if stopped else 'MISSED':8} GuardDog {score:4.1f}/10")
    print()
    row("replicas stopped", f"{mine} of {total}", f"GuardDog: {other} of {total}")


def check() -> None:
    """A lock of 1,291 entries: with an empty cache, and with a warm one."""
    project = HERE / "large-project"
    with tempfile.TemporaryDirectory() as cache:
        command = [CUSTOMHOUSE, "check", str(project), "--format", "json", "--cache-dir", cache]
        cold = run(command, memory=True)
        document = json.loads(cold.output)
        packages = len({package["purl"] for package in document["packages"]})
        warm = [run(command, memory=True) for _ in range(ROUNDS)]
    row("check, entries / distinct releases", f"{len(document['packages'])} / {packages}")
    verdicts = ", ".join(f"{name} {count}" for name, count in verdict_counts(document).items())
    row("check, verdicts", verdicts)
    row("check, cold", f"{cold.wall:.1f} s, {packages / cold.wall:.1f} packages/s", "at least 20 packages/s")
    row("check, warm, wall", f"{median([each.wall for each in warm]):.2f} s", "at most 2 s")
    row("check, peak memory of all processes, cold", f"{cold.peak / 1e6:.0f} MB", "at most 500 MB")
    row("check, peak memory of all processes, warm", f"{max(each.peak for each in warm) / 1e6:.0f} MB")


def locks() -> None:
    """100 locks of 1,000 packages: npm's alone, and five formats in turn, read by us and by syft as whole processes."""
    install_peers()
    for title, names in (("package-lock", ("package-lock.json",)), ("five formats", tuple(WRITERS))):
        folder = write_projects(WORK / "locks" / title.replace(" ", "-"), 100, 1000, names)
        mine, other, read = [], [], []
        for _ in range(3):
            mine.append(run([sys.executable, str(HERE / "read_locks.py"), str(folder)]))
            read.append(json.loads(mine[-1].output))
            other.append(run([*without_network(), SYFT, "scan", f"dir:{folder}", "-q", "-o", "json"]))
        packages = len(json.loads(other[0].output)["artifacts"])
        row(f"100 locks x 1,000, {title}: packages read", f"{read[0]['packages']}, syft lists {packages}")
        row(f"100 locks x 1,000, {title}: wall", f"{median([one.wall for one in mine]):.2f} s, the read alone "
            f"{median([one['read_seconds'] for one in read]):.2f} s")  # fmt: skip
        row(f"100 locks x 1,000, {title}: syft, wall", f"{median([one.wall for one in other]):.1f} s")
        by_process = median([one.wall for one in other]) / median([one.wall for one in mine])
        by_read = median([one.wall for one in other]) / median([one["read_seconds"] for one in read])
        row(f"100 locks x 1,000, {title}: syft/ours", f"{by_process:.1f}x as processes, {by_read:.1f}x the read alone",
            "at least 20x")  # fmt: skip
        by_cpu = median([one.cpu for one in other]) / median([one.cpu for one in mine])
        row(f"100 locks x 1,000, {title}: CPU, syft/ours", f"{by_cpu:.1f}x")


def advisories() -> None:
    """An index of 300,000 records made, brought up to date, and matched with 100,000 entries of locks."""
    folder = write_projects(WORK / "locks" / "package-lock", 100, 1000, ("package-lock.json",))
    with tempfile.TemporaryDirectory() as scratch:
        records, index = Path(scratch) / "records.zip", Path(scratch) / "index"
        advisory_bench.write_records(records)
        first = advisory_bench.measure_update(index, records)
        again = advisory_bench.measure_update(index, records)
        match = advisory_bench.measure_matching(index)
        whole = run([sys.executable, str(HERE / "read_locks.py"), str(folder), str(index)])
    said = json.loads(whole.output)
    row("db update of 300,000 records", f"{first['seconds']:.1f} s, {first['peak_bytes'] / 1e6:.0f} MB",
        "at most 60 s, 500 MB")  # fmt: skip
    row("db update, nothing changed", f"{again['seconds']:.1f} s")
    row("matching 2,000 packages", f"{match['seconds'] * 1000:.0f} ms")
    row("100 locks x 1,000 read and matched", f"{said['seconds']:.2f} s, {said['matched']} releases with advisories")
    row("100 locks x 1,000 read and matched, peak memory", f"{said['peak'] / 1e6:.0f} MB", "at most 600 MB")


def repository() -> None:
    """A repository of 2,000 packages with an index of 300,000 advisories: the whole command, warm."""
    with tempfile.TemporaryDirectory() as scratch, two_thousand_packages(Path(scratch)) as (project, environment):
        advisory_bench.write_records(Path(scratch) / "records.zip")
        advisory_bench.measure_update(Path(scratch) / "index", Path(scratch) / "records.zip")
        environment |= {"CUSTOMHOUSE_DB_DIR": str(Path(scratch) / "index")}
        command = [CUSTOMHOUSE, "check", str(project), "--format", "json", "--no-progress"]
        cold = run(command, env=environment)
        warm = [run(command, env=environment) for _ in range(ROUNDS)]
    packages = json.loads(cold.output)["summary"]["packages"]
    row("check of a repository, packages", str(packages))
    row("check of a repository, cold", f"{cold.wall:.1f} s")
    row("check of a repository, warm, wall", f"{median([one.wall for one in warm]):.2f} s", "at most 1 s")


def logs() -> None:
    """Some hundred MB of builds' and servers' logs, searched for 10,000 indicators on one core."""
    figures = json.loads(run([sys.executable, str(HERE / "hunt_logs.py")]).output)
    for name in ("build", "access"):
        row(f"{name} log, the matcher alone", f"{figures[name]['matcher']:.0f} MB/s")
        for which, what in (
            ("hunt", "10,000 indicators and 500 packages, 8 of them in most lines"),
            ("unnamed", "the same with none of them in any line"),
            ("shipped", "the shipped campaigns"),
        ):
            one = figures[name][which]
            row(f"{name} log, {what}, made ready", f"{one['ready']:.2f} s")
            row(
                f"{name} log, {what}, each further MB", f"{one['further']:.0f} MB/s", f"at least {log_bench.LEAST} MB/s"
            )
            row(f"{name} log, {what}, a whole hunt of {log_bench.MEGABYTES} MB", f"{one['whole']:.0f} MB/s")
    row("memory of these hunts", f"{figures['memory']:.0f} MB", f"at most {log_bench.MOST_MEMORY} MB")


def history() -> None:
    """500 repositories of 200 revisions of a lock, hunted through on two cores."""
    row(
        "hunt through histories",
        run([sys.executable, str(HERE / "hunt_history.py")]).output.decode().strip(),
        "at most 60 s",
    )


def home() -> None:
    """A home folder of a million files."""
    figures = json.loads(run([sys.executable, str(HERE / "hunt_home.py")]).output)
    row(f"hunt through {figures['files']:,} files", f"{figures['hunt']:.1f} s", "bound by the walk")
    row("walking them and doing nothing", f"{figures['walk']:.1f} s")
    row("memory of that hunt", f"{figures['memory']:.0f} MB", "at most 400 MB")


def gateway() -> None:
    """The gateway beside the registry proxies that people run today; the table goes to docs/benchmarks.md."""
    gateway_bench.main([])


def verdict_counts(document: dict) -> dict[str, int]:
    """Count the packages by verdict."""
    counts: dict[str, int] = {}
    for package in document["packages"]:
        counts[package["verdict"]] = counts.get(package["verdict"], 0) + 1
    return dict(sorted(counts.items()))


def guarddog(path: Path) -> list[str]:
    """Return the peer's command for an archive."""
    return [*without_network(), GUARDDOG, "npm" if path.suffix == ".tgz" else "pypi", "scan", str(path)]


def last_line(output: bytes) -> str:
    """Return the last line that is not empty: the peer prints notes before its JSON."""
    return output.decode().strip().splitlines()[-1]


def ratio(theirs: dict[str, float], ours: dict[str, float]) -> str:
    """Return the median ratio and its extremes."""
    ratios = sorted(theirs[name] / ours[name] for name in ours)
    return f"median {median(ratios):.1f}x ({ratios[0]:.1f}x to {ratios[-1]:.1f}x)"


def row(what: str, measured: str, promised: str = "") -> None:
    """Print one figure."""
    print(f"{what:46} {measured:34} {promised}", flush=True)


if __name__ == "__main__":
    main()
