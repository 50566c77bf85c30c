"""The release decodes something and executes the result.

## What it looks for

Calls that execute text as code (`eval`, `Function`, `vm.runIn…`, `exec`, `compile`), start a program or load a module
by name, where the value came out of a decoder: base64, hex, character codes, reversal, compression, a cipher, or one
written out by hand (letters looked up in an alphabet, codes of characters that are changed by a number or a key).
Programs whose constant arguments do the same in another interpreter (`python -c "exec(b64decode(…))"`) count too.

| When it runs | Finding |
|---|---|
| at install or when the package is loaded | critical, high confidence |
| the same, but only a module's name or a pickle was hidden | high, medium confidence |
| the same, but handed to a timer or a worker | medium, medium confidence |
| handed to a program that is named plainly and is no interpreter | medium, medium confidence |
| in a bundle above 256 KB, of a value that is not known, as in the release before | medium, medium confidence |
| a value that is not known, in a file that stood in the release before as it is | medium, medium confidence |
| a value that is not known, in a package that executed code or programs before as well | high, medium confidence |
| when it is called | medium, medium confidence |
| in a file that the package does not load by itself (tests, tools) | low |

Plain strings given to `eval`, as webpack's development bundles have them, and code that template engines compile from
templates, are not decoded and not reported.

## Why attackers do it

To be invisible to search, to reviewers and to signatures. litellm 1.82.7 (2026-03-24) carried base64 in
proxy_server.py and executed it in a child interpreter; its successor moved the same thing into a `.pth` file.
event-stream's flatmap-stream (2018) decrypted its second stage with a key from the victim's own package.json.

## Known evasions

Decoding in one file and executing in another: flow is followed within one file only. What the code then does is still
seen by capability-gained, install-time-download-and-run and import-time-download-and-run.

## Known false positives

A few packages carry a program as encoded text because they are one file on purpose (self-extracting installers,
embedded workers). They are few, and known by name; except them by digest.

## What to do now

Treat it as malware until you have read what it decodes to. Decode it with a decoder, not by running the package.

## References

- [MITRE ATT&CK T1027: Obfuscated Files or Information](https://attack.mitre.org/techniques/T1027/)
- [CWE-506: Embedded Malicious Code](https://cwe.mitre.org/data/definitions/506.html)
- [MAL-2026-2144: litellm](https://github.com/ossf/malicious-packages)
"""

import re
from collections.abc import Iterator

import msgspec

from customhouse.model.code import Call, CodeFacts
from customhouse.model.evidence import Case
from customhouse.model.finding import SEVERITIES, Confidence, Finding, Location, Severity
from customhouse.model.lazy_regex import lazy_regex
from customhouse.rules.rule import Rule
from customhouse.rules.shared.hints import explain, stay
from customhouse.rules.shared.novelty import Novelty, as_before, bundled, novelty
from customhouse.rules.shared.phase import calls, files, phase, spoken

_LOADERS = frozenset({"require", "__import__", "importlib.import_module", "module._load"})
#: What they build may run anything, and is data far more often.
_PICKLES = frozenset(
    {
        "pickle.load",
        "pickle.loads",
        "pickle.Unpickler",
        "dill.load",
        "dill.loads",
        "cloudpickle.load",
        "cloudpickle.loads",
    }
)
#: They take functions, or whole files, more often than code; embedded workers are decoded in honest packages too.
_DEFERRING = frozenset({"setTimeout", "setInterval", "setImmediate", "worker_threads.Worker", "importScripts"})
_INTERPRETER = lazy_regex(
    r"\s*(?:\S*[/\\])?(?:(?:ba|z|da|k|a)?sh|python[\d.]*w?|node|nodejs|bun|deno|perl|ruby|php|pwsh|powershell|cmd|osascript"
    r"|wscript|cscript|mshta|rundll32|env|sudo|nohup|start|xargs|eval)(?:\.exe)?(?![\w-])",
    re.IGNORECASE,
)
_PROGRAM = lazy_regex(
    r"(?:\bexec|\beval|\bcompile|\bFunction)\s*\(.{0,200}(?:b64decode|b85decode|a85decode|unhexlify|fromhex|decompress|atob|"
    r"Buffer\.from)|\bbase64\s+(?:-d|-D|--decode)\b.{0,200}\|\s*(?:\S*/)?(?:ba|z|da)?sh\b",
    re.DOTALL,
)


