"""Doing things at once, each with a database connection of its own."""

import threading
from concurrent.futures import ThreadPoolExecutor

from django.db import connection

PATIENCE_SECONDS = 30


def at_once(*verbs):
    """What each of the verbs returned or raised, all begun at the same moment in threads of their own."""
    begin = threading.Barrier(len(verbs))

    def run(verb):
        try:
            begin.wait(PATIENCE_SECONDS)
            return verb()
        except Exception as error:  # the test judges it
            return error
        finally:
            connection.close()

    connection.close()  # the pool has a place for each of eight
    with ThreadPoolExecutor(len(verbs)) as threads:
        return list(threads.map(run, verbs))


def failures(outcomes):
    """Those of the outcomes that are exceptions."""
    return [outcome for outcome in outcomes if isinstance(outcome, Exception)]
