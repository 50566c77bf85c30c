"""What a release newly brings: which dependencies are opened, how far, and what is told of them."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from customhouse.ecosystems.registries import open_registries
from customhouse.engine import brought
from customhouse.engine.artifacts import ArtifactOpener
from customhouse.engine.brought import ClosureCollector
from customhouse.engine.cases import CaseBuilder, CaseOptions
from customhouse.model.intelligence import AdvisoryMatch
from customhouse.model.purl import parse_purl
from customhouse.policy.configuration import Configuration
from customhouse.storage.evidence_cache import EvidenceCache
from rules.published import InThisProcess, KnownAdvisories
from simulator import RegistrySimulator, wheel
from simulator.archives import core_metadata

NOW = datetime(2026, 4, 7, tzinfo=UTC)
OLD = datetime(2020, 1, 1, tzinfo=UTC)
EVIL = "eval(Buffer.from('Y29uc29sZS5sb2coJ2luZXJ0Jyk=', 'base64').toString())\n"


def days_ago(days):
    return NOW - timedelta(days=days)


class World:
    """A registry, and releases judged with what they bring."""

    def __init__(self, folder):
        self.folder = folder
        self.registry = None
        self.advisories = ()

    def npm(self, name, version, published, code="exports.a = 1\n", **package):
        self.registry.npm.publish(
            name,
            version,
            files={"index.js": code, "package.json": package},
            published=published,
        )

    def inspect(self, purl, *, offline=False, previous=None):
        return asyncio.run(self._inspect(parse_purl(purl), offline, previous))

    async def _inspect(self, purl, offline, previous):
        options = CaseOptions(now=NOW, offline=offline)
        with EvidenceCache(self.folder / "cache") as cache:
            async with open_registries(
                self.folder,
                {"HOME": str(self.folder)},
                npm_registry=self.registry.npm_url,
                pypi_index=self.registry.pypi_url,
                offline=offline,
            ) as registries:
                opener = ArtifactOpener(cache, InThisProcess(), offline=offline, parallel=2)
                advisories = KnownAdvisories(self.advisories)
                builder = CaseBuilder(cache, opener, advisories, options)
                registry = registries.for_(purl.ecosystem)
                case = await builder.build(registry, purl, timedelta(), previous=previous)
                return await ClosureCollector(cache, builder, Configuration(), options).complete(registry, case)

    def upgrade(self, **dependencies):
        """A library that has been there for years, and a release of it with these dependencies."""
        self.npm("lib", "1.0.0", OLD, main="index.js")
        self.npm("lib", "1.0.1", days_ago(1), main="index.js", dependencies=dependencies)
        return self.inspect("pkg:npm/lib@1.0.1")


@pytest.fixture
def world(tmp_path):
    found = World(tmp_path)
    with RegistrySimulator() as registry:
        found.registry = registry
        yield found


def ways(case):
    return [" -> ".join(purl.display for purl in each.path) for each in case.brought]


def closure_gaps(case):
    return [gap.kind for gap in case.gaps if gap.collector == "closure"]


def note(case):
    return next(each.detail for each in case.evidence if each.collector == "closure")


def test_a_young_release_is_opened_and_an_old_one_looked_up(world):
    world.npm("young", "1.0.0", days_ago(30), EVIL)
    world.npm("known", "1.0.0", OLD, EVIL)
    case = world.upgrade(young="^1.0.0", known="^1.0.0")
    assert ways(case) == ["young@1.0.0"]
    assert case.brought[0].findings[0].rule == "encoded-code-executed"
    assert note(case) == "2 dependencies looked up, 1 of them inspected"
    assert closure_gaps(case) == []


def test_one_that_runs_code_at_install_is_opened_whatever_its_age(world):
    world.npm("known", "1.0.0", OLD, EVIL, scripts={"postinstall": "node index.js"})
    assert ways(world.upgrade(known="^1.0.0")) == ["known@1.0.0"]


@pytest.mark.parametrize(
    ("specifier", "found"), [("^1.0.0", []), ("^1.1.0", ["young@1.1.0"]), ("next", ["young@1.1.0"])]
)
def test_what_is_chosen_is_what_npm_would_choose(world, specifier, found):
    world.npm("young", "1.0.0", days_ago(3))
    world.registry.npm.publish("young", "1.1.0", files={"index.js": EVIL}, published=days_ago(2), tag="next")
    assert ways(world.upgrade(young=specifier)) == found


def test_a_known_name_that_leads_elsewhere_is_new(world):
    world.npm("young", "1.0.0", days_ago(3), EVIL)
    world.npm("known", "1.0.0", OLD)
    world.npm("lib", "1.0.0", OLD, dependencies={"known": "^1.0.0"})
    world.npm("lib", "1.0.1", days_ago(1), dependencies={"known": "npm:young@^1.0.0"})
    assert ways(world.inspect("pkg:npm/lib@1.0.1")) == ["young@1.0.0"]


def test_the_whole_way_is_told_and_cycles_end(world):
    world.npm("one", "1.0.0", days_ago(3), dependencies={"two": "*", "lib": "*"})
    world.npm("two", "1.0.0", days_ago(3), dependencies={"three": "*", "one": "*"})
    world.npm("three", "1.0.0", days_ago(3), EVIL)
    case = world.upgrade(one="*")
    assert ways(case) == ["one@1.0.0 -> two@1.0.0 -> three@1.0.0"]
    assert closure_gaps(case) == []


def test_deeper_than_is_looked_is_a_gap(world):
    for name, needs in (("one", "two"), ("two", "three"), ("three", "four")):
        world.npm(name, "1.0.0", days_ago(3), dependencies={needs: "*"})
    world.npm("four", "1.0.0", days_ago(3), EVIL)
    case = world.upgrade(one="*")
    assert ways(case) == []
    (gap,) = (gap for gap in case.gaps if gap.collector == "closure")
    assert gap.kind == "closure-limit"
    assert "one@1.0.0 -> two@1.0.0 -> three@1.0.0" in gap.message


def test_an_old_dependency_at_the_bound_is_no_gap(world):
    for name, needs in (("one", "two"), ("two", "three"), ("three", "four")):
        world.npm(name, "1.0.0", days_ago(3), dependencies={needs: "*"})
    world.npm("four", "1.0.0", OLD, EVIL)
    assert closure_gaps(world.upgrade(one="*")) == []


@pytest.mark.parametrize("bound", ["MAX_OPENED", "MAX_NAMES"])
def test_more_than_is_looked_at_is_a_gap(world, monkeypatch, bound):
    monkeypatch.setattr(brought, bound, 2)
    for name in ("one", "two", "three"):
        world.npm(name, "1.0.0", days_ago(3), EVIL)
    case = world.upgrade(one="*", two="*", three="*")
    assert ways(case) == ["one@1.0.0", "two@1.0.0"]
    assert "closure-limit" in closure_gaps(case)


def test_a_gap_of_a_brought_release_is_told_with_its_way(world):
    world.registry.npm.publish("young", "1.0.0", tarball=b"no archive", published=days_ago(3))
    case = world.upgrade(young="*")
    told = [gap.message for gap in case.gaps if gap.collector == "closure"]
    assert told
    assert all(message.startswith("young@1.0.0: ") for message in told)


def test_a_registry_that_does_not_answer_is_a_gap(world, monkeypatch):
    async def silent(*_):
        raise brought.UpstreamError("the registry does not answer", hint="wait")

    world.npm("lib", "1.0.0", OLD, main="index.js")
    world.npm("lib", "1.0.1", days_ago(1), main="index.js", dependencies={"young": "*"})
    world.npm("young", "1.0.0", days_ago(3), EVIL)
    assert ways(world.inspect("pkg:npm/lib@1.0.1")) == ["young@1.0.0"]
    again = world.inspect("pkg:npm/lib@1.0.1", offline=True)
    assert ways(again) == ["young@1.0.0"]  # what was learned is kept
    world.npm("lib", "1.0.2", days_ago(1), main="index.js", dependencies={"other": "*"})
    monkeypatch.setattr(ClosureCollector, "resolve", _unreachable)
    assert "closure-unreachable" in closure_gaps(world.inspect("pkg:npm/lib@1.0.2"))


async def _unreachable(*_):
    return brought.Resolution("unreachable")


def test_advisories_speak_of_what_is_not_opened(world):
    world.npm("known", "1.0.0", OLD)
    world.advisories = (AdvisoryMatch("MAL-2026-1", "malicious", "known is malware"),)
    (found,) = world.upgrade(known="*").brought
    assert [finding.rule for finding in found.findings] == ["known-malicious"]


def test_all_dependencies_of_a_first_release_count_as_far_as_they_have_no_history(world):
    world.npm("young", "1.0.0", days_ago(3), EVIL)
    world.npm("known", "1.0.0", OLD, EVIL)
    world.npm("fresh", "0.1.0", days_ago(1), dependencies={"young": "*", "known": "*"})
    assert ways(world.inspect("pkg:npm/fresh@0.1.0")) == ["young@1.0.0"]


def test_peers_are_installed_too_when_they_are_young(world):
    world.npm("young", "1.0.0", days_ago(3), EVIL)
    world.npm("known", "1.0.0", days_ago(60), EVIL, scripts={"install": "node index.js"})
    for patch in range(1, 8):
        world.npm("known", f"1.0.{patch}", days_ago(60))
    world.npm("lib", "1.0.0", OLD)
    world.npm("lib", "1.0.1", days_ago(1), peerDependencies={"young": "*"})
    assert ways(world.inspect("pkg:npm/lib@1.0.1")) == ["young@1.0.0"]


def test_optional_peers_are_not_installed(world):
    world.npm("young", "1.0.0", days_ago(3), EVIL)
    world.npm("lib", "1.0.0", OLD)
    optional = {"young": {"optional": True}}
    world.npm("lib", "1.0.1", days_ago(1), peerDependencies={"young": "*"}, peerDependenciesMeta=optional)
    assert ways(world.inspect("pkg:npm/lib@1.0.1")) == []


@pytest.mark.parametrize("scripts", [{}, {"install": "node index.js"}])
def test_further_down_a_fresh_release_of_a_project_with_history_is_opened_when_it_runs_at_install(world, scripts):
    for patch in range(6):
        world.npm("known", f"1.0.{patch}", OLD)
    world.npm("known", "1.1.0", days_ago(2), EVIL, scripts=scripts)
    world.npm("young", "1.0.0", days_ago(3), dependencies={"known": "^1.0.0"})
    expected = ["young@1.0.0 -> known@1.1.0"] if scripts else []
    assert ways(world.upgrade(young="*")) == expected


def test_age_and_what_no_registry_serves_are_left_to_others(world):
    world.npm("young", "1.0.0", days_ago(0))
    case = world.upgrade(young="*", forked="github:someone/forked", nobody="*")
    assert case.brought == ()
    assert closure_gaps(case) == []


def test_of_a_brought_wheel_one_is_enough(world):
    def built(name, version, code, *requires):
        metadata = core_metadata(name, version, {"Requires-Dist": requires})
        return wheel(name, version, {f"{name}/__init__.py": code, f"{name}-{version}.dist-info/METADATA": metadata})

    for version, requires in (("1.0", ()), ("1.1", ("young>=1",))):
        raw = {f"lib-{version}-py3-none-any.whl": built("lib", version, "a = 1\n", *requires)}
        world.registry.pypi.publish("lib", version, raw=raw, requires=requires, published=OLD)
    evil = built("young", "1.0", "exec(__import__('base64').b64decode('cHJpbnQoJ2luZXJ0Jyk='))\n")
    files = {f"young-1.0-py3-none-{tag}.whl": evil for tag in ("any", "win32")}
    world.registry.pypi.publish("young", "1.0", raw=files, published=days_ago(3))
    case = world.inspect("pkg:pypi/lib@1.1")
    assert ways(case) == ["young==1.0"]
    fetched = {request.path.rpartition("/")[2] for request in world.registry.requests}
    assert "young-1.0-py3-none-win32.whl" not in fetched


def test_the_version_that_the_project_has_is_compared_with_as_well(world):
    world.npm("young", "1.0.0", days_ago(3), EVIL)
    world.npm("lib", "1.0.0", OLD, main="index.js")
    world.npm("lib", "1.0.1", days_ago(60), main="index.js", dependencies={"young": "*"})
    world.npm("lib", "1.0.2", days_ago(1), main="index.js", dependencies={"young": "*"})
    assert ways(world.inspect("pkg:npm/lib@1.0.2")) == []
    case = world.inspect("pkg:npm/lib@1.0.2", previous="1.0.0")
    assert (case.change.previous, case.project_change.previous) == ("1.0.1", "1.0.0")
    assert ways(case) == ["young@1.0.0"]
    same = world.inspect("pkg:npm/lib@1.0.2", previous="1.0.1")
    assert (same.project_change, same.project_previous.purl.version) == (None, "1.0.1")
    gone = world.inspect("pkg:npm/lib@1.0.2", previous="0.9.9")
    assert gone.project_previous is None
    assert [gap.message for gap in gone.gaps if gap.collector == "change"] == ["the registry has no version 0.9.9"]
