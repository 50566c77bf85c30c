"""Adding an exception or an approval to a project's file without touching a byte of what stands there."""

import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

from msgspec.structs import asdict

from customhouse.model.errors import CustomhouseError
from customhouse.policy.approvals import parse_approvals
from customhouse.policy.configuration import Approval, Configuration, PolicyException
from customhouse.policy.reading import parse_configuration, table_of


def append_exception(path: Path, exception: PolicyException) -> Configuration:
    """Append `[[exceptions]]` to a configuration file, which is created when it does not exist.

    The result is parsed before it replaces the file, in one step: a reader sees the old file or the new one. Returns
    the file's configuration as it then is. Raises CustomhouseError when the result would not be a valid configuration,
    when the same exception stands there already, or when the file cannot be written.
    """
    path = path.resolve()
    before = _text(path)
    standing = parse_configuration(before, str(path))
    if exception in standing.exceptions:
        where = standing.origin("exceptions", str(standing.exceptions.index(exception)))
        raise CustomhouseError(f"this exception is already there ({where})", hint="nothing is left to do")
    text = _appended(before, exception_text(exception, table_of(str(path))))
    try:
        result = parse_configuration(text, str(path))
    except CustomhouseError as error:
        raise CustomhouseError(
            f"the exception cannot be appended to {path}: {error.message}",
            hint="write exceptions as [[exceptions]] tables, not as an inline array, and correct what is named above",
        ) from None
    if result.exceptions != (*standing.exceptions, exception):
        raise CustomhouseError(f"the exception would not read back from {path}", hint="please report this as a bug")
    write_atomically(path, text.encode())
    return result


def append_approvals(path: Path, approvals: Sequence[Approval]) -> None:
    """Append `[[approvals]]` to customhouse.approvals.toml, all or none, as `append_exception` does.

    Raises CustomhouseError when the file is wrong, says one of them already, or cannot be written.
    """
    path = path.resolve()
    before = _text(path)
    standing, origins = parse_approvals(before, str(path))
    for approval in approvals:
        if approval in standing:
            where = origins.get(("approvals", str(standing.index(approval))), str(path))
            raise CustomhouseError(f"this approval is already there ({where})", hint="nothing is left to do")
    text = before
    for approval in approvals:
        text = _appended(text, _table(approval, ("approvals",)))
    try:
        result, _ = parse_approvals(text, str(path))
    except CustomhouseError as error:
        raise CustomhouseError(
            f"the approval cannot be appended to {path}: {error.message}",
            hint="write approvals as [[approvals]] tables, not as an inline array, and correct what is named above",
        ) from None
    if result != (*standing, *approvals):
        raise CustomhouseError(f"the approval would not read back from {path}", hint="please report this as a bug")
    write_atomically(path, text.encode())


def exception_text(exception: PolicyException, table: tuple[str, ...] = ()) -> str:
    """Write an exception as a TOML table."""
    return _table(exception, (*table, "exceptions"))


def _table(record: PolicyException | Approval, name: tuple[str, ...]) -> str:
    import tomli_w  # noqa: PLC0415 - only approving writes TOML

    values = {key: list(value) if isinstance(value, tuple) else value for key, value in asdict(record).items()}
    body = tomli_w.dumps({key: value for key, value in values.items() if value not in (None, [])})
    return f"[[{'.'.join(name)}]]\n{body}"


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode() if path.exists() else ""
    except OSError as error:
        raise CustomhouseError(f"cannot read {path}: {error.strerror}", hint="make the file readable") from None
    except UnicodeDecodeError:
        raise CustomhouseError(f"{path} is not UTF-8", hint="save it as UTF-8") from None


def _appended(text: str, table: str) -> str:
    """Put a table after what stands there, with the line ends that stand there."""
    newline = "\r\n" if "\r\n" in text else "\n"
    gap = "" if not text else newline if text.endswith("\n") else newline * 2
    return text + gap + table.replace("\n", newline)


def write_atomically(path: Path, data: bytes) -> None:
    """Replace a file in one step, keeping its mode. Raises CustomhouseError when the disk does not let it."""
    temporary = None
    try:
        mode = path.stat().st_mode & 0o7777 if path.exists() else 0o644
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fchmod(file.fileno(), mode)
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except OSError as error:
        if temporary:
            Path(temporary).unlink(missing_ok=True)
        raise CustomhouseError(
            f"cannot write {path}: {error.strerror}", hint="make its folder writable, or free some space"
        ) from None
