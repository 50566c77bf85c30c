"""How projects leave a release: the version, the manifest's text, the patch."""

import json
import subprocess

import msgspec
import pytest

from customhouse.model.campaign import AffectedReleases, Campaign
from customhouse.respond.safe_version import safe_version
from respond.cases import AXIOS, SECRET, git, hit, hunted, lock, planned, shop

_LITELLM = Campaign(
    "litellm", "L", "L.", None, None, (AffectedReleases("pypi", "litellm", (), (">=1.82.7,<=1.82.8",)),)
)
_UV_LOCK = 'version = 1\n\n[[package]]\nname = "litellm"\nversion = "1.82.7"\nsource = {{ registry = "https://registry.example/simple" }}\n'


def _fix(folder, name, campaign=AXIOS):
    (found,) = planned(
        hunted(hit(str(folder), "project", "resolved", str(folder / name), campaign.id), campaigns=(campaign.id,)),
        campaign,
    ).fixes
    return found


def _after(found, name):
    return next(each.after for each in found.edits if each.path.endswith(name))


def test_npm_sets_override_and_direct_dependency_alike(tmp_path):
    folder = shop(tmp_path)
    found = _fix(folder, "package-lock.json")
    (pin,) = found.pins
    assert (pin.version, pin.safe, pin.direct) == ("1.14.1", "1.14.0", True)
    assert "lock pinned before" in pin.basis
    after = _after(found, "package.json")
    assert json.loads(after)["overrides"] == {"axios": "1.14.0"}
    assert json.loads(after)["dependencies"] == {"axios": "1.14.0"}
    assert after.startswith('{\n    "name": "shop"')
    assert json.loads(found.snippets[0][1]) == {"overrides": {"axios": "1.14.0"}}


def test_the_patch_applies(tmp_path):
    folder = shop(tmp_path)
    found = _fix(folder, "package-lock.json")
    subprocess.run(["git", "-C", folder, "apply", "-"], input=found.patch.encode(), check=True)
    assert (folder / "package.json").read_text() == _after(found, "package.json")


def test_a_manifest_s_secrets_stay_out_of_the_patch(tmp_path):
    folder = shop(tmp_path)
    text = json.dumps(
        {"config": f"https://dev:{SECRET}@registry.example", "dependencies": {"axios": "^1.0.0"}}, indent=2
    )
    (folder / "package.json").write_text(text)
    found = _fix(folder, "package-lock.json")
    assert found.patch
    assert SECRET not in found.patch
    subprocess.run(["git", "-C", folder, "apply", "--unidiff-zero", "-"], input=found.patch.encode(), check=True)
    assert (folder / "package.json").read_text() == _after(found, "package.json")
    (folder / "package.json").write_text(json.dumps(json.loads(text)))  # all on one line
    found = _fix(folder, "package-lock.json")
    assert found.patch == ""
    assert found.edits


def test_where_the_lock_holds_several_lines_the_rule_names_the_version(tmp_path):
    folder = shop(tmp_path, {"axios": "^0.30.0", "b": "1.0.0"})
    more = {"node_modules/b": {"version": "1.0.0"}, "node_modules/b/node_modules/axios": {"version": "0.30.0"}}
    (folder / "package-lock.json").write_text(lock("1.14.1", **more))
    after = json.loads(_after(_fix(folder, "package-lock.json"), "package.json"))
    assert after["overrides"] == {"axios@1.14.1": "1.14.0"}
    assert after["dependencies"]["axios"] == "^0.30.0"


def test_what_has_no_safe_version_is_to_be_taken_out(tmp_path):
    folder = shop(tmp_path)
    more = {"node_modules/plain-crypto-js": {"version": "4.2.1"}}
    (folder / "package-lock.json").write_text(lock("1.14.1", **more))
    found = _fix(folder, "package-lock.json")
    assert {each.name: each.safe for each in found.pins} == {"axios": "1.14.0", "plain-crypto-js": ""}
    assert any("plain-crypto-js" in each and "take it out" in each for each in found.notes)


