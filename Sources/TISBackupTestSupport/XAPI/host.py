"""Hosts of a pool that answer as XAPI does, each on a port of its own.

usage: host.py DESCRIPTION STATE FAULTS CALLS

All four are files: the pool as a test describes it; where the objects are written after each
change, and read at a restart; what shall go wrong; the log of calls.
"""

import json
import os
import signal
import sys
import threading

import cards  # noqa: F401
import description
import machines  # noqa: F401
import records
import sessions  # noqa: F401
import tasks
from api import Answerer
from faults import Faults
from journal import Journal
from leftovers import Leftovers
from model import Pool
from web import Server


def main(description_file, state_file, faults_file, calls_file):
    tasks.enlist()
    records.enlist()
    with open(description_file) as file:
        described = json.load(file)
    pool = Pool(state_file)
    pool.settings = described["settings"] | {
        "master": described["master"],
        "addresses": [host["address"] for host in described["hosts"]]}
    if os.path.exists(state_file):
        pool.restore()
    else:
        description.build(pool, described)
    pool.left = Leftovers(pool).report
    pool.save()
    faults = Faults(faults_file)
    site = (pool, faults, Answerer(pool, faults), Journal(calls_file))
    servers = [Server(index, host["port"], host["certificate"], site)
               for index, host in enumerate(described["hosts"])]
    for server in servers:
        threading.Thread(target=server.serve_forever, daemon=True).start()
    signal.sigwait({signal.SIGTERM, signal.SIGINT})
    pool.save()


if __name__ == "__main__":
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGINT})
    main(*sys.argv[1:])
