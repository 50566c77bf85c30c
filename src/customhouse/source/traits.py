"""What a condition may ask of the machine: the environment variables that tell, shared by both languages."""

from tree_sitter import Node

from customhouse.model.code import Trait
from customhouse.model.lazy_regex import lazy_regex

#: Seconds. Retries and polls wait less; a sandbox that watches an install gives up sooner.
LONG_WAIT = 300

_CI = lazy_regex(
    r"CI|CI_NAME|CONTINUOUS_INTEGRATION|BUILD_NUMBER|BUILD_ID|RUN_ID|GITHUB_ACTIONS|GITLAB_CI|CIRCLECI|TRAVIS|APPVEYOR"
    r"|JENKINS_(?:URL|HOME)|HUDSON_URL|BUILDKITE|TF_BUILD|TEAMCITY_VERSION|BITBUCKET_(?:COMMIT|BUILD_NUMBER)|DRONE"
    r"|SEMAPHORE|CODEBUILD_BUILD_ARN|CODEBUILD_BUILD_ID|CODESPACES|GITPOD_WORKSPACE_ID|VERCEL|NETLIFY|RENDER|HEROKU_TEST_RUN_ID"
)
_USERS = frozenset({"USER", "USERNAME", "LOGNAME", "SUDO_USER"})
_HOSTS = frozenset({"HOSTNAME", "COMPUTERNAME", "USERDOMAIN", "HOST", "LOGONSERVER"})
_LANGUAGES = frozenset({"LANG", "LC_ALL", "LC_MESSAGES", "LANGUAGE", "LC_CTYPE"})
_MACHINE = frozenset(
    {"NUMBER_OF_PROCESSORS", "PROCESSOR_IDENTIFIER", "VBOX_INSTALL_PATH", "container", "DOCKER_CONTAINER"}
)


def without(text: bytes, start: int, node: Node | None) -> bytes:
    """Blank a node's source in a text that begins at byte `start` of the file."""
    if node is None:
        return text
    first, last = (min(max(at - start, 0), len(text)) for at in (node.start_byte, node.end_byte))
    return text[:first] + b" " * (last - first) + text[last:]


def trait_of_variable(name: str) -> Trait | None:
    """What an environment variable tells of the machine or its user; None for all others.

    >>> trait_of_variable("GITHUB_ACTIONS")
    'ci'
    """
    if name in _LANGUAGES:
        return "locale"
    if name == "TZ":
        return "timezone"
    if name in _HOSTS:
        return "hostname"
    if name in _USERS:
        return "username"
    if name in _MACHINE:
        return "machine"
    return "ci" if _CI.fullmatch(name) else None