class _Executed(msgspec.Struct, frozen=True):
    """One such call: what it does, and how much that weighs when it needs no caller."""

    call: Call
    said: str
    unasked: tuple[Severity, Confidence] = ("critical", "high")
    #: True when only the flow of values says so; False when the text that is executed is known.
    flows: bool = True


def _executed(code: CodeFacts) -> Iterator[_Executed]:
    dynamic, process = calls(code, "dynamic-code"), calls(code, "process")
    for call in code.calls:
        if any(argument is not None and _PROGRAM.search(argument) for argument in call.arguments):
            yield _Executed(call, f"gives {call.callee} a program that decodes and executes itself", flows=False)
        elif "decoded" not in call.origins:
            continue
        elif call.callee in _LOADERS:
            yield _Executed(call, f"loads a module whose name it decodes ({call.callee})", ("high", "medium"))
        elif call.callee in _PICKLES:
            yield _Executed(call, f"builds the objects that it decodes ({call.callee})", ("high", "medium"))
        elif call.callee in _DEFERRING:
            yield _Executed(call, f"hands what it decodes to {call.callee}", ("medium", "medium"))
        elif call in dynamic or call in process:
            verb = "executes what" if call in dynamic else "starts a command that"
            known = bool(call.arguments) and call.arguments[0] is not None
            if call not in dynamic and _is_plain_program(code, call):
                yield _Executed(call, f"gives a program what it decodes ({call.callee})", ("medium", "medium"))
                continue
            yield _Executed(call, f"{verb} it decodes ({call.callee})", flows=not known)


def _is_plain_program(code: CodeFacts, call: Call) -> bool:
    """Whether the program that is started stands there in plain sight, and is not one that runs what it is given."""
    command = call.arguments[0] if call.arguments else None
    if not command or "{}" in command or any(command in each.value for each in code.decoded):
        return False
    return _INTERPRETER.match(command) is None


def _grade(case: Case, code: CodeFacts, it: _Executed) -> tuple[Severity, Confidence]:
    moment = phase(code, it.call.when)
    if moment == "call":
        return ("medium" if code.reach == "import" and it.unasked[0] == "critical" else "low"), "medium"
    if it.flows and as_before(case, code.path):
        return "medium", "medium"
    if it.flows and (bundled(code) or it.call.callee in _LOADERS or it.call.callee in _PICKLES):
        weighed: dict[Novelty, tuple[Severity, Confidence]] = {
            "old": ("medium", "medium"),
            "unknown": ("high", "medium"),
        }
        return weighed.get(novelty(case, code.path, "dynamic-code", "process"), it.unasked)
    compared = it.flows and it.unasked[0] == "critical" and case.change is not None
    if compared and novelty(case, code.path, "dynamic-code", "process") == "old":
        return "high", "medium"
    return it.unasked


def judge(case: Case) -> Iterator[Finding]:
    """Report the gravest such call of each file, with the other lines as further places."""
    for code in files(case):
        found = sorted(_executed(code), key=lambda it: (SEVERITIES.index(_grade(case, code, it)[0]), it.call.line))
        if not found:
            continue
        first = found[0]
        severity, confidence = _grade(case, code, first)
        yield RULE.finding(
            case,
            f"{code.path} {first.said} {spoken(phase(code, first.call.when))}",
            at=tuple(dict.fromkeys(Location(code.path, it.call.line) for it in found))[:5],
            hint=f"{stay(case)}; read what it decodes to, without running it: {explain(case)}",
            severity=severity,
            confidence=confidence,
            phase=phase(code, first.call.when),
        )


RULE = Rule(
    id="encoded-code-executed",
    title="Encoded code executed",
    severity="critical",
    confidence="high",
    needs=("content",),
    judge=judge,
    page=__doc__,
)
