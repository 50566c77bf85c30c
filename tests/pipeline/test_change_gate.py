"""`customhouse check --base REV` and `approve` from outside: real git, real locks, the registry simulator."""

import hashlib
import json
import re
from datetime import UTC, datetime

import pytest

from pipeline.projects import npm_project, python_project
from pipeline.repositories import Repository

OLD = datetime(2024, 1, 1, tzinfo=UTC)
SAID = ("--reason", "read", "--owner", "me@registry.example")


def change_of(outcome, name):
    (found,) = [each for each in outcome.json["changes"]["entries"] if f"/{name}@" in each["purl"]]
    return found


def rules_of(outcome, name):
    return {
        finding["rule"]
        for each in outcome.json["packages"]
        if f"/{name}@" in each["purl"]
        for finding in each["findings"]
    }


@pytest.fixture
def project(registry, tmp_path):
    """A repository whose one package is committed; the registry is asked anew in every run."""
    archive = registry.npm.publish("one", "1.0.0", published=OLD)
    repository = Repository(tmp_path / "project")
    repository.packages = {("one", "1.0.0"): archive}
    npm_project(repository.folder, repository.packages)
    (repository.folder / "customhouse.toml").write_text('[cache]\nmetadata_max_age = "0"\n')
    repository.commit("one")
    return repository


def test_a_dependency_is_held_until_somebody_approves_these_bytes(customhouse, registry, project):
    two = registry.npm.publish("two", "2.0.0", published=OLD)
    npm_project(project.folder, {**project.packages, ("two", "2.0.0"): two})
    held = customhouse("check", "--base", "HEAD", cwd=project.folder)
    assert held.code == 10, held.stdout + held.stderr
    assert "new-dependency: two@2.0.0 is new: nothing at HEAD had two" in held.stdout
    assert "customhouse approve pkg:npm/two@2.0.0" in held.stdout

    approved = customhouse("approve", "pkg:npm/two@2.0.0", *SAID, cwd=project.folder)
    assert approved.code == 0, approved.stderr
    allowed = customhouse("check", "--base", "HEAD", cwd=project.folder)
    assert allowed.code == 0, allowed.stdout + allowed.stderr

    other = registry.npm.publish("two", "2.0.0", files={"index.js": "module.exports = 2\n"}, published=OLD)
    npm_project(project.folder, {**project.packages, ("two", "2.0.0"): other})
    again = customhouse("check", "--base", "HEAD", cwd=project.folder)
    assert again.code == 10, again.stdout + again.stderr
    assert "names other bytes than those that are here now" in again.stdout


def test_bumping_the_approved_version_holds_again(customhouse, registry, project):
    two = registry.npm.publish("two", "2.0.0", published=OLD)
    npm_project(project.folder, {**project.packages, ("two", "2.0.0"): two})
    assert customhouse("approve", "pkg:npm/two@2.0.0", *SAID, cwd=project.folder).code == 0
    two = registry.npm.publish("two", "2.0.1", published=OLD)
    npm_project(project.folder, {**project.packages, ("two", "2.0.1"): two})
    outcome = customhouse("check", "--base", "HEAD", cwd=project.folder)
    assert outcome.code == 10, outcome.stdout
    assert "approval of pkg:npm/two@2.0.0 (customhouse.approvals.toml:1) is unused" in outcome.stdout
    project.commit("merged")
    after = customhouse("check", "--base", "HEAD", "--format", "json", cwd=project.folder)
    assert (after.code, after.json["packages"], after.json["changes"]["unchanged"]) == (0, [], 2)


def test_everything_new_is_approved_in_one_go(customhouse, registry, project):
    two = registry.npm.publish("two", "2.0.0", published=OLD, dependencies={"three": "^3.0.0"})
    three = registry.npm.publish("three", "3.0.0", published=OLD)
    npm_project(project.folder, {**project.packages, ("two", "2.0.0"): two, ("three", "3.0.0"): three})
    assert customhouse("check", "--base", "HEAD", cwd=project.folder).code == 10
    approved = customhouse("approve", "--all-new", "--base", "HEAD", *SAID, cwd=project.folder)
    assert approved.code == 0, approved.stderr
    assert "approved three@3.0.0" in approved.stderr
    assert customhouse("check", "--base", "HEAD", cwd=project.folder).code == 0
    nothing = customhouse("approve", "--all-new", "--base", "HEAD", *SAID, cwd=project.folder)
    assert (nothing.code, nothing.stderr) == (0, "nothing waits for an approval since HEAD\n")
    twice = customhouse("approve", "pkg:npm/two@2.0.0", *SAID, cwd=project.folder)
    assert twice.code == 2
    assert "already there" in twice.stderr


