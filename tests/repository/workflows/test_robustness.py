"""Whatever a build file holds, its reader reads it or says why not."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customhouse.ecosystems.documents import UnreadableError
from customhouse.repository.workflows.formats import WORKFLOWS, workflow_format
from repository.workflows.reading import Texts, workflows
from repository.workflows.test_dockerfile import RECIPE
from repository.workflows.test_github import WORKFLOW
from repository.workflows.test_systems import AZURE, CIRCLE, GITLAB, JENKINS

SAMPLES = {
    "GitHub workflow": WORKFLOW,
    "GitLab pipeline": GITLAB,
    "Azure pipeline": AZURE,
    "CircleCI configuration": CIRCLE,
    "Jenkinsfile": JENKINS,
    "Dockerfile": RECIPE,
}
ROOT = Path("r")


def read(chosen, data):
    try:
        reading = chosen.read(ROOT / "a" / "b", ROOT, data, Texts({}))
    except UnreadableError as error:
        reason = str(error)
    else:
        reason = ""
    if reason:
        return
    lines = len(data.decode("utf-8", "replace").splitlines()) + 1
    assert all(1 <= one.line <= lines for one in (*reading.installs, *reading.actions))


@pytest.mark.parametrize("chosen", WORKFLOWS, ids=lambda one: one.id)
@given(st.binary(max_size=200))
def test_any_bytes(chosen, data):
    read(chosen, data)


@pytest.mark.parametrize("chosen", WORKFLOWS, ids=lambda one: one.id)
@given(st.data())
def test_real_files_with_a_piece_missing_doubled_or_replaced(chosen, data):
    text = SAMPLES.get(chosen.id, "#!/bin/sh\nnpm install\n\tpip install $(X) x\n")
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 60)))
    piece = data.draw(
        st.sampled_from(["", text[start:end] * 2, "{", "'", "\\\n", "\n", "<<E\n", "[", "${{", ": &a *a"])
    )
    read(chosen, (text[:start] + piece + text[end:]).encode())


@pytest.mark.parametrize(
    "data",
    [b"", b"\xef\xbb\xbf", b"\xff\xfe\x00", b"[" * 10_000, b"- " * 10_000, b"{" * 10_000, b"$(" * 10_000, b"\x00" * 99],
)
@pytest.mark.parametrize("chosen", WORKFLOWS, ids=lambda one: one.id)
def test_bad_input(chosen, data):
    read(chosen, data)


def test_aliases_that_multiply_are_a_gap():
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    found = workflows({"azure-pipelines.yml": "\n".join(lines)})
    assert "aliases" in found.gaps[0].message


def test_a_file_that_is_too_large_or_gone_is_a_gap():
    class Large(Texts):
        def read(self, path, limit=0):  # noqa: ARG002 - as every tree is read
            raise UnreadableError(f"it is larger than {limit >> 20} MiB")

    from customhouse.repository.workflows.reading import read_workflows  # noqa: PLC0415

    (gap,) = read_workflows((Path(),), files=Large({"Dockerfile": "FROM a"})).gaps
    assert "larger than 2 MiB" in gap.message
    assert gap.path == "Dockerfile"


def test_a_file_that_includes_itself_is_read_once():
    text = "include: {local: .gitlab-ci.yml}\na: {script: npm i}"
    assert len(workflows({".gitlab-ci.yml": text}).installs) == 1


def test_ignored_and_excluded_files_are_left_out():
    from customhouse.repository.workflows.reading import read_workflows  # noqa: PLC0415

    texts = {".gitignore": "out/\n", "out/Dockerfile": "FROM a", "docs/a.sh": "npm i", "b.sh": "npm i"}
    found = read_workflows((Path(),), exclude=["docs"], files=Texts(texts))
    assert found.files == ("b.sh",)
    assert read_workflows((Path("b.sh"),), files=Texts(texts)).files == ()


@pytest.mark.parametrize(
    ("path", "system"),
    [
        (".github/workflows/a.yml", "github"),
        ("x/.github/workflows/a.yaml", "github"),
        ("action.yml", "github"),
        (".github/a.yml", None),
        (".github/workflows/sub/a.yml", None),
        (".gitlab-ci.yml", "gitlab"),
        ("azure-pipelines-pr.yml", "azure"),
        (".circleci/config.yml", "circleci"),
        ("Jenkinsfile", "jenkins"),
        ("ci/build.jenkinsfile", "jenkins"),
        ("Dockerfile", "dockerfile"),
        ("Dockerfile.prod", "dockerfile"),
        ("api.Dockerfile", "dockerfile"),
        ("Containerfile", "dockerfile"),
        ("Makefile", "shell"),
        ("rules.mk", "shell"),
        ("a.sh", "shell"),
        ("package.json", "shell"),
        ("src/index.ts", None),
        ("config.yml", None),
    ],
)
def test_files_are_known_by_name(path, system):
    found = workflow_format(path)
    assert (found.system if found else None) == system