@pytest.mark.parametrize(
    ("name", "text", "manifest", "told"),
    [
        ("yarn.lock", '# yarn lockfile v1\n\naxios@^1.14.0:\n  version "1.14.1"\n', "package.json", {"resolutions": {"axios": "1.14.0"}}),
        ("pnpm-lock.yaml", "lockfileVersion: '9.0'\nimporters:\n  .:\n    dependencies:\n      axios:\n        specifier: ^1.14.0\n        version: 1.14.1\npackages:\n  axios@1.14.1:\n    resolution: {integrity: sha512-AAAA}\nsnapshots:\n  axios@1.14.1: {}\n", "package.json", {"pnpm": {"overrides": {"axios": "1.14.0"}}}),
        ("bun.lock", '{"lockfileVersion": 1, "workspaces": {"": {"dependencies": {"axios": "^1.14.0"}}}, "packages": {"axios": ["axios@1.14.1", "", {}, "sha512-AAAA"]}}', "package.json", {"overrides": {"axios": "1.14.0"}}),
    ],
)  # fmt: skip
def test_other_clients_of_npm(tmp_path, name, text, manifest, told):
    (tmp_path / name).write_text(text)
    (tmp_path / "package.json").write_text('{\n  "dependencies": {\n    "axios": "^1.14.0"\n  }\n}\n')
    found = _fix(tmp_path, name)
    assert found.pins[0].basis == "the lowest that the manifest asks for"
    after = json.loads(_after(found, manifest))
    assert {key: after[key] for key in told} == told


def test_pnpm_11_reads_its_workspace_file_alone(tmp_path):
    (tmp_path / "pnpm-lock.yaml").write_text(
        "lockfileVersion: '9.0'\npackages:\n  axios@1.14.1:\n    resolution: {integrity: sha512-AAAA}\n"
    )
    (tmp_path / "package.json").write_text('{"packageManager": "pnpm@11.2.0", "dependencies": {"axios": "^1.14.0"}}')
    found = _fix(tmp_path, "pnpm-lock.yaml")
    assert [each.path for each in found.edits] == [str(tmp_path / "pnpm-workspace.yaml")]
    assert _after(found, "pnpm-workspace.yaml") == 'overrides:\n  "axios": "1.14.0"\n'
    assert "new file mode" in found.patch


@pytest.mark.parametrize(
    ("name", "text", "manifest", "before", "after"),
    [
        ("uv.lock", _UV_LOCK.format(), "pyproject.toml", '[project]\nname = "a"\nversion = "1"\ndependencies = ["litellm>=1.82.6"]\n',
         '[project]\nname = "a"\nversion = "1"\ndependencies = ["litellm>=1.82.6"]\n\n[tool.uv]\nconstraint-dependencies = ["litellm==1.82.6"]\n'),
        ("poetry.lock", '[[package]]\nname = "litellm"\nversion = "1.82.7"\n\n[metadata]\nlock-version = "2.0"\n', "pyproject.toml",
         '[tool.poetry]\nname = "a"\n\n[tool.poetry.dependencies]\nLiteLLM = ">=1.82.6" # why\n', '[tool.poetry]\nname = "a"\n\n[tool.poetry.dependencies]\nLiteLLM = "1.82.6" # why\n'),
        ("Pipfile.lock", '{"_meta": {"pipfile-spec": 6}, "default": {"litellm": {"version": "==1.82.7"}}, "develop": {}}', "Pipfile",
         '[packages]\nlitellm = ">=1.82.6"\n', '[packages]\nlitellm = "==1.82.6"\n'),
        ("requirements.txt", "a==1\nlitellm==1.82.7  # why\n", "requirements.txt", None, "a==1\nlitellm==1.82.6  # why\n"),
    ],
)  # fmt: skip
def test_python_clients(tmp_path, name, text, manifest, before, after):
    campaign = _LITELLM
    if before is None:  # nothing beside it names a version
        campaign = msgspec.structs.replace(
            _LITELLM, releases=(msgspec.structs.replace(_LITELLM.releases[0], safe="1.82.6"),)
        )
    else:
        (tmp_path / manifest).write_text(before)
    (tmp_path / name).write_text(text)
    found = _fix(tmp_path, name, campaign)
    assert _after(found, manifest) == after, found.notes


