"""A fetcher that remembers documents: asked anew when they are old, and still told when upstream does not answer."""

import asyncio
import time

import msgspec

from customhouse.ecosystems.fetching import Answer, Ask, Fetcher, RefusedUpstream
from customhouse.model.errors import NotFoundUpstream, UnreachableUpstream
from customhouse.storage.documents import DocumentCache, KeptDocument

#: Seconds for which a document is still told that upstream suddenly refuses.
_REFUSED_FOR = 86_400.0


class KeptDocuments:
    """Stands before a transport. Files and questions with a body pass; documents are kept, one question at a time each.

    A document that upstream says is gone (404) is forgotten. When upstream cannot be reached, what it said last is told
    instead, however old, and for a day when it refuses to say it again (403): `stale` counts how often.
    """

    def __init__(self, fetcher: Fetcher, cache: DocumentCache, max_age: float) -> None:
        """Keep documents in `cache`; ask again after `max_age` seconds."""
        self._fetcher = fetcher
        self._cache = cache
        self._max_age = max_age
        self._running: dict[str, asyncio.Task[Answer]] = {}
        self.stale = 0

    async def get(self, ask: Ask) -> Answer:
        """Fetch, or remember. Raises what the transport raises."""
        if ask.body is not None or ask.sink is not None or ask.accept == "*/*" or ask.etag or ask.last_modified:
            return await self._fetcher.get(ask)
        question = f"{ask.accept} {ask.url}"
        task = self._running.get(question)
        if task is None:
            task = asyncio.create_task(self._get(ask, question))
            self._running[question] = task
            task.add_done_callback(lambda _: self._running.pop(question, None))
        return await asyncio.shield(task)

    async def _get(self, ask: Ask, question: str) -> Answer:
        kept = await asyncio.to_thread(self._cache.get, question)
        if kept is not None and 0 <= time.time() - kept.asked <= self._max_age:
            return _answer(kept)
        asked = ask if kept is None else msgspec.structs.replace(ask, etag=kept.etag, last_modified=kept.last_modified)
        try:
            answer = await self._fetcher.get(asked)
        except RefusedUpstream:
            # Mostly an expired credential, or a firewall's bad day. Registries tell what is gone by 404.
            if kept is None or time.time() - kept.asked > _REFUSED_FOR:
                raise
            self.stale += 1
            return _answer(kept)
        except NotFoundUpstream:
            await asyncio.to_thread(self._cache.forget, question)
            raise
        except UnreachableUpstream:
            if kept is None:
                raise
            self.stale += 1
            return _answer(kept)
        if answer.unchanged and kept is not None:
            current = msgspec.structs.replace(kept, asked=time.time())
        else:
            told = (answer.url, answer.content_type)
            current = KeptDocument(*told, time.time(), answer.etag, answer.last_modified, answer.data)
        await asyncio.to_thread(self._cache.put, question, current)
        return _answer(current)

    async def aclose(self) -> None:
        """Close every connection."""
        for task in self._running.values():
            task.cancel()
        await self._fetcher.aclose()


def _answer(kept: KeptDocument) -> Answer:
    return Answer(kept.url, kept.content_type, kept.data, kept.etag, kept.last_modified)
