"""As much of GitHub's runner as a composite action of shell steps needs: expressions, environment, command files."""

import os
import re
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[2]
_EXPRESSION = re.compile(r"\$\{\{\s*(.*?)\s*\}\}")
#: What `shell: bash` stands for.
_BASH = ("bash", "--noprofile", "--norc", "-eo", "pipefail")


def action():
    return yaml.safe_load((ROOT / "action.yml").read_text())


@dataclass
class Run:
    """What a run of the action left behind."""

    code: int = 0
    log: str = ""
    summary: str = ""
    outputs: dict = field(default_factory=dict)


def run_action(folder, workspace, inputs, environment, *, event=None):
    """Run every step in the workspace, as GitHub would after `uses:` with these inputs; stop at the first that fails."""
    described = action()
    given = {name: inputs.get(name, one.get("default", "")) for name, one in described["inputs"].items()}
    assert set(inputs) <= set(described["inputs"])
    temp = folder / "temp"
    temp.mkdir(parents=True, exist_ok=True)
    summary = folder / "summary.md"
    summary.write_text("")
    steps = {}
    context = {
        "inputs": given,
        "github": {"action_path": str(ROOT), "event": event or {}},
        "runner": {"temp": str(temp)},
        "steps": steps,
    }
    run = Run()
    for number, step in enumerate(described["runs"]["steps"]):
        output = folder / f"output-{number}"
        output.write_text("")
        assert step["shell"] == "bash"
        script = folder / f"step-{number}.sh"
        script.write_text(step["run"])
        finished = subprocess.run(
            [*_BASH, str(script)],
            cwd=workspace,
            env={
                **environment,
                "GITHUB_ACTIONS": "true",
                "GITHUB_OUTPUT": str(output),
                "GITHUB_STEP_SUMMARY": str(summary),
                **{name: evaluate(value, context) for name, value in step.get("env", {}).items()},
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=300,
        )
        run.log += finished.stdout
        run.code = finished.returncode
        lines = (line.partition("=") for line in output.read_text().splitlines())
        steps[step["id"]] = {"outputs": {name: value for name, _, value in lines}}
        if run.code:
            break
    run.summary = summary.read_text()
    run.outputs = {name: evaluate(one["value"], context) for name, one in described["outputs"].items()}
    return run


def evaluate(text, context):
    """Replace expressions: paths with dots, and `||` between them."""

    def value(match):
        for alternative in match.group(1).split("||"):
            found = context
            for key in alternative.strip().split("."):
                found = found.get(key, "") if isinstance(found, dict) else ""
            if found:
                return str(found)
        return ""

    return _EXPRESSION.sub(value, text)


def clean_environment(home):
    return {"PATH": os.environ["PATH"], "HOME": str(home), "XDG_CACHE_HOME": str(home / "cache")}
