# Copyright: (c) 2026, The commops.events authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is written in two places is the same in both."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from ansible_collections.commops.events.plugins.module_utils import _compat, _options, _secrets
from ansible_collections.commops.events.plugins.module_utils._caligraph import OPTIONS as CALIGRAPH
from ansible_collections.commops.events.plugins.module_utils._phonecom import OPTIONS as PHONECOM
from ansible_collections.commops.events.plugins.module_utils._version import VERSION

CHECKOUT = Path(__file__).resolve().parents[3]


def test_the_version_is_that_of_the_collection() -> None:
    galaxy = yaml.safe_load((CHECKOUT / "galaxy.yml").read_text(encoding="utf-8"))
    assert galaxy["version"] == VERSION


def test_each_service_knows_its_own_host() -> None:
    hosts = {options.service: options.default_url.split("/")[2] for options in (PHONECOM, CALIGRAPH)}
    assert hosts == _options.HOSTS


def test_a_secret_is_short_in_all_places_alike() -> None:
    assert _options.SHORT_SECRET == _secrets.SHORT


def test_registering_a_secret_gives_it_back() -> None:
    assert _compat.register_secret("a-secret-of-this-test") == "a-secret-of-this-test"
    assert hasattr(_compat, "MASKS_OUTPUT_ONLY")


@pytest.mark.parametrize("options", [PHONECOM, CALIGRAPH])
def test_environment_variables_are_named_after_service_and_option(options: _options.ServiceOptions) -> None:
    expected = {name: f"{options.service}_{name}".upper() for name in ("account_id", options.secret, "api_url")}
    assert dict(options.environment) == expected
