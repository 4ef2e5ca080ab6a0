"""Which operation a machine allows in which state (ocaml/xapi/xapi_vm_lifecycle.ml)."""

from failures import Failure

STATES = {
    "start": ["Halted"], "make_into_template": ["Halted"],
    "clone": ["Halted", "Suspended"], "copy": ["Halted", "Suspended"],
    "destroy": ["Halted", "Suspended"], "export": ["Halted", "Suspended"],
    "clean_shutdown": ["Running"], "hard_shutdown": ["Paused", "Suspended", "Running"],
    "snapshot": ["Halted", "Paused", "Suspended", "Running"],
    "metadata_export": ["Halted", "Paused", "Suspended", "Running"],
}
TOGETHER = [{"clone", "copy", "export"}, {"snapshot"}]
OF_TEMPLATES = {"clone", "copy", "export", "metadata_export", "destroy", "make_into_template"}
OF_SNAPSHOTS = {"clone", "copy", "export", "metadata_export", "destroy", "hard_shutdown"}


def operation_error(pool, reference, operation, ours=None):
    """Why a machine does not allow an operation now, in the order in which XAPI looks; or None.

    `ours` is the task that does it, which does not stand in its own way.
    """
    machine = pool.get("VM", reference)
    if operation in machine["blocked_operations"]:
        return ["OPERATION_BLOCKED", reference, machine["blocked_operations"][operation]]
    if machine["power_state"] not in STATES[operation]:
        expected = ", ".join(STATES[operation]).lower()
        return ["VM_BAD_POWER_STATE", reference, expected, machine["power_state"].lower()]
    running = [name for task, name in machine["current_operations"].items() if task != ours]
    if running and not any(set(running) | {operation} <= group for group in TOGETHER):
        names = running[0] if len(running) == 1 else "{" + ",".join(running) + "}"
        return ["OTHER_OPERATION_IN_PROGRESS", "VM." + names, reference]
    if machine["is_a_snapshot"]:
        if operation not in OF_SNAPSHOTS:
            return ["VM_IS_SNAPSHOT", reference, operation]
    elif machine["is_a_template"]:
        if machine["is_default_template"] and operation == "destroy":
            return ["VM_CANNOT_DELETE_DEFAULT_TEMPLATE", reference]
        if operation not in OF_TEMPLATES:
            return ["VM_IS_TEMPLATE", reference, operation]
    if machine["is_control_domain"] and operation != "metadata_export":
        return ["OPERATION_NOT_ALLOWED", "Operations on domain 0 are not allowed"]
    if operation == "clean_shutdown" and not machine["_tools"]:
        old = pool.settings["generation"] == "old"
        return ["VM_MISSING_PV_DRIVERS" if old else "VM_LACKS_FEATURE", reference]
    return None


def check_operation(pool, reference, operation, ours=None):
    error = operation_error(pool, reference, operation, ours)
    if error:
        raise Failure(*error)