def test_an_approval_answers_for_nothing_else(customhouse, registry, project):
    young = registry.npm.publish("young", "1.0.0", published=datetime.now(UTC))
    npm_project(project.folder, {**project.packages, ("young", "1.0.0"): young})
    approved = customhouse("approve", "pkg:npm/young@1.0.0", *SAID, cwd=project.folder)
    assert "warning: young@1.0.0 is stopped for other reasons as well: release-too-young" in approved.stderr
    outcome = customhouse("check", "--base", "HEAD", "--format", "json", cwd=project.folder)
    assert outcome.code == 10
    decisions = {each["rule"]: each["decision"] for each in outcome.json["packages"][0]["findings"]}
    assert decisions["new-dependency"] == "allow"
    assert decisions["release-too-young"] == "hold"


def test_an_upgrade_is_inspected_against_what_it_replaces(customhouse, registry, project):
    """1.1.0 came between and already had the script: for this project it is 1.2.0 that brings it."""
    extra = {"scripts": {"postinstall": "node setup.js"}, "files": {"index.js": "1\n", "setup.js": "exports.x = 1\n"}}
    registry.npm.publish("one", "1.1.0", published=OLD, **extra)
    new = registry.npm.publish("one", "1.2.0", published=OLD, publisher=("other", "other@registry.example"), **extra)
    npm_project(project.folder, {("one", "1.2.0"): new})
    outcome = customhouse("check", "--base", "HEAD", "--format", "json", cwd=project.folder)
    change = change_of(outcome, "one")
    assert (change["kind"], change["before"], change["novelty"]) == ("upgraded", "pkg:npm/one@1.0.0", None)
    assert "install-script-added" in rules_of(outcome, "one")
    assert change["review"]["compared_with"] == "1.0.0"
    assert [hook["name"] for hook in change["review"]["gained_hooks"]] == ["postinstall"]
    gains = outcome.json["changes"]["gains"]
    assert gains["publishers"] == [{"what": "other", "by": ["pkg:npm/one@1.2.0"]}]
    assert gains["install_code"] == [{"what": "postinstall: node setup.js", "by": ["pkg:npm/one@1.2.0"]}]
    assert gains["packages"] == []


def test_an_upgrade_from_a_release_that_was_taken_down_is_not_a_gap(customhouse, registry, project):
    new = registry.npm.publish("one", "1.0.2", published=OLD)
    registry.npm.unpublish("one", "1.0.0")
    npm_project(project.folder, {("one", "1.0.2"): new})
    outcome = customhouse("check", "--base", "HEAD", cwd=project.folder)
    assert outcome.code == 0, outcome.stdout


def test_a_downgrade_is_told(customhouse, registry, project):
    old = registry.npm.publish("one", "0.9.0", published=OLD)
    npm_project(project.folder, {("one", "0.9.0"): old})
    outcome = customhouse("check", "--base", "HEAD", cwd=project.folder)
    assert outcome.code == 0, outcome.stdout
    assert re.search(r"downgraded +one 1.0.0 → 0.9.0", outcome.stdout)


def test_a_changed_digest_of_an_unchanged_version_is_held(customhouse, registry, project):
    other = registry.npm.publish("one", "1.0.0", files={"index.js": "module.exports = 'other'\n"}, published=OLD)
    npm_project(project.folder, {("one", "1.0.0"): other})
    outcome = customhouse("check", "--base", "HEAD", "--format", "json", cwd=project.folder)
    assert outcome.code == 10, outcome.stdout
    change = change_of(outcome, "one")
    assert (change["kind"], change["novelty"]) == ("integrity-changed", "bytes")


def test_only_what_changed_is_asked_for(customhouse, registry, project):
    two = registry.npm.publish("two", "2.0.0", published=OLD)
    npm_project(project.folder, {**project.packages, ("two", "2.0.0"): two})
    asked = len(registry.requests)
    customhouse("check", "--base", "HEAD", cwd=project.folder)
    assert {request.path for request in registry.requests[asked:]} == {"/two", "/two/-/two-2.0.0.tgz"}


