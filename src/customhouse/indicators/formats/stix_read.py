"""Reading a STIX 2.1 bundle: indicators with their patterns, and what campaign or malware they belong to.

What an indicator of our own making says in its extension is taken only where its pattern still says the same.
"""

from typing import Any, TypeVar

import msgspec

from customhouse.indicators.draft import Draft, Meta, clean, moment
from customhouse.indicators.formats.interface import json_object, objects, text, texts
from customhouse.indicators.formats.stix_ids import OLD_MARKINGS, OWN_EXTENSION, TLP_MARKINGS
from customhouse.indicators.formats.stix_patterns import PatternError, facts_of, pattern_of, release_pattern
from customhouse.model.campaign import AffectedReleases, Fact, Tlp
from customhouse.model.errors import CustomhouseError
from customhouse.model.intelligence import Confidence

_T = TypeVar("_T", bound=msgspec.Struct)
_MARKED = {name: tlp for tlp, name in TLP_MARKINGS.items()} | OLD_MARKINGS
#: Of the strictest marking on anything in a bundle; by how far it may go.
_STRICTNESS: tuple[Tlp, ...] = ("clear", "green", "amber", "amber+strict", "red")
_HIGH, _MEDIUM = 70, 30


def read_stix(data: bytes, name: str, draft: Draft) -> None:
    """Read a bundle."""
    bundle = json_object(data, name)
    if bundle.get("type") != "bundle":
        raise CustomhouseError(f"{name} is no STIX bundle", hint='give one object of "type": "bundle"')
    markings: set[Tlp] = set()
    listed = objects(bundle.get("objects"))
    # The campaign gives the title; without one, what the malware is called.
    ranked = sorted(
        listed, key=lambda each: {"campaign": 0, "malware": 1, "intrusion-set": 2}.get(text(each[1].get("type")), 3)
    )
    for index, each in ranked:
        place = f"{name}#/objects/{index}"
        if each.get("revoked") is True:
            draft.skip(place, "it was revoked")
            continue
        for marking in texts(each.get("object_marking_refs")):
            if marking in _MARKED:
                markings.add(_MARKED[marking])
        match each.get("type"):
            case "campaign" | "malware" | "intrusion-set":
                _named(place, each, draft)
            case "indicator":
                _indicator(place, each, draft)
    if markings:
        draft.take(Meta(tlp=max(markings, key=_STRICTNESS.index)))


def _named(place: str, each: dict[str, Any], draft: Draft) -> None:
    meta = _own(place, each, "campaign", Meta, draft)
    if meta is not None:
        draft.take(msgspec.structs.replace(meta, tlp=""))
        return
    title = clean(text(each.get("name")))
    if not draft.meta.title:
        starts, ends = moment(each.get("first_seen")), moment(each.get("last_seen"))
        draft.take(
            Meta(
                title=title,
                summary=clean(text(each.get("description"))) or title,
                aliases=tuple(map(clean, texts(each.get("aliases")))),
                starts=starts,
                ends=ends,
            )
        )
    _references(each, draft)


def _indicator(place: str, each: dict[str, Any], draft: Draft) -> None:
    pattern, kind = text(each.get("pattern")), text(each.get("pattern_type"))
    fact = _own(place, each, "fact", Fact, draft)
    if fact is not None and _same(place, pattern, pattern_of, fact, draft):
        said = {key: getattr(fact, key) for key in Fact.__struct_fields__}
        draft.fact(place, said.pop("kind"), said.pop("value"), **said)
        return
    release = _own(place, each, "release", AffectedReleases, draft)
    if release is not None and (kind == "vers" or _same(place, pattern, release_pattern, release, draft)):
        said = {key: getattr(release, key) for key in AffectedReleases.__struct_fields__}
        said["digests"] = tuple(digest.hex for digest in release.digests)
        draft.release(place, said.pop("ecosystem"), said.pop("name"), **said)
        return
    if kind not in ("stix", ""):
        draft.skip(place, f"a pattern of the type {kind}")
        return
    sources = tuple(_references(each, draft))
    note = clean(text(each.get("description")) or text(each.get("name")))
    try:
        for found, value, more in facts_of(pattern):
            remark = f"{note} ({more})" if note and more else note or more
            draft.fact(place, found, value, note=remark, sources=sources, confidence=_confidence(each))
    except PatternError as error:
        draft.refuse(
            f"{place}/pattern", f"the pattern cannot be taken: {error}", "look at it, and write the fact by hand"
        )


def _same(place: str, pattern: str, write: Any, said: msgspec.Struct, draft: Draft) -> bool:
    """Say whether a pattern is still what our own extension beside it says."""
    try:
        if pattern == write(said):
            return True
    except KeyError:  # a digest of no algorithm's length
        pass
    draft.skip(place, "its extension and its pattern disagree, and the pattern is taken")
    return False


def _own(place: str, each: dict[str, Any], key: str, kind: type[_T], draft: Draft) -> _T | None:
    extensions = each.get("extensions")
    own = extensions.get(OWN_EXTENSION) if isinstance(extensions, dict) else None
    if not isinstance(own, dict) or key not in own:
        return None
    try:
        return msgspec.convert(own[key], kind)
    except msgspec.ValidationError as error:
        draft.skip(f"{place}/extensions/{OWN_EXTENSION}", f"is not what this tool writes: {error}")
        return None


def _references(each: dict[str, Any], draft: Draft) -> list[str]:
    found = []
    for _, reference in objects(each.get("external_references")):
        source, url = clean(text(reference.get("source_name"))), text(reference.get("url"))
        if url.startswith(("http://", "https://")):
            found.append(draft.reference(url, text(reference.get("description")) or source))
    return [each for each in found if each]


def _confidence(each: dict[str, Any]) -> Confidence:
    stated = each.get("confidence")
    if not isinstance(stated, int):
        return "medium"
    return "high" if stated >= _HIGH else "medium" if stated >= _MEDIUM else "low"
