"""How a call is judged before it is done, in the order in which XAPI judges."""

import copy
import time

from failures import Dropped, Failure
from lifecycle import check_operation, operation_error
from methods import METHODS, Call
from model import now
from tasks import PENDING, look_at_task
from wire import xml_value


class Answerer:
    """Does calls on the objects of a pool."""

    # These are taken from anybody.
    OPEN = {"session.login_with_password"}

    def __init__(self, pool, faults):
        self.pool, self.faults = pool, faults

    def master(self):
        fault = self.faults.entry("master")
        return fault["index"] if fault else self.pool.settings["master"]

    def answer(self, host, name, params):
        """The result of a call; raises `Failure`."""
        if self.faults.entry("booting", host):
            raise Failure("HOST_STILL_BOOTING")
        found = self._method(host, name)
        self._count(host, name, found, params)
        if name in self.OPEN:
            return self._perform(Call(self.pool, self.faults, host), name, found, params)
        session, arguments = params[0], params[1:]
        self.check_session(host, session)
        call = Call(self.pool, self.faults, host, session)
        if name.startswith("Async."):
            return self._begin(call, name, found, arguments)
        return self._perform(call, name, found, arguments)

    def check_session(self, host, session):
        if host != self.master():
            raise Failure("HOST_IS_SLAVE", self.pool.settings["addresses"][self.master()])
        with self.pool.lock:
            if session not in self.pool.sessions:
                raise Failure("SESSION_INVALID", session)
            record = self.pool.sessions[session]
            record["calls"] += 1
            fault = self.faults.entry("session_lost", host)
            if fault and record["calls"] > fault["calls"]:
                del self.pool.sessions[session]
                self.pool.save()
                raise Failure("SESSION_INVALID", session)

    def _method(self, host, name):
        bare = name.removeprefix("Async.")
        found = METHODS.get(bare)
        is_missing = self.faults.entry("missing", host, method=name)
        if not found or is_missing or (bare != name and not found.is_asynchronous):
            raise Failure("MESSAGE_METHOD_UNKNOWN", name)
        return found

    def _count(self, host, name, found, params):
        given = len(params) - (name not in self.OPEN)
        fault = self.faults.entry("limit", host, method=name.removeprefix("Async."))
        maximum = fault["parameters"] if fault else found.maximum
        if self.pool.settings["generation"] == "old" and name.endswith("VM.snapshot"):
            maximum = 2  # Disks to be left out came with 22.26.
        if not found.minimum <= given <= maximum:
            raise Failure("MESSAGE_PARAMETER_COUNT_MISMATCH", name, found.minimum, given)

    def _arguments(self, found, params):
        """The parameters, after a look at the type that each is declared with."""
        for parameter, value in zip(found.parameters, params):
            wanted = parameter.annotation
            if isinstance(wanted, type):
                if not isinstance(value, wanted) or (wanted is int and isinstance(value, bool)):
                    raise Failure("FIELD_TYPE_ERROR", parameter.name)
            elif isinstance(wanted, str):
                self.pool.get(wanted, value)
        return params

    def _perform(self, call, name, found, params):
        bare = name.removeprefix("Async.")
        if self.faults.entry("endless", call.host, method=bare):
            while self.faults.entry("endless", call.host, method=bare):
                time.sleep(0.05)
            raise Dropped()
        fault = self.faults.take("failing", call.host, method=bare)
        if fault:
            raise Failure(*fault["error"])
        with self.pool.lock:
            try:
                arguments = self._arguments(found, params)
                if found.operation:
                    check_operation(call.pool, arguments[0], found.operation, ours=call.task)
                return copy.deepcopy(found.function(call, *arguments))
            finally:
                # What failed may have left something behind.
                if not bare.split(".")[1].startswith("get_"):
                    self.pool.save()

    def _begin(self, call, name, found, params):
        """Makes a task, done now or at a later look at it."""
        with self.pool.lock:
            call.task = self.pool.add(
                "task", name_label=name, created=now(), _polls=self.pool.settings["polls"],
                resident_on=self.pool.host_at(call.host))
            self._occupy(call, found, params)
            work = lambda: self._finish(call, name, found, params)
            PENDING[call.task] = work
            if self.faults.entry("endless", call.host, method=name.removeprefix("Async.")):
                self.pool.get("task", call.task)["_polls"] = 1 << 60
            look_at_task(self.pool, call.task, counts=False)
            self.pool.save()
        return call.task

    def _occupy(self, call, found, params):
        machine = self.pool.objects["VM"].get(params[0]) if found.operation and params else None
        if machine and not operation_error(call.pool, params[0], found.operation):
            machine["current_operations"][call.task] = found.operation

    def _finish(self, call, name, found, params):
        record = self.pool.objects["task"].get(call.task)
        try:
            result = self._perform(call, name, found, params)
            outcome = {"status": "success", "result": xml_value(result), "progress": 1.0}
        except Failure as failure:
            outcome = {"status": "failure", "error_info": failure.description}
        for machine in self.pool.objects["VM"].values():
            machine["current_operations"].pop(call.task, None)
        if record:
            record.update(outcome, finished=now(), allowed_operations=["destroy"])