def test_a_change_of_nothing_and_a_lock_that_lost_its_last_package_are_allowed(customhouse, project):
    outcome = customhouse("check", "--base", "HEAD", "--format", "json", cwd=project.folder)
    assert (outcome.code, outcome.json["changes"]["unchanged"], outcome.json["packages"]) == (0, 1, [])
    npm_project(project.folder, {})
    outcome = customhouse("check", "--base", "HEAD", "--format", "json", cwd=project.folder)
    assert outcome.code == 0, outcome.stdout
    assert [each["kind"] for each in outcome.json["changes"]["entries"]] == ["removed"]


def test_a_moved_lock_brings_nothing_new(customhouse, project):
    (project.folder / "app").mkdir()
    project.git("mv", "package-lock.json", "package.json", "app/")
    outcome = customhouse("check", "--base", "HEAD", "--format", "json", cwd=project.folder)
    assert outcome.code == 0, outcome.stdout
    (lock,) = outcome.json["changes"]["locks"]
    assert (lock["path"], lock["status"], lock["base_path"]) == ("app/package-lock.json", "moved", "package-lock.json")
    assert lock["unchanged"] == 1


def test_another_format_of_the_same_packages_brings_nothing_new(customhouse, registry, tmp_path):
    """A Python project goes from requirements.txt to uv.lock."""
    files = registry.pypi.publish("one", "1.0.0", published=OLD)
    (filename, data), *_ = files.items()
    repository = Repository(tmp_path / "project")
    python_project(repository.folder, {("one", "1.0.0"): files})
    repository.commit()
    (repository.folder / "requirements.txt").unlink()
    sha256 = hashlib.sha256(data).hexdigest()
    (repository.folder / "uv.lock").write_text(
        'version = 1\n[[package]]\nname = "one"\nversion = "1.0.0"\nsource = { registry = "https://registry.example/simple" }\n'
        f'wheels = [{{ url = "https://registry.example/{filename}", hash = "sha256:{sha256}" }}]\n'
    )
    outcome = customhouse("check", "--base", "HEAD", "--format", "json", cwd=repository.folder)
    assert outcome.code == 0, outcome.stdout
    (lock,) = outcome.json["changes"]["locks"]
    assert (lock["format"], lock["status"], lock["base_format"], lock["unchanged"]) == (
        "uv-lock",
        "moved",
        "requirements",
        1,
    )


def test_a_deleted_lock_leaves_what_the_manifest_asks_for_unpinned(customhouse, project):
    (project.folder / "package-lock.json").unlink()
    outcome = customhouse("check", "--base", "HEAD", "--format", "json", cwd=project.folder)
    assert outcome.code == 4, outcome.stdout
    kinds = {each["kind"] for each in outcome.json["changes"]["entries"]}
    assert "unpinned" in kinds
    (project.folder / "package.json").unlink()
    gone = customhouse("check", "--base", "HEAD", cwd=project.folder)
    assert gone.code == 3
    assert "package-lock.json is gone" in gone.stdout


def test_without_any_lock_at_the_base_everything_is_new(customhouse, registry, tmp_path):
    archive = registry.npm.publish("one", "1.0.0", published=OLD)
    repository = Repository(tmp_path / "project")
    npm_project(repository.folder, {("one", "1.0.0"): archive})
    unborn = customhouse("check", "--base", "HEAD", cwd=repository.folder)
    assert unborn.code == 10, unborn.stdout + unborn.stderr
    assert "changes since HEAD (no commit yet): 1 added" in unborn.stdout
    (repository.folder / "readme").write_text("x")
    repository.git("add", "readme")
    repository.git("commit", "--quiet", "--message=first")
    assert customhouse("check", "--base", "HEAD", cwd=repository.folder).code == 10


def test_a_lock_that_cannot_be_read_at_the_base_makes_everything_new(customhouse, project):
    text = (project.folder / "package-lock.json").read_text()
    (project.folder / "package-lock.json").write_text("<<<<<<< ours\n")
    project.commit("broken")
    (project.folder / "package-lock.json").write_text(text)
    outcome = customhouse("check", "--base", "HEAD", cwd=project.folder)
    assert outcome.code == 10, outcome.stdout
    assert "what it held is unknown, so what it has now counts as new" in outcome.stdout


@pytest.mark.parametrize("revision", ["nope", "--help", "HEAD:package.json"])
def test_a_revision_that_is_not_there_is_a_usage_error(customhouse, project, revision):
    outcome = customhouse("check", f"--base={revision}", cwd=project.folder)
    assert outcome.code == 2
    assert "hint:" in outcome.stderr


