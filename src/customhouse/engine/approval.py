"""Adding an exception to a project's configuration file without touching a byte of what stands there."""

import os
import tempfile
from pathlib import Path

from customhouse.model.errors import CustomhouseError
from customhouse.policy.configuration import Configuration, PolicyException
from customhouse.policy.reading import parse_configuration, table_of


def append_exception(path: Path, exception: PolicyException) -> Configuration:
    """Append `[[exceptions]]` to a configuration file, which is created when it does not exist.

    The result is parsed before it replaces the file, in one step: a reader sees the old file or the new one. Returns
    the file's configuration as it then is. Raises CustomhouseError when the result would not be a valid configuration,
    when the same exception stands there already, or when the file cannot be written.
    """
    path = path.resolve()
    try:
        before = path.read_bytes() if path.exists() else b""
    except OSError as error:
        raise CustomhouseError(f"cannot read {path}: {error.strerror}", hint="make the file readable") from None
    try:
        text = before.decode()
    except UnicodeDecodeError:
        raise CustomhouseError(f"{path} is not UTF-8", hint="save it as UTF-8") from None
    standing = parse_configuration(text, str(path))
    if exception in standing.exceptions:
        where = standing.origin("exceptions", str(standing.exceptions.index(exception)))
        raise CustomhouseError(f"this exception is already there ({where})", hint="nothing is left to do")
    newline = "\r\n" if "\r\n" in text else "\n"
    gap = "" if not text else newline if text.endswith("\n") else newline * 2
    added = gap + exception_text(exception, table_of(str(path))).replace("\n", newline)
    try:
        result = parse_configuration(text + added, str(path))
    except CustomhouseError as error:
        raise CustomhouseError(
            f"the exception cannot be appended to {path}: {error.message}",
            hint="write exceptions as [[exceptions]] tables, not as an inline array, and correct what is named above",
        ) from None
    if result.exceptions != (*standing.exceptions, exception):
        raise CustomhouseError(f"the exception would not read back from {path}", hint="please report this as a bug")
    write_atomically(path, before + added.encode())
    return result


def exception_text(exception: PolicyException, table: tuple[str, ...] = ()) -> str:
    """Write an exception as a TOML table."""
    import tomli_w  # noqa: PLC0415 - only approving writes TOML

    values = {
        "rule": exception.rule,
        "purl": exception.purl,
        "advisory": exception.advisory,
        "digest": exception.digest if isinstance(exception.digest, str) else list(exception.digest),
        "reason": exception.reason,
        "owner": exception.owner,
        "approved": exception.approved,
        "expires": exception.expires,
    }
    body = tomli_w.dumps({key: value for key, value in values.items() if value is not None})
    return f"[[{'.'.join((*table, 'exceptions'))}]]\n{body}"


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
