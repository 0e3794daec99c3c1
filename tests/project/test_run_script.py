"""The bootstrap: what it refuses with a sentence, when it installs, and that it stays readable to old Pythons."""

import ast
import importlib.machinery
import importlib.util
import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture
def script(tmp_path, monkeypatch):
    """`run` as a module that works on a project of its own and installs nothing."""
    loader = importlib.machinery.SourceFileLoader("run_script", str(ROOT / "run"))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("run_script", loader))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    loader.exec_module(module)
    for name in ("requirements.txt", "requirements-dev.txt"):
        (tmp_path / name).write_text(name)
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    (tmp_path / ".venv" / "bin" / "python").touch()
    module.ROOT = str(tmp_path)
    module.VENV = str(tmp_path / ".venv")
    module.PYTHON = str(tmp_path / ".venv" / "bin" / "python")
    module.STAMP = str(tmp_path / ".venv" / "installed.json")
    module.installed = []
    monkeypatch.setattr(module, "make_venv", lambda: None)
    monkeypatch.setattr(module, "fetch", lambda requirements: module.installed.append(Path(requirements).name))
    return module


def test_it_can_be_read_by_every_python_3_so_that_an_old_one_can_say_so():
    ast.parse((ROOT / "run").read_text(), feature_version=(3, 7))


def test_an_old_python_without_a_newer_one_beside_it_gets_a_sentence(script, monkeypatch):
    monkeypatch.setattr(sys, "version_info", (3, 9, 2))
    monkeypatch.setenv("PATH", "")
    with pytest.raises(SystemExit, match=r"Python 3\.11 or newer is needed; this is 3\.9\."):
        script.need_python()


def test_a_python_without_ensurepip_gets_a_sentence(monkeypatch):
    loader = importlib.machinery.SourceFileLoader("run_script", str(ROOT / "run"))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("run_script", loader))
    loader.exec_module(module)
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(SystemExit, match="python3-venv"):
        module.make_venv()


def test_the_first_start_installs_and_the_second_does_not(script):
    script.install("requirements.txt")
    script.install("requirements.txt")
    assert script.installed == ["requirements.txt"]


def test_a_changed_lock_installs_again(script, tmp_path):
    script.install("requirements.txt")
    (tmp_path / "requirements.txt").write_text("something newer")
    script.install("requirements.txt")
    assert script.installed == ["requirements.txt"] * 2


def test_the_development_libraries_hold_the_others(script):
    script.install("requirements-dev.txt")
    script.install("requirements.txt")
    assert script.installed == ["requirements-dev.txt"]


def test_another_interpreter_makes_another_environment(script, monkeypatch):
    made = []
    monkeypatch.setattr(script, "make_venv", lambda: made.append(script.interpreter()))
    script.install("requirements.txt")
    monkeypatch.setattr(script, "interpreter", lambda: "/another/python 3.13.0")
    script.install("requirements.txt")
    assert made[1] == "/another/python 3.13.0"
    assert script.installed == ["requirements.txt"] * 2


def test_an_interrupted_install_is_done_again(script, monkeypatch):
    script.install("requirements.txt")
    Path(script.ROOT, "requirements.txt").write_text("something newer")

    def interrupted(requirements):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(script, "fetch", interrupted)
        with pytest.raises(KeyboardInterrupt):
            script.install("requirements.txt")
    assert not Path(script.STAMP).exists()
    script.install("requirements.txt")
    assert json.loads(Path(script.STAMP).read_text())["requirements.txt"] == script.fingerprint("requirements.txt")


@pytest.mark.parametrize(("argument", "code"), [("--help", 0), ("tset", 2)])
def test_help_and_a_misspelt_command_print_the_usage(argument, code):
    done = subprocess.run([sys.executable, ROOT / "run", argument], capture_output=True, text=True)
    assert done.returncode == code
    assert done.stdout.startswith("usage: ./run ")
