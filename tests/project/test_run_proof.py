"""`./run sure` believes `./run test` only for the very files that it passed on, and not for long."""

import subprocess
import time

import pytest

from feedback_site.launch import proof


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    """A small git checkout with one file, and a directory for data that git ignores."""
    monkeypatch.setattr(proof, "ROOT", tmp_path)
    monkeypatch.setenv("DATA_DIR", str(tmp_path / ".data"))
    subprocess.run(["git", "init", "--quiet"], cwd=tmp_path, check=True)
    (tmp_path / ".gitignore").write_text(".data/\n")
    (tmp_path / "code.py").write_text("good = True\n")
    return tmp_path


def test_a_green_run_is_believed_while_nothing_changes(checkout):
    assert proof.age_seconds() is None
    proof.write(proof.fingerprint(), passed=True)
    assert proof.age_seconds() < 60


@pytest.mark.parametrize("name", ["code.py", "new.py"])
def test_any_change_ends_it(checkout, name):
    proof.write(proof.fingerprint(), passed=True)
    (checkout / name).write_text("good = False\n")
    assert proof.age_seconds() is None


def test_a_change_during_the_run_ends_it(checkout):
    before = proof.fingerprint()
    (checkout / "code.py").unlink()
    proof.write(before, passed=True)
    assert proof.age_seconds() is None


def test_a_red_run_takes_an_older_proof_away(checkout):
    proof.write(proof.fingerprint(), passed=True)
    proof.write(proof.fingerprint(), passed=False)
    assert proof.age_seconds() is None


def test_after_an_hour_it_is_too_old(checkout, monkeypatch):
    proof.write(proof.fingerprint(), passed=True)
    later = time.time() + proof.GOOD_FOR_SECONDS
    monkeypatch.setattr(proof.time, "time", lambda: later)
    assert proof.age_seconds() is None


def test_without_git_there_is_no_proof(checkout, monkeypatch):
    monkeypatch.setenv("PATH", "")
    proof.write(proof.fingerprint(), passed=True)
    assert proof.age_seconds() is None
