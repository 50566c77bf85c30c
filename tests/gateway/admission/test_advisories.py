"""Advisories that cannot be opened: nothing is handed out, and the reason is told."""

import asyncio
from datetime import UTC, datetime

import pytest

from customhouse.gateway.admission.advisories import Advisories
from customhouse.gateway.interface import UnavailableError
from customhouse.model.errors import CustomhouseError
from customhouse.model.purl import Purl
from customhouse.policy.configuration import Configuration


def test_a_source_that_cannot_be_read_is_told_as_that(tmp_path):
    def opened():
        raise CustomhouseError("records.json is not JSON", hint="fetch it again")

    advisories = Advisories(opened, tmp_path, Configuration())
    with pytest.raises(UnavailableError, match=r"advisories cannot be read: records\.json"):
        asyncio.run(advisories.words((Purl("npm", "left-pad", "1.0.0"),), {}, datetime.now(UTC)))
