"""Every system whose build files are read. A new one costs a line here."""

from customhouse.repository.workflows.azure import AZURE
from customhouse.repository.workflows.circleci import CIRCLECI
from customhouse.repository.workflows.dockerfile import DOCKERFILE
from customhouse.repository.workflows.github import GITHUB
from customhouse.repository.workflows.gitlab import GITLAB
from customhouse.repository.workflows.interface import WorkflowFormat
from customhouse.repository.workflows.jenkins import JENKINS
from customhouse.repository.workflows.shell import MAKEFILE, PACKAGE_SCRIPTS, SHELL

WORKFLOWS: tuple[WorkflowFormat, ...] = (
    GITHUB,
    GITLAB,
    AZURE,
    CIRCLECI,
    JENKINS,
    DOCKERFILE,
    SHELL,
    MAKEFILE,
    PACKAGE_SCRIPTS,
)


def workflow_format(own: str) -> WorkflowFormat | None:
    """Return the format that reads a file at this path, relative to the walk's start; None when none does."""
    return next((one for one in WORKFLOWS if one.matches(own)), None)
