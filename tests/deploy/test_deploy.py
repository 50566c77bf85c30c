"""What lies in deploy/ says of the command what the command says of itself."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from customhouse.cli.gateway import command
from customhouse.gateway.places import DEFAULT_PORT, TOKEN_FILE
from managed_gateway import ManagedGateway

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
UNIT = DEPLOY / "systemd" / "customhouse-gateway.service"
#: What every image and unit starts, before its options.
SERVE = ["customhouse", "gateway", "serve"]
USER = "10001:10001"
STATE = "/var/lib/customhouse"


def instructions():
    """The Containerfile's instructions in order, with their arguments, lines put together."""
    text = (DEPLOY / "Containerfile").read_text()
    lines = "\n".join(line for line in text.splitlines() if not line.startswith("#")).replace("\\\n", " ")
    return [tuple(line.split(None, 1)) for line in lines.splitlines() if line.strip()]


def last(name):
    """The argument of the last instruction of a name, which is the final image's."""
    return [argument for each, argument in instructions() if each == name][-1]


def stages():
    """The instructions of each stage."""
    found = []
    for name, argument in instructions():
        if name == "FROM":
            found.append([])
        if found:
            found[-1].append((name, argument))
    return found


def words(argument):
    """Read an argument in its JSON form."""
    assert argument.startswith("["), argument
    return yaml.safe_load(argument)


def options(*arguments):
    """What the real command makes of arguments: it fails for an option that it does not have, or a value it refuses."""
    group = command.make_context("gateway", ["serve"], resilient_parsing=True)
    return command.commands["serve"].make_context("serve", list(arguments), parent=group).params


@pytest.fixture(scope="module")
def compose():
    return yaml.safe_load((DEPLOY / "compose.yaml").read_text())


@pytest.fixture(scope="module")
def unit():
    """The unit's settings, each with all its values in order."""
    found = {}
    for line in UNIT.read_text().splitlines():
        if line and not line.startswith(("#", "[")):
            key, _, value = line.partition("=")
            found.setdefault(key, []).append(value)
    return found


def gateways(compose):
    return {name: each for name, each in compose["services"].items() if each["image"] == "customhouse-gateway"}


def test_the_image_starts_the_command_with_options_that_it_has():
    entry = words(last("ENTRYPOINT"))
    assert entry[:3] == SERVE
    said = options(*entry[3:])
    assert said["host"] == "0.0.0.0"  # noqa: S104 - a container's own network
    assert said["port"] == DEFAULT_PORT == int(last("EXPOSE"))
    assert str(said["state"]) == STATE == last("WORKDIR")
    assert words(last("VOLUME")) == [STATE]
    assert words(last("CMD")) == []
    assert last("STOPSIGNAL") == "SIGTERM"


def test_the_image_runs_as_nobody_in_particular_and_writes_nowhere_else():
    final = stages()[-1]
    assert last("USER") == USER
    names = [name for name, _ in final]
    assert names.index("USER") > max(number for number, name in enumerate(names) if name in ("RUN", "COPY"))
    assert f"HOME={STATE}" in last("ENV")
    made = next(argument for name, argument in final if name == "RUN")
    assert "--uid 10001" in made
    assert f"--home-dir {STATE}" in made
    assert [argument.split()[0] for name, argument in final if name == "COPY"] == ["--from=build"]


def test_nothing_is_fetched_into_the_image_without_a_hash():
    installs = [
        part
        for name, argument in instructions() if name == "RUN"
        for part in argument.split("&&") if " pip install " in f"{part} "
    ]  # fmt: skip
    assert installs
    for each in installs:
        assert "--no-deps" in each
        assert "--require-hashes" in each or "--no-index" in each
    wheels = [argument for name, argument in instructions() if name == "RUN" and " pip wheel " in argument]
    assert len(wheels) == 1
    assert "--no-build-isolation" in wheels[0]


def test_what_the_image_copies_is_there_and_not_ignored():
    sources = [
        source
        for name, argument in instructions() if name == "COPY" and not argument.startswith("--from")
        for source in argument.split()[:-1]
    ]  # fmt: skip
    kept = [line[1:] for line in (DEPLOY / "Containerfile.dockerignore").read_text().splitlines() if line[:1] == "!"]
    for source in sources:
        assert (ROOT / source).exists(), source
        assert any(Path(source).match(pattern) for pattern in kept), source
    for name in ("runtime", "postgresql", "build"):
        text = (ROOT / "requirements" / f"{name}.txt").read_text()
        assert f"requirements/{name}.txt" in sources
        assert "--hash=sha256:" in text
        assert "://" not in text


@pytest.mark.parametrize("stem", ["runtime", "postgresql", "build"])
def test_the_pins_are_those_that_everything_is_tested_with(stem):
    def pins(name):
        text = (ROOT / "requirements" / f"{name}.txt").read_text()
        return dict(re.findall(r"^([a-z0-9-]+)==(\S+)", text, re.MULTILINE))

    assert pins(stem).items() <= pins("dev").items()


def test_no_image_names_a_registry(compose):
    images = [argument.split()[0] for name, argument in instructions() if name == "FROM"]
    images += [each["image"] for each in compose["services"].values()]
    for image in images:
        first, slash, _ = image.partition("/")
        assert not (slash and ("." in first or ":" in first)), image


