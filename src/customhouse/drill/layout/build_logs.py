"""Logs of builds, in the forms of GitHub Actions, GitLab and Jenkins."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from customhouse.drill.layout.ground import Ground
from customhouse.drill.layout.packages import Release

_STEP = timedelta(milliseconds=137)


def github(ground: Ground, name: str, repository: str, job: str, at: datetime, lines: Iterable[str]) -> str:
    """Write a job's log as GitHub stamps it; return its path. A line that begins with `##[group]` begins a step."""
    head = [
        "Current runner version: '2.331.0'",
        f"Complete job name: {job}",
        "##[group]Run actions/checkout@v5",
        f"Syncing repository: {repository}",
        "##[endgroup]",
    ]
    text = "".join(
        f"{at + number * _STEP:%Y-%m-%dT%H:%M:%S.%f}1Z {line}\n" for number, line in enumerate([*head, *lines])
    )
    return ground.write(f"logs/actions/{name}.txt", text, at)


def gitlab(ground: Ground, name: str, project: str, at: datetime, lines: Iterable[str]) -> str:
    """Write a job's log as GitLab's runner does, whose sections alone have a time; return its path."""
    seconds = int(at.timestamp())
    text = [
        "Running with gitlab-runner 18.2.0 (deadbeef)",
        f"section_start:{seconds}:get_sources\r\x1b[0KGetting source from Git repository",
        f"Initialized empty Git repository in /builds/{project}/.git/",
        f"section_end:{seconds + 4}:get_sources\r\x1b[0K",
        f'section_start:{seconds + 5}:step_script\r\x1b[0KExecuting "step_script" stage of the job script',
        *lines,
        f"section_end:{seconds + 90}:step_script\r\x1b[0K",
        "Job succeeded",
    ]
    return ground.write(f"logs/gitlab/{name}.log", "\n".join(text) + "\n", at)


def jenkins(ground: Ground, name: str, job: str, at: datetime, lines: Iterable[str]) -> str:
    """Write a console log as Jenkins does with times of lines; return its path."""
    head = ["Started by an SCM change", "[Pipeline] Start of Pipeline", f"Running on agent-2 in /srv/workspace/{job}"]
    stamped = [
        f"[{at + number * _STEP:%Y-%m-%dT%H:%M:%S}.{number % 1000:03}Z] {line}"
        for number, line in enumerate([*head, "[Pipeline] { (install)", *lines])
    ]
    return ground.write(f"logs/jenkins/{name}.log", "\n".join(stamped) + "\nFinished: SUCCESS\n", at)


def npm_ci(releases: Sequence[Release], *, scripts: bool = True) -> list[str]:
    """Give what `npm ci --loglevel http` prints, and with info the scripts."""
    lines = ["##[group]Run npm ci --loglevel info", "npm ci --loglevel info", "##[endgroup]"]
    lines += [
        f"npm http fetch GET 200 {each.url} {90 + 7 * number}ms (cache miss)" for number, each in enumerate(releases)
    ]
    for each in releases if scripts else ():
        if each.script:
            lines.append(
                f"npm info run {each.name}@{each.version} {each.script} node_modules/{each.name} node {each.program}"
            )
    return [*lines, f"added {len(releases)} packages, and audited {len(releases) + 1} packages in 4s"]


def pip_install(releases: Sequence[Release], wanted: str) -> list[str]:
    """Give what `pip install -r requirements.txt` prints; `wanted` is the file's name."""
    lines = [f"$ pip install --require-hashes -r {wanted}"]
    for each in releases:
        stem = each.name.replace("-", "_")
        lines.append(f"Collecting {each.name}=={each.version} (from -r {wanted} (line 1))")
        lines.append(f"  Downloading {stem}-{each.version}-py3-none-any.whl (8.1 MB)")
    every = " ".join(f"{each.name}-{each.version}" for each in releases)
    return [
        *lines,
        "Installing collected packages: " + ", ".join(each.name for each in releases),
        f"Successfully installed {every}",
    ]
