"""The production set, as far as it can be checked without an engine: no default secret, a check for every part."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent.parent
COMPOSE = Path(sys.executable).with_name("docker-compose")
DEMANDED = {"SECRET_KEY": "k" * 50, "POSTGRES_PASSWORD": "p", "ALLOWED_HOSTS": "feedback.example.gov.cn"}


@pytest.fixture(scope="module")
def services():
    return yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]


def read_by_compose(variables):
    environment = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", **variables}
    command = [COMPOSE, "--env-file", os.devnull, "config", "-q"]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)


def test_compose_reads_the_file_when_everything_demanded_is_set():
    done = read_by_compose(DEMANDED)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("missing", DEMANDED)
def test_compose_refuses_to_start_without(missing):
    done = read_by_compose({name: value for name, value in DEMANDED.items() if name != missing})
    assert done.returncode != 0
    assert f"{missing} is missing a value" in done.stderr


def test_the_example_names_what_is_demanded_and_gives_it_no_value():
    lines = (ROOT / ".env.example").read_text().splitlines()
    assert {f"{name}=" for name in DEMANDED} <= set(lines)


def test_everything_that_keeps_running_has_a_health_check_and_starts_again(services):
    image_has_one = "HEALTHCHECK" in (ROOT / "Dockerfile").read_text()
    for name, service in services.items():
        if name == "migrate":
            continue
        assert service["restart"] == "unless-stopped", name
        assert "healthcheck" in service or (name == "web" and image_has_one), name


def test_the_queue_and_the_ratings_survive_a_crash(services):
    assert "--appendonly yes" in " ".join(services["redis"]["command"])
    for name in ("postgres", "redis"):
        assert services[name]["volumes"], name


def test_there_is_one_scheduler_and_it_runs_nothing_else(services):
    commands = {name: " ".join(service.get("command", [])) for name, service in services.items()}
    assert [name for name, command in commands.items() if " beat " in f"{command} "] == ["beat"]
    assert "replicas" not in str(services["beat"])


def test_only_the_web_server_is_reached_from_outside_and_by_default_from_this_machine(services):
    assert {name for name, service in services.items() if "ports" in service} == {"web"}
    assert services["web"]["ports"] == ["${LISTEN:-127.0.0.1}:${PORT:-8000}:8000"]


def test_the_image_runs_as_nobody_special_and_holds_no_secret():
    lines = (ROOT / "Dockerfile").read_text().splitlines()
    assert "USER 10001" in lines
    assert not [line for line in lines if line.startswith(("ARG", "ENV")) and "SECRET" in line]
    ignored = (ROOT / ".dockerignore").read_text().splitlines()
    assert ignored[0] == "*"
    assert not {"!.env", "!.data", "!.git"} & set(ignored)
