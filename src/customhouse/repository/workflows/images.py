"""Container images as build files name them: `registry:5000/group/name:tag@sha256:…`."""

from pathlib import Path

from customhouse.model.workflow import ActionUse, WorkflowSystem


def split_image(text: str) -> tuple[str, str]:
    """Split an image into its name and its digest, or else its tag; "" where it has neither."""
    name, at, digest = text.partition("@")
    head, colon, tag = name.rpartition(":")
    if colon and "/" not in tag and "}" not in tag:
        return (head, digest) if at else (head, tag)
    return name, digest


def image_use(system: WorkflowSystem, text: str, path: Path, line: int) -> ActionUse | None:
    """Record the use of an image; None for what names none."""
    text = text.strip().removeprefix("docker://")
    if not text or text == "scratch":
        return None
    name, ref = split_image(text)
    return ActionUse(system, name, ref, str(path), line, "image")
