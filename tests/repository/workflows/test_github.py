from repository.workflows.reading import actions, installs, workflows

WORKFLOW = """\
name: ci
on: [push]
env:
  PIP_REQUIRE_HASHES: "1"
defaults:
  run:
    working-directory: ./web
jobs:
  test:
    runs-on: ubuntu-latest
    container: node:20
    services:
      db:
        image: postgres:16@sha256:1111111111111111111111111111111111111111111111111111111111111111
    env: {A: job}
    steps:
      - uses: actions/checkout@v4
      - uses: acme/setup/tools@0123456789012345678901234567890123456789 # v3
      - uses: ./own
      - uses: docker://alpine:3.20
      - run: npm install
      - name: many
        working-directory: api
        env:
          A: step
        run: |

          set -e
          # npm i in a comment
          npm ci && pip install \\
            -r requirements.txt
      - run: >-
          pnpm
          install
          --frozen-lockfile
      - shell: python
        run: |
          npm = "npm install"
      - shell: pwsh
        run: |
          .\\venv\\Scripts\\pip.exe install `
            requests
  call:
    uses: acme/flows/.github/workflows/build.yml@main
"""


def test_every_run_with_its_own_line():
    assert installs(".github/workflows/ci.yml", WORKFLOW) == [
        (21, "npm install"),
        (30, "npm ci"),
        (30, "pip install -r requirements.txt"),
        (33, "pnpm install --frozen-lockfile"),
        (41, "pip install requests"),
    ]


def test_what_others_wrote():
    assert actions(".github/workflows/ci.yml", WORKFLOW) == [
        (11, "image", "node", "20"),
        (14, "image", "postgres", "sha256:" + "1" * 64),
        (17, "action", "actions/checkout", "v4"),
        (18, "action", "acme/setup/tools", "0123456789012345678901234567890123456789"),
        (20, "image", "alpine", "3.20"),
        (44, "workflow", "acme/flows/.github/workflows/build.yml", "main"),
    ]


def test_variables_and_folders_of_the_nearest_that_says():
    first, many, *_ = workflows({".github/workflows/ci.yml": WORKFLOW}).installs
    assert (first.folder, dict(first.environment)["A"]) == ("web", "job")
    assert (many.folder, dict(many.environment)["A"]) == ("api", "step")
    assert dict(many.environment)["PIP_REQUIRE_HASHES"] == "1"
    assert dict(many.environment)["CI"] == "true"


def test_composite_actions_are_read_wherever_they_lie():
    text = """\
name: own
runs:
  using: composite
  steps:
    - uses: acme/other@v1
    - shell: bash
      run: yarn
"""
    assert installs("own/action.yml", text) == [(7, "yarn install")]
    assert actions("own/action.yml", text) == [(5, "action", "acme/other", "v1")]
    assert actions("action.yaml", "runs: {using: docker, image: 'docker://a/b'}") == [(1, "image", "a/b", "")]


def test_other_yaml_is_no_workflow():
    assert workflows({".github/dependabot.yml": "a: [", "ci.yml": "a: ["}).gaps == ()


def test_anchors_merges_and_keys_written_twice_hide_nothing():
    text = """\
jobs:
  a: &job
    steps: &steps
      - run: npm install
  b:
    <<: *job
  c:
    steps: *steps
    steps:
      - run: pip install x
"""
    assert installs(".github/workflows/a.yaml", text) == [(4, "npm install"), (10, "pip install x")]


def test_what_a_template_computes_is_kept_as_text():
    text = "jobs: {a: {steps: [{run: 'pip install ${{ matrix.a == ''b'' && ''c'' }} x'}]}}"
    (one,) = workflows({".github/workflows/a.yml": text}).installs
    assert one.arguments == ("install", "${{ matrix.a == 'b' && 'c' }}", "x")


def test_a_workflow_that_cannot_be_read_is_a_gap():
    for text in (
        "jobs: [",
        "a: b: c",
        b"\xff\xfe",
        "[" * 5000,
        "jobs: {a: {steps: [{run: '" + "$(" * 99 + "npm i'}]}}",
    ):
        found = workflows({".github/workflows/a.yml": text})
        assert [gap.kind for gap in found.gaps] == ["unread-workflow"], text[:40]
        assert ".github/workflows/a.yml" in found.gaps[0].message
        assert found.files == ()
