"""The worker of a machine that has just this one: it first takes back what a killed one left behind."""

import sys
import warnings
from typing import Any

from celery.platforms import SecurityWarning
from kombu import Connection

from feedback_site.celery import app

MANY = 1_000_000


def restore_orphans(connection: Connection) -> None:
    """Queue again every task delivered but never acknowledged; only safe while no worker runs."""
    channel: Any = connection.default_channel  # kombu's Redis channel, whose attributes have no types
    channel.visibility_timeout = 0
    channel.qos.restore_visible(num=MANY)


if __name__ == "__main__":
    with app.connection_for_write() as broker:
        restore_orphans(broker)
    # Whoever tries the demo as root need not be told off; the container runs as a user of its own.
    warnings.filterwarnings("ignore", category=SecurityWarning)
    app.worker_main(["--quiet", "worker", *sys.argv[1:]])