def test_no_repository_and_a_shallow_one(customhouse, project, tmp_path):
    npm_project(tmp_path / "bare", project.packages)
    outcome = customhouse(
        "check", "--base", "HEAD", cwd=tmp_path / "bare", environment={"GIT_CEILING_DIRECTORIES": str(tmp_path)}
    )
    assert outcome.code == 2
    assert "does not lie in a git repository" in outcome.stderr
    first = project.commit("more")
    project.commit("and more")
    project.git("clone", "--quiet", "--depth=1", f"file://{project.folder}", str(tmp_path / "shallow"))
    outcome = customhouse("check", "--base", first, cwd=tmp_path / "shallow")
    assert outcome.code == 2
    assert "fetch-depth: 0" in outcome.stderr


def test_approvals_from_the_base_do_not_come_with_the_change(customhouse, registry, project):
    (project.folder / "customhouse.toml").write_text('[changes]\napprovals_from = "base"\n')
    project.commit("stricter")
    two = registry.npm.publish("two", "2.0.0", published=OLD)
    npm_project(project.folder, {**project.packages, ("two", "2.0.0"): two})
    assert customhouse("approve", "pkg:npm/two@2.0.0", *SAID, cwd=project.folder).code == 0
    assert customhouse("check", "--base", "HEAD", cwd=project.folder).code == 10
    project.git("add", "customhouse.approvals.toml")
    project.git("commit", "--quiet", "--message=approve two first")
    outcome = customhouse("check", "--base", "HEAD", cwd=project.folder)
    assert outcome.code == 0, outcome.stdout


def test_what_policy_asks_of_changes(customhouse, registry, project):
    two = registry.npm.publish("two", "2.0.0", published=OLD)
    npm_project(project.folder, {**project.packages, ("two", "2.0.0"): two})
    (project.folder / "customhouse.toml").write_text('[changes]\napprove = "none"\n')
    outcome = customhouse("check", "--base", "HEAD", cwd=project.folder)
    assert outcome.code == 0
    assert "this change also edits the policy it is judged by (customhouse.toml)" in outcome.stdout
    (project.folder / "customhouse.toml").write_text('[changes]\napprove = "all"\n')
    new = registry.npm.publish("one", "1.0.1", published=OLD)
    npm_project(project.folder, {("one", "1.0.1"): new})
    outcome = customhouse("check", "--base", "HEAD", cwd=project.folder)
    assert outcome.code == 10
    assert "one@1.0.1 replaces one@1.0.0 of HEAD" in outcome.stdout
    organisation = project.folder.parent / "organisation.toml"
    organisation.write_text('[changes]\napprovals_from = "base"\n')
    (project.folder / "customhouse.toml").write_text('[changes]\napprovals_from = "working-tree"\n')
    outcome = customhouse(
        "check", "--base", "HEAD", cwd=project.folder, environment={"CUSTOMHOUSE_POLICY": str(organisation)}
    )
    assert outcome.code == 2
    assert "changes.approvals_from: base" in outcome.stderr


def test_a_git_dependency_is_approved_by_its_commit(customhouse, project):
    commit = "0123456789abcdef0123456789abcdef01234567"
    lock = json.loads((project.folder / "package-lock.json").read_text())
    lock["packages"][""]["dependencies"]["two"] = "github:acme/two"
    lock["packages"]["node_modules/two"] = {
        "version": "2.0.0",
        "resolved": f"git+ssh://git@host.test/acme/two.git#{commit}",
    }
    manifest = {**lock["packages"][""], "name": "project"}
    (project.folder / "package.json").write_text(json.dumps(manifest))
    (project.folder / "package-lock.json").write_text(json.dumps(lock, indent=2))
    held = customhouse("check", "--base", "HEAD", cwd=project.folder)
    assert held.code == 4, held.stdout
    approved = customhouse("approve", "pkg:npm/two@2.0.0", *SAID, cwd=project.folder)
    assert "was not inspected: the approval is bound to what the lock vouches by" in approved.stderr
    assert f'digest = "git:{commit}"' in (project.folder / "customhouse.approvals.toml").read_text()
    excepted = customhouse("approve", "pkg:npm/two@2.0.0", "--gap", "not-from-registry", *SAID, cwd=project.folder)
    assert excepted.code == 0, excepted.stderr
    outcome = customhouse("check", "--base", "HEAD", cwd=project.folder)
    assert outcome.code == 0, outcome.stdout
    plain = customhouse("check", cwd=project.folder)
    assert plain.code == 0, plain.stdout
    text = (project.folder / "package-lock.json").read_text().replace(commit, commit[::-1])
    (project.folder / "package-lock.json").write_text(text)
    assert customhouse("check", "--base", "HEAD", cwd=project.folder).code == 4


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x", "is not TOML"),
        ("[[approval]]\n", "unknown key"),
        ('[[approvals]]\npurl = "pkg:npm/a@1.0.0"\n', "is missing `digest`, `reason`, `owner`, `approved`, `expires`"),
    ],
)
def test_a_wrong_approvals_file_stops_the_check(customhouse, project, text, said):
    (project.folder / "customhouse.approvals.toml").write_text(text)
    outcome = customhouse("check", "--base", "HEAD", cwd=project.folder)
    assert outcome.code == 2
    assert said in outcome.stderr


