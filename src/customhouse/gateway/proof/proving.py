"""Having every client ask for a canary of its own, and seeing whether the gateway was asked for it."""

import re
import shutil
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

from customhouse.ecosystems.fetching import shown
from customhouse.gateway.canary.names import canary_name, new_nonce
from customhouse.gateway.proof.carried import Carried, Gateway, others
from customhouse.gateway.proof.questions import QUESTIONS, Question, usual_registry
from customhouse.gateway.proof.running import Ran, run
from customhouse.model.client_proof import ClientProof
from customhouse.model.errors import CustomhouseError

#: Seconds that a client may take, and a question on its settings.
PATIENCE: Final = 120.0
_SHORT: Final = 30.0
#: Seconds within which the gateway has written down what it was asked, and between two looks.
_WRITTEN: Final = 3.0
_BETWEEN: Final = 0.25
#: Clients that run at once: each is mostly busy starting.
_AT_ONCE: Final = 3
_ADDRESS = re.compile(r"https?://[^\s\"'<>│]+")
_YARN_1 = re.compile(r"(?:[01]\.[0-9]+\.[0-9]+)\S*")

#: Digits of a canary → what called itself what when it asked the gateway for it.
Agents = Callable[[str], Sequence[str]]


def prove(gateway: Gateway, project: Path, environ: Mapping[str, str], asked: Agents) -> tuple[ClientProof, ...]:
    """Prove each client. `asked` is called from several threads; what it raises is raised."""
    found = [(question, _program(question, environ)) for question in _of_this_yarn(environ)]
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        return tuple(pool.map(lambda each: _prove(each[0], each[1], gateway, project, environ, asked), found))


def _prove(
    question: Question,
    program: str,
    gateway: Gateway,
    project: Path,
    environ: Mapping[str, str],
    asked: Agents,
) -> ClientProof:
    if not program:
        return ClientProof(question.client, question.ecosystem, "missing")
    nonce = new_nonce()
    name = canary_name(nonce)
    try:
        carried = question.carry(project, gateway, environ, name)
    except CustomhouseError as error:
        return ClientProof(question.client, question.ecosystem, "unproven", program, notes=(error.message,))
    with tempfile.TemporaryDirectory(prefix="customhouse-canary-", ignore_cleanup_errors=True) as folder:
        ran, configured = _asked(question, program, name, carried, Path(folder), environ)
    agents = _written(nonce, asked)
    if agents:
        beside = carried.beside
        if carried.adds and configured and not gateway.has(configured):
            beside = (*beside, shown(configured))
        return ClientProof(
            question.client,
            question.ecosystem,
            "partly" if beside else "through",
            program,
            agents[0],
            beside=beside,
            notes=carried.notes,
        )
    elsewhere = _elsewhere(question, gateway, name, ran, configured, carried)
    if elsewhere:
        return ClientProof(
            question.client, question.ecosystem, "elsewhere", program, elsewhere=elsewhere, notes=carried.notes
        )
    notes = (*carried.notes, ran.said or "it printed nothing")
    return ClientProof(question.client, question.ecosystem, "unproven", program, notes=notes)


def _asked(
    question: Question, program: str, name: str, carried: Carried, folder: Path, environ: Mapping[str, str]
) -> tuple[Ran, str]:
    """Have a client ask, and its settings tell the registry; empty where it has no word for that."""
    project, cache = folder / "question", folder / "cache"
    project.mkdir()
    cache.mkdir()
    for filename, text in question.files(carried, name).items():
        (project / filename).write_text(text, encoding="utf-8")
    own = {key: value.replace("{cache}", str(cache)) for key, value in question.variables.items()}
    environment = {**environ, **own}
    environment.pop("PWD", None)  # it is not this folder's, and some ask it rather than the system
    command = [program, *(each.replace("{name}", name) for each in question.asks)]
    ran = run(command, project, environment, PATIENCE, f"{name}\n" if question.spoken else "")
    if not question.configured:
        return ran, ""
    told = run([program, *question.configured], project, environment, _SHORT)
    return ran, next(iter(_ADDRESS.findall(told.text)), "") if told.code == 0 else ""


def _elsewhere(
    question: Question, gateway: Gateway, name: str, ran: Ran, configured: str, carried: Carried
) -> tuple[str, ...]:
    """Say where a client went that did not come: what it printed, else what its settings say.

    Empty where all of that is the gateway: it was on its way there, and something kept it.
    """
    printed = [found.partition(name)[0] for found in _ADDRESS.findall(ran.text) if name in found]
    said = printed or ([configured] if configured else []) or carried.named or [usual_registry(question.ecosystem)]
    return tuple(dict.fromkeys(told for each in said for told in others(gateway, {"": each})))


def _written(nonce: str, asked: Agents) -> Sequence[str]:
    """Wait until the gateway has written down that it was asked; empty where that does not come."""
    end = time.monotonic() + _WRITTEN
    while True:
        agents = asked(nonce)
        if agents or time.monotonic() > end:
            return agents
        time.sleep(_BETWEEN)


def _program(question: Question, environ: Mapping[str, str]) -> str:
    path = environ.get("PATH", "")
    return next((found for name in question.names if (found := shutil.which(name, path=path))), "")


def _of_this_yarn(environ: Mapping[str, str]) -> tuple[Question, ...]:
    """Leave out the yarn that the one in PATH is not; without any, the older."""
    yarn = next(each for each in QUESTIONS if each.client == "yarn-1")
    program = _program(yarn, environ)
    other = "yarn-4"
    if program:
        with tempfile.TemporaryDirectory(prefix="customhouse-canary-") as folder:
            own = {key: value.replace("{cache}", folder) for key, value in yarn.variables.items()}
            version = run([program, "--version"], Path(folder), {**environ, **own}, _SHORT).text.strip()
        other = "yarn-4" if _YARN_1.fullmatch(version.rpartition("\n")[2]) else "yarn-1"
    return tuple(each for each in QUESTIONS if each.client != other)