def test_the_health_check_of_the_image_tells_a_gateway_from_none(registry, tmp_path):
    check = last("HEALTHCHECK")
    assert f"http://127.0.0.1:{DEFAULT_PORT}/-/health" in check
    line = words(check.partition("CMD ")[2])
    assert line[0] == "python"

    def run(url):
        code = [part.replace(f"http://127.0.0.1:{DEFAULT_PORT}", url) for part in line[1:]]
        return subprocess.run([sys.executable, *code], capture_output=True, check=False, timeout=30).returncode

    with ManagedGateway(tmp_path, registry) as running:
        assert run(running.url) == 0
        assert run(f"{running.url}/nothing") != 0
        for path in health_paths():
            assert running.ask("GET", path).status_code == 200
    assert run(running.url) != 0


def health_paths():
    """What balancers and the image ask."""
    text = (DEPLOY / "compose.yaml").read_text() + (DEPLOY / "Containerfile").read_text()
    found = set(re.findall(r"/-/[a-z]+", text))
    assert found == {"/-/health", "/-/ready"}
    return found


def test_compose_starts_two_gateways_that_share_what_they_must(compose):
    found = gateways(compose)
    assert len(found) == 2
    known = {name for each in command.commands["serve"].params for name in ([each.envvar] if each.envvar else [])}
    for service in found.values():
        assert service["build"]["dockerfile"] == "deploy/Containerfile"
        assert (DEPLOY / service["build"]["context"]).resolve() == ROOT
        said = options(*[re.sub(r"\$\{[A-Z_]+:-([^}]*)\}", r"\1", each) for each in service["command"]])
        assert said["public_url"].endswith(f":{DEFAULT_PORT}")
        assert said["proxies"] == (compose["services"]["balancer"]["networks"]["inside"]["ipv4_address"],)
        own = {name for name in service["environment"] if name.startswith("CUSTOMHOUSE_")}
        assert own <= known
        assert {"CUSTOMHOUSE_DATABASE", "CUSTOMHOUSE_BLOBS"} <= own
        assert service["read_only"] is True
        assert service["tmpfs"] == ["/tmp"]
        assert service["cap_drop"] == ["ALL"]
        # What a gateway keeps by itself is its own, the archives are everybody's.
        mounted = {place: volume for volume, _, place in (each.partition(":") for each in service["volumes"])}
        assert STATE in mounted
        assert f"{{CUSTOMHOUSE_BLOBS:-{next(place for place in mounted if place != STATE)}}}" in str(service)
    states = [each["volumes"][0] for each in found.values()]
    assert len(set(states)) == 2
    assert len({each["volumes"][1] for each in found.values()}) == 1
    assert compose["services"]["archives"]["command"] == ["chown", USER, "/srv/archives"]


def test_everything_that_compose_names_is_declared(compose):
    services = compose["services"]
    for service in services.values():
        assert set(service.get("depends_on", [])) <= set(services)
        assert {each.partition(":")[0] for each in service.get("volumes", [])} <= set(compose["volumes"])
        networks = service.get("networks", [])
        assert set(networks) <= set(compose["networks"])
    assert f"{TOKEN_FILE}" in (DEPLOY / "compose.yaml").read_text()
    assert f"{STATE}/{TOKEN_FILE}" in (DEPLOY / "compose.yaml").read_text()


def test_the_balancer_leads_to_the_gateways(compose):
    text = compose["configs"]["balancer"]["content"]
    servers = dict(re.findall(r"^ *server (\S+) (\S+)$", text, re.MULTILINE))
    assert sorted(servers.values()) == sorted(f"{name}:{DEFAULT_PORT}" for name in gateways(compose))
    assert f"bind :{DEFAULT_PORT}" in text
    assert compose["services"]["balancer"]["ports"] == [f"127.0.0.1:{DEFAULT_PORT}:{DEFAULT_PORT}"]
    waits = [int(seconds) for seconds in re.findall(r"timeout (?:client|server) (\d+)s", text)]
    assert len(waits) == 2
    assert min(waits) > 50  # as long as a client waits for an inspection


@pytest.mark.skipif(not shutil.which("haproxy"), reason="haproxy is not installed")
def test_haproxy_takes_the_balancer_s_configuration(compose, tmp_path):
    path = tmp_path / "haproxy.cfg"
    path.write_text(compose["configs"]["balancer"]["content"])
    done = subprocess.run(["haproxy", "-c", "-f", str(path)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "WARNING" not in done.stderr


def test_the_unit_starts_the_command_with_options_that_it_has(unit):
    (start,) = unit["ExecStart"]
    program, *arguments = shlex.split(start)
    assert [Path(program).name, *arguments[:2]] == SERVE
    said = options(*arguments[2:])
    assert said["port"] == DEFAULT_PORT
    (folder,) = unit["StateDirectory"]
    assert str(said["state"]) == f"%S/{folder}" == unit["WorkingDirectory"][0]
    assert f"HOME=%S/{folder}" in unit["Environment"]
    assert unit["DynamicUser"] == ["yes"]
    assert f"/var/lib/{folder}/{TOKEN_FILE}" in UNIT.read_text()
    # The grace that answers under way have, and that of the inspecting process.
    assert int(unit["TimeoutStopSec"][0]) > 25


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not installed")
def test_systemd_takes_the_unit_and_finds_little_exposed(unit, tmp_path):
    path = tmp_path / UNIT.name
    program = shlex.split(unit["ExecStart"][0])[0]
    path.write_text(UNIT.read_text().replace(program, "/bin/true"))  # it has to be there
    environment = {"PATH": os.environ["PATH"], "SYSTEMD_COLORS": "0", "LC_ALL": "C"}
    done = subprocess.run(
        ["systemd-analyze", "verify", str(path)], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert not done.stderr
    asked = ["systemd-analyze", "security", "--offline=yes", "--threshold=20", str(path)]
    done = subprocess.run(asked, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-500:] + done.stderr