def test_requirements_with_hashes_are_made_anew_and_not_edited(tmp_path):
    campaign = msgspec.structs.replace(
        _LITELLM, releases=(msgspec.structs.replace(_LITELLM.releases[0], safe="1.82.6"),)
    )
    (tmp_path / "requirements.txt").write_text(f"litellm==1.82.7 \\\n    --hash=sha256:{'a' * 64}\n")
    found = _fix(tmp_path, "requirements.txt", campaign)
    assert found.edits == ()
    assert any("--upgrade-package 'litellm==1.82.6'" in each for each in found.notes)
    assert found.snippets == (("constraints.txt", "litellm==1.82.6"),)


def test_uv_overrides_what_the_project_itself_asks_for(tmp_path):
    campaign = msgspec.structs.replace(
        _LITELLM, releases=(msgspec.structs.replace(_LITELLM.releases[0], safe="1.82.6"),)
    )
    (tmp_path / "uv.lock").write_text(_UV_LOCK.format())
    (tmp_path / "pyproject.toml").write_text(
        '[project]\nname = "a"\nversion = "1"\ndependencies = ["litellm==1.82.7"]\n'
    )
    assert "override-dependencies = [" in _after(_fix(tmp_path, "uv.lock", campaign), "pyproject.toml")


def test_a_manifest_that_cannot_be_read_is_left_alone(tmp_path):
    folder = shop(tmp_path)
    (folder / "package.json").write_text("{broken")
    found = _fix(folder, "package-lock.json")
    assert (found.edits, found.patch) == ((), "")
    assert any("by hand" in each for each in found.notes)
    assert found.snippets


def test_a_manifest_without_a_lock(tmp_path):
    (tmp_path / "package.json").write_text('{"dependencies": {"axios": "^1.14.0"}}')
    (found,) = planned(hunted(hit(str(tmp_path), "project", "declared", str(tmp_path / "package.json"))), AXIOS).fixes
    assert [(each.version, each.safe) for each in found.pins] == [("1.14.1", "1.14.0")]


def test_paths_of_a_case_may_be_relative(tmp_path):
    folder = shop(tmp_path)
    git(folder, "status")
    (found,) = planned(hunted(hit(str(folder), "project", "resolved", "work/shop/package-lock.json")), AXIOS).fixes
    assert found.lock == str(folder / "package-lock.json")


@pytest.mark.parametrize(
    ("safe", "version", "history", "specifiers", "told"),
    [
        ("1.14.2", "1.14.1", ["1.14.0"], [], "1.14.2"),
        ("", "1.14.1", ["1.9.0", "1.14.0", "1.13.0"], [], "1.14.0"),
        ("", "1.14.1", ["0.30.3", "2.0.0"], [], ""),
        ("", "1.14.1", ["1.14.1"], [], ""),
        ("", "1.14.1", ["1.14.0-beta.1"], [], ""),
        ("", "1.14.1", [], ["^1.12.0"], "1.12.0"),
        ("", "1.14.1", [], [">1.12.0 <2", "latest", "*", "git+ssh://x"], ""),
        ("1.14.1", "1.14.1", [], [], ""),
        ("", "nonsense", ["1.0.0"], ["^1.0.0"], ""),
    ],
)  # fmt: skip
def test_the_nearest_safe_version(safe, version, history, specifiers, told):
    releases = [AffectedReleases("npm", "axios", ("1.14.1",), safe=safe)]
    assert safe_version(releases, version, history, specifiers)[0] == told
