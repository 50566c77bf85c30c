"""Every system whose build files are read. A new one costs a line here."""

import re

from customhouse.model.lazy_regex import lazy_regex
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
#: What the name of every file that one of them reads has; most files of a repository are told apart by this alone.
_NAME = lazy_regex(
    r"\.ya?ml$|^Dockerfile|^Containerfile|file$|^Jenkinsfile|\.mk$|\.(?:ba)?sh$|^package\.json$", re.IGNORECASE
)


def workflow_format(own: str) -> WorkflowFormat | None:
    """Return the format that reads a file at this path, relative to the walk's start; None when none does."""
    if not _NAME.search(own.rpartition("/")[2]):
        return None
    return next((one for one in WORKFLOWS if one.matches(own)), None)
