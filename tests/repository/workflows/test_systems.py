"""GitLab, Azure, CircleCI and Jenkins."""

from repository.workflows.reading import actions, installs, workflows

GITLAB = """\
include:
  - local: /ci/build.yml
  - remote: https://ci.example/shared.yml
  - project: acme/ci
    ref: main
    file: /a.yml
  - component: ci.example/acme/lint@1.2
image: python:3.12
variables:
  PIP_REQUIRE_HASHES: {value: "1", description: x}
.hidden:
  before_script:
    - cd web
    - [npm install]
build:
  extends: .hidden
  image: {name: "node:20@sha256:ab", entrypoint: [""]}
  script:
    - !reference [.hidden, before_script]
    - |
      pip install x
      yarn
"""


def test_gitlab_scripts_are_one_each_and_keep_their_lines():
    assert installs(".gitlab-ci.yml", GITLAB) == [(14, "npm install"), (21, "pip install x"), (22, "yarn install")]
    first, second, _ = workflows({".gitlab-ci.yml": GITLAB}).installs
    assert first.folder == "web"
    assert dict(second.environment)["PIP_REQUIRE_HASHES"] == "1"


def test_gitlab_includes_and_images():
    assert actions(".gitlab-ci.yml", GITLAB) == [
        (3, "include", "https://ci.example/shared.yml", ""),
        (4, "include", "acme/ci", "main"),
        (7, "include", "ci.example/acme/lint", "1.2"),
        (8, "image", "python", "3.12"),
        (17, "image", "node", "sha256:ab"),
    ]


def test_gitlab_files_of_the_repository_are_read_with_it():
    found = workflows({".gitlab-ci.yml": GITLAB, "ci/build.yml": "job: {script: npm i}", "ci/other.yml": "a: ["})
    assert {one.path for one in found.installs} == {".gitlab-ci.yml", "ci/build.yml"}
    assert found.files == (".gitlab-ci.yml", "ci/build.yml")


AZURE = """\
resources:
  repositories:
    - repository: shared
      type: github
      name: acme/pipelines
      ref: refs/heads/main
  containers:
    - container: node
      image: node:20
variables:
  - name: PIP_REQUIRE_HASHES
    value: 1
stages:
  - stage: a
    jobs:
      - job: b
        steps:
          - task: Npm@1
            inputs: {command: custom, customCommand: install --force, workingDir: web}
          - task: Npm@1
          - script: npm ci
            workingDirectory: $(Build.SourcesDirectory)/api
          - bash: |
              npm install
          - template: steps/more.yml
"""


def test_azure_steps_wherever_they_stand():
    assert installs("azure-pipelines.yml", AZURE) == [
        (18, "npm install --force"),
        (20, "npm install"),
        (21, "npm ci"),
        (24, "npm install"),
    ]
    found = workflows({"ci/azure-pipelines.pr.yaml": AZURE, "ci/steps/more.yml": "steps: [{script: yarn}]"})
    assert [one.folder for one in found.installs] == ["web", "", "api", "", ""]
    assert found.installs[-1].path == "ci/steps/more.yml"
    assert dict(found.installs[2].environment)["PIP_REQUIRE_HASHES"] == "1"


def test_azure_templates_of_others_and_images():
    assert actions("azure-pipelines.yml", AZURE) == [
        (3, "include", "acme/pipelines", "refs/heads/main"),
        (9, "image", "node", "20"),
    ]


CIRCLE = """\
version: 2.1
orbs:
  node: circleci/node@5.1.0
  own:
    commands:
      x:
        steps:
          - run: bun install
commands:
  deps:
    parameters: {flags: {type: string}}
    steps:
      - run: npm install << parameters.flags >> --x
jobs:
  build:
    docker:
      - image: cimg/node:20
    environment: {A: b}
    working_directory: ~/app
    steps:
      - checkout
      - run:
          name: install
          working_directory: web
          command: |
            yarn
      - when:
          condition: true
          steps:
            - run: pip install x
"""


def test_circleci_jobs_commands_and_inline_orbs():
    assert installs(".circleci/config.yml", CIRCLE) == [
        (8, "bun install"),
        (13, "npm install ${parameters_flags___} --x"),
        (26, "yarn install"),
        (30, "pip install x"),
    ]
    yarn = workflows({".circleci/config.yml": CIRCLE}).installs[2]
    assert (yarn.folder, dict(yarn.environment)["A"]) == ("web", "b")


def test_circleci_orbs_and_images():
    assert actions(".circleci/config.yml", CIRCLE) == [
        (3, "orb", "circleci/node", "5.1.0"),
        (17, "image", "cimg/node", "20"),
    ]


JENKINS = r"""@Library('acme-shared@main') _
pipeline {
  agent { docker { image 'node:20-alpine' } }
  environment {
    PIP_REQUIRE_HASHES = '1'
  }
  stages {
    stage('a') {
      steps {
        // sh 'npm install'
        /* sh "yarn" */
        sh 'npm install'
        dir('web') {
          sh '''
            set -e
            yarn && \
              npm ci
          '''
        }
        sh(returnStdout: true, script: "pip install \"x\"")
        bat "call npm i"
        echo "npm install is not run"
      }
    }
  }
}
"""


def test_jenkins_scripts_without_comments():
    assert installs("Jenkinsfile", JENKINS) == [
        (12, "npm install"),
        (16, "yarn install"),
        (17, "npm ci"),
        (20, "pip install x"),
        (21, "npm i"),
    ]
    found = workflows({"ci/Jenkinsfile.release": JENKINS}).installs
    assert [one.folder for one in found] == ["", "web", "web", "", ""]
    assert dict(found[0].environment)["PIP_REQUIRE_HASHES"] == "1"


def test_jenkins_images_and_libraries():
    assert actions("Jenkinsfile", JENKINS) == [
        (1, "include", "acme-shared", "main"),
        (3, "image", "node", "20-alpine"),
    ]


def test_a_jenkinsfile_that_ends_in_the_middle_is_a_gap():
    assert workflows({"Jenkinsfile": "pipeline {\n sh 'npm i'\n"}).gaps
