"""The release reads what a person types, copies or sees, without being asked to.

## What it looks for

Calls that listen to the keyboard, read the clipboard or photograph the screen (by the libraries that offer it, the
system's own functions and the programs that do it), when they run at install or when the package is loaded.

| What is done | At install or on load | When it is called |
|---|---|---|
| what is captured is sent | critical, high confidence | medium, medium confidence |
| capturing and the network side by side in one file | high, high confidence | none |
| capturing alone | at install high, on load medium, both medium confidence | none |
| any of the first two, as the release before did | medium, medium confidence | |

## Why attackers do it

Passwords and seed phrases are typed or pasted. Python packages that listen with pynput and post to a chat bot are found
by the dozen every year; npm's rand-user-agent 2.0.83 (2025) carried a remote shell with such commands.

## Known evasions

Native code that hooks the keyboard; a program that is fetched. Capturing in a function that the user is led to call.

## Known false positives

Libraries for it (robotjs, pynput, keyboard, pyperclip, screenshot-desktop) do it when they are called: that is the last
column. A demo that runs on import is a defect of its own.

## What to do now

Do not install it on a machine with a desktop. Where it ran, change what was typed since.

## References

- [MITRE ATT&CK T1056.001: Keylogging](https://attack.mitre.org/techniques/T1056/001/)
- [MITRE ATT&CK T1113: Screen Capture](https://attack.mitre.org/techniques/T1113/)
- [MITRE ATT&CK T1115: Clipboard Data](https://attack.mitre.org/techniques/T1115/)
"""

from collections.abc import Iterator

from customhouse.model.change import Phase
from customhouse.model.code import CodeFacts
from customhouse.model.evidence import Case
from customhouse.model.finding import Confidence, Finding, Location, Severity
from customhouse.model.lazy_regex import lazy_regex
from customhouse.rules.rule import Rule
from customhouse.rules.shared.hints import explain, stay
from customhouse.rules.shared.novelty import novelty
from customhouse.rules.shared.phase import UNASKED, calls, files, phase, phases, spoken
from customhouse.rules.shared.sending import contact

_KEYS = (
    r"pynput\.keyboard\.Listener(?:\.\w+)?|keyboard\.(?:on_press|on_release|hook|record|read_key|read_event|start_recording|get_typed_strings)"
    r"|py[wW]?[iH]?\w*ook\.HookManager|evdev\.InputDevice\.read_loop|ctypes\.windll\.user32\.(?:SetWindowsHookEx[AW]?|GetAsyncKeyState|GetKeyState)"
    r"|(?:node-global-key-listener|iohook|uiohook-napi|iohook-macos|gkm)(?:\.\w+){0,3}"
)
_CLIPBOARD = (
    r"pyperclip\.(?:paste|waitFor\w*)|clipboard\.paste|win32clipboard\.GetClipboardData|[tT]kinter\.Tk\.clipboard_get|PIL\.ImageGrab\.grabclipboard"
    r"|clipboardy\.(?:default\.)?read(?:Sync)?|copy-paste\.paste|clipboard-event(?:\.\w+){0,2}|@crosscopy/clipboard\.getText|electron\.clipboard\.read\w*"
    r"|ctypes\.windll\.user32\.GetClipboardData|navigator\.clipboard\.read(?:Text)?"
)
_SCREEN = (
    r"PIL\.ImageGrab\.grab|pyscreenshot\.grab|pyautogui\.screenshot|pyscreeze\.screenshot|mss\.mss\.(?:grab|shot)|dxcam\.create|cv2\.VideoCapture"
    r"|(?:screenshot-desktop|desktop-screenshot|node-webcam)(?:\.\w+){0,2}|node-screenshots\.\w+\.capture\w*|robotjs\.screen\.capture"
    r"|electron\.desktopCapturer\.getSources|sounddevice\.rec|pyaudio\.PyAudio\.open"
)
_CAPTURES = (
    ("keys", lazy_regex(_KEYS)),
    ("the clipboard", lazy_regex(_CLIPBOARD)),
    ("the screen, camera or microphone", lazy_regex(_SCREEN)),
)
#: Programs that do it, as command lines start them.
_PROGRAMS = (
    ("the clipboard",
     lazy_regex(r"\bGet-Clipboard\b|\bpbpaste\b|\bxclip\b.{0,40}\s-o\b|\bxsel\b.{0,20}(?:-o|--output)|\bwl-paste\b")),
    ("the screen, camera or microphone",
     lazy_regex(r"\bscreencapture\b|\bgnome-screenshot\b|\bscrot\b|\bCopyFromScreen\b|\bgrim\b|\bimagesnap\b")),
    ("keys", lazy_regex(r"\bxinput\s+test\b|\bshowkey\b|\blogkeys\b|\bGetAsyncKeyState\b")),
)  # fmt: skip


def _captured(code: CodeFacts, moment: Phase) -> dict[str, int]:
    """What is captured in a phase, and the line where."""
    found: dict[str, int] = {}
    for call in code.calls:
        if phase(code, call.when) == moment:
            for what, pattern in _CAPTURES:
                if pattern.fullmatch(call.callee):
                    found.setdefault(what, call.line)
    for call in calls(code, "process", during=moment):
        line = " ".join(argument for argument in call.arguments if argument is not None)
        for what, program in _PROGRAMS:
            if program.search(line):
                found.setdefault(what, call.line)
    return found


def _grade(case: Case, code: CodeFacts, moment: Phase) -> tuple[Severity, Confidence, str] | None:
    reached = contact(code, moment)
    sent = next((call for call in reached.reached if "captured" in call.origins), None)
    if moment not in UNASKED:
        return ("medium", "medium", f" and sends it ({sent.callee})") if sent is not None else None
    old = novelty(case, code.path, "network", "process") == "old"
    if sent is not None:
        return "medium" if old else "critical", "medium" if old else "high", f" and sends it ({sent.callee})"
    if reached.reached:
        said = f" and reaches the network ({reached.reached[0].callee})"
        return "medium" if old else "high", "medium" if old else "high", said
    return "high" if moment == "install" else "medium", "medium", ""


def judge(case: Case) -> Iterator[Finding]:
    """Report the earliest phase of each file in which it captures something."""
    for code in files(case):
        for moment in phases(code):
            captured = _captured(code, moment)
            graded = _grade(case, code, moment) if captured else None
            if graded is None:
                continue
            severity, confidence, more = graded
            yield RULE.finding(
                case,
                f"{code.path} captures {', '.join(captured)} {spoken(moment)}{more}",
                at=tuple(Location(code.path, line) for line in dict.fromkeys(captured.values())),
                hint=f"{stay(case)}; no library has to do that before it is called: {explain(case)}",
                severity=severity,
                confidence=confidence,
                phase=moment,
            )
            break


RULE = Rule(
    id="keys-or-screen-captured",
    title="Keys or screen captured",
    severity="high",
    confidence="high",
    needs=("content",),
    judge=judge,
    page=__doc__,
)
