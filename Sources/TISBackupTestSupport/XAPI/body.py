"""The body of an answer that is streamed, and what may happen to it on its way."""

import select

from failures import Dropped, Failure

PAGE_500 = (
    "<html><body><h1>HTTP 500 internal server error</h1>An unexpected error occurred; please wait "
    "a while and try again. If the problem persists, please contact your support representative."
    "{extra}</body></html>")


def page(code, reason, text, *headers, version="1.1"):
    """A whole answer with a page in it (ocaml/libs/http-lib/http_svr.ml)."""
    lines = [f"HTTP/{version} {code} {reason}", f"content-length: {len(text.encode())}",
             "content-type: text/html", "connection: close",
             "cache-control: no-cache, no-store", *headers]
    return ("\r\n".join(lines) + "\r\n\r\n" + text).encode()


def error_page(extra=""):
    if extra:
        extra = "<h1> Additional information </h1>" + extra
    return page(500, "Internal Error", PAGE_500.format(extra=extra))


class Cut(Dropped):
    """The stream ends here: `task` is what the task says of it."""

    def __init__(self, fault):
        super().__init__()
        self.task, self.ending = fault["task"], fault["ending"]


class Body:
    """Counts what is written, and lets faults of a path happen at their bytes."""

    KINDS = ("cut", "page", "stall", "session_lost_at")

    def __init__(self, connection, pool, faults, path, host, task=None, session=None):
        self.connection, self.pool, self.faults = connection, pool, faults
        self.path, self.host, self.task, self.session = path, host, task, session
        self.count = 0
        self._done = set()

    def write(self, data):
        """Sends bytes; raises `Cut`, `Failure` when the task was cancelled, `OSError` when the client left."""
        self._check_cancelled()
        while True:
            fault = self._next(len(data))
            if not fault:
                break
            before = fault["byte"] - self.count
            self._send(data[:before])
            data = data[before:]
            self._happen(fault)
        self._send(data)

    def _next(self, size):
        due = [fault for kind in self.KINDS for fault in self.faults.entries(kind, self.host)
               if fault["path"] == self.path and id(fault) not in self._done
               and self.count <= fault["byte"] < self.count + size]
        return min(due, key=lambda fault: fault["byte"], default=None)

    def _happen(self, fault):
        self._done.add(id(fault))
        self.faults.used(fault)
        if fault["kind"] == "cut":
            raise Cut(fault)
        if fault["kind"] == "page":
            raise Failure(*fault.get("error", ["INTERNAL_ERROR", "Unix.Unix_error(Unix.EIO, \"read\", \"\")"]))
        if fault["kind"] == "session_lost_at":
            with self.pool.lock:
                self.pool.sessions.pop(self.session, None)
                self.pool.save()
        if fault["kind"] == "stall":
            self._stall(fault)

    def _stall(self, fault):
        """Says nothing more, until the client leaves, its task is cancelled or the fault is gone."""
        while fault in self.faults.entries("stall", self.host) or "times" in fault:
            if select.select([self.connection], [], [], 0.05)[0]:
                raise BrokenPipeError("the client left")
            self._check_cancelled()

    def _check_cancelled(self):
        record = self.pool.objects["task"].get(self.task)
        if record and "cancel" in record["current_operations"]:
            raise Failure("TASK_CANCELLED", self.task)

    def _send(self, data):
        if data:
            self.connection.sendall(data)
            self.count += len(data)
