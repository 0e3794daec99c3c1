"""The committed lock agrees with pyproject.toml, is hashed throughout, and names no download host."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent.parent
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
WANTED = PYPROJECT["project"]["dependencies"]
WANTED_FOR_DEVELOPMENT = WANTED + PYPROJECT["dependency-groups"]["dev"]
PIN = re.compile(r"^([A-Za-z0-9._-]+)==(\S+)", re.MULTILINE)


def pins(name):
    """Package → the versions it is pinned to (more than one when they differ by Python version)."""
    found = {}
    for package, version in PIN.findall((ROOT / name).read_text()):
        found.setdefault(canonicalize_name(package), set()).add(version)
    return found


@pytest.mark.parametrize(
    ("lock", "wanted"), [("requirements.txt", WANTED), ("requirements-dev.txt", WANTED_FOR_DEVELOPMENT)]
)
def test_everything_wanted_is_pinned_to_a_version_that_is_allowed(lock, wanted):
    pinned = pins(lock)
    for requirement in map(Requirement, wanted):
        versions = pinned[canonicalize_name(requirement.name)]
        assert all(requirement.specifier.contains(version) for version in versions), requirement


def test_development_uses_the_very_versions_of_production():
    development = pins("requirements-dev.txt")
    assert {name: development.get(name) for name in pins("requirements.txt")} == pins("requirements.txt")


@pytest.mark.parametrize("lock", ["requirements.txt", "requirements-dev.txt"])
def test_every_pin_is_hashed_and_no_host_is_named(lock):
    text = (ROOT / lock).read_text()
    blocks = re.split(r"\n(?=[A-Za-z0-9])", text)
    assert not [block.split()[0] for block in blocks if PIN.match(block) and "--hash=sha256:" not in block]
    assert not re.search(r"https?:|file:|--(extra-)?index-url|--find-links|--trusted-host", text)
