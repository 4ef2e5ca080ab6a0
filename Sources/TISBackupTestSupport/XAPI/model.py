"""The objects of a pool, and who is logged in."""

import copy
import json
import os
import random
import threading
import time
import uuid

from failures import NULL, Failure
from schema import FIELDS


def now():
    return time.strftime("%Y%m%dT%H:%M:%SZ", time.gmtime())


class Pool:
    """Records by class and reference; whoever reads or changes them holds `lock`."""

    def __init__(self, state_file):
        self.lock = threading.RLock()
        self.objects = {name: {} for name in FIELDS}
        self.sessions = {}
        self.hosts = []
        self.settings = {}
        self.state_file = state_file
        # What was there at the start, and what is left over beside it.
        self.baseline, self.left = {}, dict
        # References look like those of XAPI, and are the same each time.
        self._random = random.Random(8)

    def identity(self):
        return str(uuid.UUID(int=self._random.getrandbits(128), version=4))

    def add(self, kind, **fields):
        """A new record with the defaults of its class; returns its reference."""
        unknown = set(fields) - set(FIELDS[kind])
        if unknown:
            raise ValueError(f"no field {sorted(unknown)} of {kind}")
        record = {**copy.deepcopy(FIELDS[kind]), **copy.deepcopy(fields)}
        record["uuid"] = record["uuid"] or self.identity()
        reference = "OpaqueRef:" + self.identity()
        self.objects[kind][reference] = record
        return reference

    def get(self, kind, reference):
        try:
            return self.objects[kind][reference]
        except (KeyError, TypeError):
            raise Failure("HANDLE_INVALID", kind, reference) from None

    def remove(self, kind, reference):
        self.get(kind, reference)
        del self.objects[kind][reference]

    def find(self, kind, **fields):
        return [
            reference for reference, record in self.objects[kind].items()
            if all(record[name] == value for name, value in fields.items())
        ]

    def attach(self, vm, vdi, **fields):
        """A drive of a machine, with a disk in it unless `vdi` is null."""
        drive = self.add("VBD", VM=vm, VDI=vdi, empty=vdi == NULL, **fields)
        self.get("VM", vm)["VBDs"].append(drive)
        if vdi != NULL:
            self.get("VDI", vdi)["VBDs"].append(drive)
        return drive

    def detach(self, drive):
        record = self.get("VBD", drive)
        for kind in ("VM", "VDI"):
            owner = self.objects[kind].get(record[kind])
            if owner and drive in owner["VBDs"]:
                owner["VBDs"].remove(drive)
        self.remove("VBD", drive)

    def connect(self, vm, network, **fields):
        card = self.add("VIF", VM=vm, network=network, **fields)
        self.get("VM", vm)["VIFs"].append(card)
        self.get("network", network)["VIFs"].append(card)
        return card

    def disconnect(self, card):
        record = self.get("VIF", card)
        self.get("VM", record["VM"])["VIFs"].remove(card)
        self.get("network", record["network"])["VIFs"].remove(card)
        self.remove("VIF", card)

    def host_at(self, index):
        return self.find("host", _index=index)[0]

    def dom0(self, index):
        """The control domain of a host, which attaches disks while they are exported."""
        return self.find("VM", is_control_domain=True, resident_on=self.host_at(index))[0]

    def save(self):
        """Writes everything for the tests to read, and for a restart to begin with.

        What is left over has a file of its own: it is asked for again and again.
        """
        with self.lock:
            self._write(self.state_file, {
                "objects": self.objects, "sessions": list(self.sessions),
                "baseline": self.baseline, "next": self._random.getrandbits(31)})
            self._write(self.state_file + ".left", self.left())

    @staticmethod
    def _write(path, value):
        with open(path + ".new", "w") as file:
            file.write(json.dumps(value))
        os.replace(path + ".new", path)

    def restore(self):
        """Goes on where the last run ended: sessions and tasks are in memory only, as XAPI's."""
        with open(self.state_file) as file:
            state = json.load(file)
        self._random = random.Random(state["next"])
        self.baseline = state["baseline"]
        self.objects = {name: {} for name in FIELDS} | state["objects"] | {"task": {}}
        for record in self.objects["VM"].values():
            record["current_operations"] = {}
