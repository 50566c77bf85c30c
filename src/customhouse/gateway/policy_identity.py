"""What names the rules, readers and settings that an admission rests on: under others it is judged anew."""

import hashlib
from datetime import date
from functools import cache
from importlib import resources

import msgspec

from customhouse.engine.kept_cases import case_version
from customhouse.evidence.content import content_version
from customhouse.policy.configuration import Configuration

#: Settings that change no verdict on a release, or that are asked anew at every look (age, advisories).
_ASIDE = (
    "origins",
    "approvals",
    "cache",
    "discovery",
    "changes",
    "gateway",
    "cooldown",
    "advisories",
    "vulnerabilities",
)


def policy_identity(configuration: Configuration, today: date) -> str:
    """Return 32 hex digits over the rules' own text, the readers' versions and the settings that decide.

    Exceptions count while they last: on the day after an end the policy is another.
    """
    digest = hashlib.sha256(case_version(content_version()).encode())
    digest.update(_rules())
    for layer in (configuration, configuration.floor):
        if layer is not None:
            said = {name: value for name, value in msgspec.to_builtins(layer).items() if name not in _ASIDE}
            said.pop("floor", None)
            said["exceptions"] = [each for each in layer.exceptions if each.expires >= today]
            digest.update(msgspec.json.encode(msgspec.to_builtins(said), order="deterministic"))
    return digest.hexdigest()[:32]


@cache
def _rules() -> bytes:
    """Digest the text of every rule and list: a rule that was changed is another rule, whatever its name.

    Once in a process, which goes on with the rules that it began with.
    """
    digest = hashlib.sha256()
    for package in ("customhouse.rules", "customhouse.policy"):
        pending = [resources.files(package)]
        while pending:
            for entry in sorted(pending.pop().iterdir(), key=lambda each: each.name):
                if entry.is_dir():
                    pending.append(entry)
                elif entry.name.endswith((".py", ".toml", ".txt", ".json", ".yar")):
                    digest.update(entry.name.encode() + b"\0" + hashlib.sha256(entry.read_bytes()).digest())
    return digest.digest()