def test_an_expired_approval_does_not_work_and_says_so(customhouse, registry, project):
    two = registry.npm.publish("two", "2.0.0", published=OLD)
    npm_project(project.folder, {**project.packages, ("two", "2.0.0"): two})
    customhouse("approve", "pkg:npm/two@2.0.0", *SAID, cwd=project.folder)
    file = project.folder / "customhouse.approvals.toml"
    text = re.sub(r"approved = .*", "approved = 2025-01-01", file.read_text())
    file.write_text(re.sub(r"expires = .*", "expires = 2025-03-01", text))
    outcome = customhouse("check", "--base", "HEAD", cwd=project.folder)
    assert outcome.code == 10
    assert "expired on 2025-03-01 and no longer works" in outcome.stdout
    assert customhouse("approve", "pkg:npm/two@2.0.0", *SAID, cwd=project.folder).code == 0
    assert customhouse("check", "--base", "HEAD", cwd=project.folder).code == 0


def test_approving_what_no_lock_has_says_so(customhouse, project):
    outcome = customhouse("approve", "pkg:npm/nowhere@1.0.0", *SAID, cwd=project.folder)
    assert outcome.code == 2
    assert "no lock here has nowhere@1.0.0" in outcome.stderr


def test_every_form_of_report_at_once(customhouse, registry, project):
    two = registry.npm.publish(
        "two", "2.0.0", published=OLD, files={"index.js": "require('https').get(process.argv[2])\n"}
    )
    npm_project(project.folder, {**project.packages, ("two", "2.0.0"): two})
    outcome = customhouse(
        *("check", "--base", "HEAD", "--format", "json", "--annotations"),
        *("--report", "markdown=comment.md", "--report", "sarif=out.sarif"),
        cwd=project.folder,
    )
    assert outcome.code == 10
    document = outcome.json
    review = change_of(outcome, "two")["review"]
    assert review["maintainers"] == ["someone"]
    assert [(each["kind"], each["phase"]) for each in review["capabilities"]] == [("network", "import")]
    assert document["changes"]["gains"]["packages"] == ["pkg:npm/two@2.0.0"]
    comment = (project.folder / "comment.md").read_text()
    assert "### Changes since `HEAD (" in comment
    assert "1 maintainer only (someone)" in comment
    sarif = json.loads((project.folder / "out.sarif").read_text())
    assert sarif["runs"][0]["properties"]["changes"]["gains"]["packages"] == ["pkg:npm/two@2.0.0"]
    (line,) = outcome.stderr.strip().split("\n")
    assert line.startswith("::warning file=package-lock.json,line=")
    assert "%0Ahint: if it is wanted: customhouse approve pkg:npm/two@2.0.0" in line
    wrong = customhouse("check", "--report", "nonsense", cwd=project.folder)
    assert wrong.code == 2


def test_a_lock_that_a_change_hides_is_a_gap_that_holds(customhouse, registry, project):
    (project.folder / "app").mkdir()
    npm_project(project.folder / "app", project.packages)
    project.commit("a second project")
    two = registry.npm.publish("two", "2.0.0", published=OLD)
    npm_project(project.folder / "app", {**project.packages, ("two", "2.0.0"): two})
    (project.folder / ".gitignore").write_text("app/\n")
    outcome = customhouse("check", "--base", "HEAD", "--format", "json", cwd=project.folder)
    assert outcome.code == 4
    (gap,) = outcome.json["gaps"]
    assert (gap["kind"], gap["decision"]) == ("lock-hidden", "hold")
    assert gap["message"].startswith("app/package-lock.json was read at HEAD and is skipped now: it lies in a folder")
