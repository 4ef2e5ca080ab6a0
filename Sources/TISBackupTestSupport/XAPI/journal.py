"""A log of all calls, one line of JSON each, for the tests to read."""

import json
import threading

SECRET = "***"


class Journal:
    """Lines are written when a call ends; `number` tells the order in which calls came."""

    def __init__(self, path):
        self._file = open(path, "a", buffering=1)
        self._lock = threading.Lock()
        self._number = 0

    def note(self, host, method, params, is_valid, protocol="http"):
        if method == "session.login_with_password":
            params = [param if index != 1 else SECRET for index, param in enumerate(params)]
        with self._lock:
            self._number += 1
            return {"number": self._number, "host": host, "protocol": protocol, "method": method,
                    "params": params, "session": is_valid}

    def end(self, note, result):
        with self._lock:
            self._file.write(json.dumps(note | {"result": result}) + "\n")
