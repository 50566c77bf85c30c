"""Reading a MISP event: its attributes, those of its objects, and what our own export adds to them."""

from collections.abc import Iterator
from typing import Any, Literal, get_args

import msgspec

from customhouse.indicators.draft import Draft, Meta, clean
from customhouse.indicators.formats.interface import json_object, objects, text
from customhouse.indicators.formats.misp_names import CAMPAIGN, COMPOSITES, PLATFORMS, RELEASE, ROLES, TAG, TYPES
from customhouse.model.campaign import AffectedReleases, FactKind, Tlp
from customhouse.model.errors import CustomhouseError
from customhouse.model.intelligence import Confidence
from customhouse.model.lazy_regex import lazy_regex

_OWN_TAG = lazy_regex(rf'{TAG}:([a-z]+)="([^"]*)"')
_KINDS: dict[str, FactKind] = {each: each for each in get_args(FactKind)}
_CONFIDENCES: dict[str, Confidence] = {"high": "high", "medium": "medium", "low": "low"}
_TLP: dict[str, Tlp] = {f"tlp:{each}": each for each in get_args(Tlp)} | {"tlp:white": "clear"}
#: Types that say something about the event and are no indicators.
_REMARKS = frozenset({"comment", "text", "link", "campaign-name", "threat-actor", "counter", "datetime", "other"})


def read_misp(data: bytes, name: str, draft: Draft) -> None:
    """Read one event, bare or as the only one of a `response`."""
    document = json_object(data, name)
    event, place = document.get("Event"), f"{name}#/Event"
    listed = objects(document.get("response"))
    if not isinstance(event, dict) and len(listed) == 1:
        event, place = listed[0][1].get("Event"), f"{name}#/response/{listed[0][0]}/Event"
    if not isinstance(event, dict):
        raise CustomhouseError(f"{name} is no MISP event", hint='give the JSON of one event: {"Event": {…}}')
    tlp: Tlp | Literal[""] = next((_TLP[tag] for tag in _tags(event) if tag in _TLP), "")
    own = [(i, each) for i, each in objects(event.get("Object")) if each.get("name") in (CAMPAIGN, RELEASE)]
    for index, each in own:
        _own_object(f"{place}/Object/{index}", each, draft)
    draft.take(Meta(title=clean(text(event.get("info"))), tlp=tlp))
    for index, each in objects(event.get("Attribute")):
        _attribute(f"{place}/Attribute/{index}", each, draft, linked=bool(own))
    numbers = {index for index, _ in own}
    for index, each in objects(event.get("Object")):
        if index not in numbers:
            for number, inner in objects(each.get("Attribute")):
                _attribute(f"{place}/Object/{index}/Attribute/{number}", inner, draft, linked=bool(own))


def _own_object(place: str, each: dict[str, Any], draft: Draft) -> None:
    values = {text(a.get("object_relation")): text(a.get("value")) for _, a in objects(each.get("Attribute"))}
    record = values.get("record", "").encode("utf-8", "replace")
    try:
        if each.get("name") == CAMPAIGN:
            draft.take(msgspec.structs.replace(msgspec.json.decode(record, type=Meta), tlp=""))
            return
        found = msgspec.json.decode(record, type=AffectedReleases)
    except (msgspec.MsgspecError, RecursionError) as error:
        draft.refuse(place, f"its record is not what this tool writes: {error}", "export the pack anew")
        return
    said = {key: getattr(found, key) for key in AffectedReleases.__struct_fields__}
    said["digests"] = tuple(digest.hex for digest in found.digests)
    draft.release(place, said.pop("ecosystem"), said.pop("name"), **said)


def _attribute(place: str, each: dict[str, Any], draft: Draft, *, linked: bool) -> None:
    kind, value, note = text(each.get("type")), text(each.get("value")), text(each.get("comment"))
    if each.get("deleted") in (True, 1, "1") or not value:
        return
    tags = [(match[1], match[2]) for tag in _tags(each) if (match := _OWN_TAG.fullmatch(tag))]
    own, sources = dict(tags), tuple(value for key, value in tags if key == "source")
    if kind == "link" and value.startswith(("http://", "https://")):
        if not linked:  # our own event has its references in its record
            draft.reference(value, note)
        return
    confidence = _CONFIDENCES.get(own.get("confidence", ""), "medium" if each.get("to_ids") is not False else "low")
    found = list(_facts(kind, value, own.get("kind", "")))
    if not found and kind not in _REMARKS:
        draft.skip(place, f"an attribute of the type {clean(kind)} has no room in a pack")
    for fact, said, more in found:
        remark = "; ".join(part for part in (note, more) if part)
        draft.fact(
            place,
            fact,
            said,
            role=ROLES.get(own.get("role", "")),
            platform=PLATFORMS.get(own.get("platform", ""), "any"),
            note=remark,
            sources=sources,
            confidence=confidence,
        )


def _facts(kind: str, value: str, own: str) -> Iterator[tuple[FactKind, str, str]]:
    """Give kind, value and remark of what an attribute says; nothing for one that is no indicator."""
    if own in _KINDS:
        yield _KINDS[own], value, ""
    elif kind in COMPOSITES:
        first, second = COMPOSITES[kind]
        before, _, after = value.partition("|")
        if first == "filename":  # the name is the digest's, and alone it would find any file that is called so
            yield TYPES[second], after, f"file {before}"
        elif second:
            yield TYPES[first], before, ""
            yield TYPES[second], after, ""
        elif first == "regkey":
            yield TYPES[first], f"{before}\\{after}", ""
        else:
            yield TYPES[first], before, f"port {after}"
    elif kind in TYPES:
        yield TYPES[kind], value, ""


def _tags(each: dict[str, Any]) -> list[str]:
    return [text(tag.get("name")) for _, tag in objects(each.get("Tag"))]
