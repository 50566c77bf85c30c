"""JSON reports: lossless, and harmless when shown on a terminal."""

import json
import re

import msgspec

from customhouse.model.audit import Audit, Inspection, RulePage
from customhouse.report.documents import check_document, inspect_document, rule_document
from customhouse.report.text import UNSAFE


def audit_json(audit: Audit) -> str:
    """Write `customhouse/check/1`."""
    return encode(msgspec.to_builtins(check_document(audit)))


def inspection_json(inspection: Inspection) -> str:
    """Write `customhouse/inspect/1`."""
    return encode(msgspec.to_builtins(inspect_document(inspection)))


def page_json(page: RulePage) -> str:
    """Write `customhouse/rule/1`."""
    return encode(msgspec.to_builtins(rule_document(page)))


def encode(document: object) -> str:
    r"""Encode as indented JSON in which every unsafe character is a `\u` escape.

    The values are those of the document, but for lone surrogates: no JSON can carry them, so they stand as the text
    `\udc80`.
    """
    return UNSAFE.sub(_escape, json.dumps(document, ensure_ascii=False, indent=2))


def _escape(match: re.Match[str]) -> str:
    character = match.group()
    if character == "\n":  # only between values: inside strings it is escaped already
        return character
    code = ord(character)
    if 0xD800 <= code <= 0xDFFF:  # noqa: PLR2004 - the surrogates
        return f"\\\\u{code:04x}"
    if code > 0xFFFF:  # noqa: PLR2004 - JSON writes these as a pair
        code -= 0x10000
        return f"\\u{0xD800 + (code >> 10):04x}\\u{0xDC00 + (code & 0x3FF):04x}"
    return f"\\u{code:04x}"
