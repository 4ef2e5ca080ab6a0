"""Tasks: what a call or a transfer has come to."""

import time

from methods import method
from failures import Failure
from model import now

# What a pending task still has to do, by its reference.
PENDING = {}


def look_at_task(pool, task, counts=True):
    """Does the work of a task that was looked at as often as the pool's settings want."""
    record = pool.get("task", task)
    if counts and record["_polls"] > 0:
        record["_polls"] -= 1
    if record["_polls"] == 0 and task in PENDING:
        PENDING.pop(task)()


def complete(pool, task, error=None, is_cancelled=False):
    """Ends the task of a transfer, if the client made one."""
    record = pool.objects["task"].get(task)
    if record is None or record["status"] != "pending":
        return
    if is_cancelled:
        record["status"] = "cancelled"
    elif error:
        record.update(status="failure", error_info=[str(word) for word in error])
    else:
        record.update(status="success", progress=1.0)
    record.update(finished=now(), allowed_operations=["destroy"])
    pool.save()


@method("task.create", is_asynchronous=False)
def create(call, label: str, description: str):
    return call.pool.add(
        "task", name_label=label, name_description=description, created=now(),
        resident_on=call.pool.host_at(call.host))


@method("task.cancel")
def cancel(call, task: "task"):
    record = call.pool.get("task", task)
    if "cancel" not in record["allowed_operations"]:
        raise Failure("OPERATION_NOT_ALLOWED", "Operation not allowed on a finished task")
    record["current_operations"] = {"cancel": "cancel"}
    if PENDING.pop(task, None):
        for machine in call.pool.objects["VM"].values():
            machine["current_operations"].pop(task, None)
        complete(call.pool, task, is_cancelled=True)
    return ""


@method("task.destroy", is_asynchronous=False)
def destroy(call, task: "task"):
    PENDING.pop(task, None)
    call.pool.remove("task", task)
    return ""


def _looking(field):
    def get(call, task: "task"):
        look_at_task(call.pool, task)
        record = call.pool.get("task", task)
        return record[field] if field else visible(record)

    return get


def visible(record):
    return {name: value for name, value in record.items() if not name.startswith("_")}


def enlist():
    for field in ("status", "progress", "error_info", "result", "finished"):
        method(f"task.get_{field}", is_asynchronous=False)(_looking(field))
    method("task.get_record", is_asynchronous=False)(_looking(None))
