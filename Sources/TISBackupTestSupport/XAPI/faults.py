"""What shall go wrong: a list of objects in a JSON file, read again before each request."""

import json
import os
import threading


class Faults:
    """Entries of the form {"kind": ..., "times": N, "host": index, ...}; both limits are optional."""

    def __init__(self, path):
        self.path = path
        self._lock = threading.Lock()
        self._seen = None
        self._entries = []
        self._used = {}

    def entries(self, kind, host=None):
        """All that are in force, in their order."""
        with self._lock:
            self._read()
            return [
                entry for entry in self._entries
                if entry["kind"] == kind and entry.get("host") in (None, host)
                and self._used.get(id(entry), 0) < entry.get("times", 1 << 60)
            ]

    def entry(self, kind, host=None, **match):
        """The first one whose fields are as said."""
        for entry in self.entries(kind, host):
            if all(entry.get(name) == value for name, value in match.items()):
                return entry
        return None

    def take(self, kind, host=None, **match):
        """The first one, counted as used once more."""
        entry = self.entry(kind, host, **match)
        if entry:
            with self._lock:
                self._used[id(entry)] = self._used.get(id(entry), 0) + 1
        return entry

    def used(self, entry):
        with self._lock:
            self._used[id(entry)] = self._used.get(id(entry), 0) + 1
            return self._used[id(entry)]

    def _read(self):
        try:
            status = os.stat(self.path)
        except FileNotFoundError:
            self._entries, self._seen = [], None
            return
        seen = (status.st_ino, status.st_mtime_ns, status.st_size)
        if seen != self._seen:
            with open(self.path) as file:
                self._entries = json.load(file)
            self._seen, self._used = seen, {}
