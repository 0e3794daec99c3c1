"""Nothing that ./run starts outlives it, and two of them never share a directory or a port."""

import io
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from queue import Empty

import pytest
from kombu import Connection

from feedback_site.launch import leash, serve, valkey, worker
from feedback_site.launch.processes import Family

ROOT = Path(__file__).resolve().parent.parent.parent
SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]
# Stands in for a web server: its own child is what a killed master leaves behind.
STUBBORN = """
import os, signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
os.fork()
time.sleep(60)
"""
PARENT = """
import sys, time
from feedback_site.launch.processes import Family
family = Family()
for code in sys.argv[1:]:
    print(family.start("child", [sys.executable, "-c", code]).pid, flush=True)
time.sleep(60)
"""

TAKE_AND_DIE = """
import os, sys
from kombu import Connection
queue = Connection(sys.argv[1]).SimpleQueue("celery")
message = queue.get(block=False)
os._exit(9)
"""


def group_is_gone(group: int, within_seconds: float = 15.0) -> bool:
    until = time.monotonic() + within_seconds
    while time.monotonic() < until:
        states = subprocess.run(["ps", "-o", "stat=", "-g", str(group)], capture_output=True, text=True).stdout.split()
        if all(state.startswith("Z") for state in states):
            return True
        time.sleep(0.1)
    return False


@pytest.fixture
def family():
    family = Family()
    yield family
    family.close()


def test_the_watcher_keeps_count_of_what_still_runs():
    assert leash.follow(io.BytesIO(b"+11\n+12\n+13\n-12\n-99\n")) == [13, 11]


@pytest.mark.parametrize("code", ["import time; time.sleep(60)", STUBBORN])
def test_kill_9_of_the_parent_ends_children_and_their_children(code):
    parent = subprocess.Popen([sys.executable, "-c", PARENT, code], stdout=subprocess.PIPE, text=True, cwd=ROOT)
    group = int(parent.stdout.readline())
    time.sleep(0.3)
    parent.kill()
    parent.wait()
    parent.stdout.close()
    assert group_is_gone(group)


def test_closing_ends_even_a_child_that_will_not_hear(family):
    child = family.start("stubborn", [sys.executable, "-c", STUBBORN])
    time.sleep(0.3)
    family.stop([child], seconds=0.5)
    assert group_is_gone(child.pid, within_seconds=2)


def test_a_child_that_dies_is_noticed(family):
    child = family.start("short-lived", [sys.executable, "-c", "raise SystemExit(3)"])
    child.wait()
    assert [(name, dead.returncode) for name, dead in family.dead()] == [("short-lived", 3)]
    family.forget(child)
    assert family.dead() == []


def test_a_signal_ends_what_is_being_waited_for(family):
    began = time.monotonic()
    assert family.run("long", SLEEP, stop=lambda: time.monotonic() - began > 0.3) != 0
    assert time.monotonic() - began < 5


def test_a_second_start_in_the_same_directory_is_refused_at_once(tmp_path):
    with serve.lock(tmp_path):
        (tmp_path / "run.lock").write_text(str(os.getpid()))
        began = time.monotonic()
        with pytest.raises(serve.Refused, match=r"Another \./run"):
            serve.lock(tmp_path)
        assert time.monotonic() - began < 2
    serve.lock(tmp_path).close()


def test_a_directory_that_cannot_be_written_is_a_sentence(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(serve.Refused, match="DATA_DIR cannot be written"):
        serve.lock(tmp_path / "file" / "data")


def test_a_port_in_use_is_a_sentence():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(serve.Refused, match=f"Port {port} on 127.0.0.1 cannot be used"):
            serve.listen(port)


@pytest.mark.parametrize("port", ["eighty", "-1", "65536"])
def test_a_port_that_is_no_port_is_a_sentence(port, monkeypatch, capsys):
    monkeypatch.setenv("PORT", port)
    assert serve.main() == 2
    assert "PORT must be a number" in capsys.readouterr().out


def test_what_keeps_dying_is_not_restarted_for_ever(tmp_path):
    supervisor = serve.Supervisor(tmp_path, 0)
    assert [supervisor.may_restart() for _ in range(serve.RESTARTS + 1)] == [True] * serve.RESTARTS + [False]


def test_the_brokers_socket_fits_whatever_the_path(tmp_path):
    assert valkey.socket_path(tmp_path / "data") == tmp_path / "data" / "valkey.sock"
    for unfit in (tmp_path / ("long" * 30), tmp_path / "晴窗", tmp_path / "with blank"):
        path = valkey.socket_path(unfit)
        assert valkey.PLAIN_PATH.fullmatch(str(path))
        assert len(str(path)) <= valkey.SOCKET_NAME_BYTES
        assert path == valkey.socket_path(unfit)


def test_the_embedded_broker_listens_on_its_socket_only_and_keeps_the_queue_through_kill_9(family, tmp_path):
    server = valkey.start(family, tmp_path)
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(str(valkey.socket_path(tmp_path)))
        client.sendall(b"CONFIG GET port\r\nRPUSH celery task\r\n")
        time.sleep(1.5)  # the append-only file is synced every second
        assert b"$1\r\n0\r\n" in client.recv(256)
    server.send_signal(signal.SIGKILL)
    server.wait()
    family.forget(server)
    valkey.start(family, tmp_path)
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(str(valkey.socket_path(tmp_path)))
        client.sendall(b"LLEN celery\r\n")
        assert client.recv(64) == b":1\r\n"


def test_a_task_that_a_killed_worker_had_taken_is_queued_again(family, tmp_path):
    valkey.start(family, tmp_path)
    with Connection(valkey.url(tmp_path)) as broker:
        broker.SimpleQueue("celery").put({"task": "anything"})
    killed = subprocess.run([sys.executable, "-c", TAKE_AND_DIE, valkey.url(tmp_path)], cwd=ROOT)
    assert killed.returncode == 9
    with Connection(valkey.url(tmp_path)) as broker:
        with pytest.raises(Empty):
            broker.SimpleQueue("celery").get(block=False)
        worker.restore_orphans(broker)
        message = broker.SimpleQueue("celery").get(block=False)
        assert message.payload == {"task": "anything"}
        message.ack()
