"""Methods of VDI, and what other methods do with disks."""

import copy

from methods import method
from failures import NULL, Failure


def free_space(pool, sr):
    record = pool.get("SR", sr)
    return record["physical_size"] - record["physical_utilisation"]


def add_disk(pool, sr, needed, **fields):
    """A disk on a storage, which must have `needed` bytes left."""
    free = free_space(pool, sr)
    if needed > free:
        raise Failure("SR_FULL", needed, free)
    vdi = pool.add("VDI", SR=sr, physical_utilisation=needed, **fields)
    record = pool.get("SR", sr)
    record["VDIs"].append(vdi)
    record["physical_utilisation"] += needed
    record["virtual_allocation"] += pool.get("VDI", vdi)["virtual_size"]
    return vdi


def _like(pool, vdi):
    record = pool.get("VDI", vdi)
    kept = ("name_label", "name_description", "virtual_size", "type", "sharable", "read_only",
            "other_config", "sm_config", "xenstore_data", "tags", "on_boot", "_content")
    return {name: copy.deepcopy(record[name]) for name in kept}


def take_disk_snapshot(pool, vdi, moment):
    """A snapshot of a disk, or a clone without a moment: thick storages need all of its size."""
    record = pool.get("VDI", vdi)
    is_thick = pool.get("SR", record["SR"])["type"].startswith("lvm")
    fields = _like(pool, vdi)
    if moment:
        fields |= {"is_a_snapshot": True, "snapshot_of": vdi, "snapshot_time": moment}
    taken = add_disk(pool, record["SR"], record["virtual_size"] if is_thick else 0, **fields)
    if moment:
        record["snapshots"].append(taken)
    return taken


def copy_disk(pool, vdi, sr):
    record = pool.get("VDI", vdi)
    target = record["SR"] if sr == NULL else sr
    return add_disk(pool, target, record["virtual_size"], **_like(pool, vdi))


@method("VDI.destroy")
def destroy(call, vdi: "VDI"):
    """Removes a disk that no machine has attached; drives that had it are empty then."""
    pool = call.pool
    record = pool.get("VDI", vdi)
    drives = [pool.get("VBD", drive) for drive in record["VBDs"]]
    if any(drive["currently_attached"] for drive in drives):
        raise Failure("VDI_IN_USE", vdi, "destroy")
    if pool.get("SR", record["SR"])["content_type"] == "iso":
        raise Failure("SR_OPERATION_NOT_SUPPORTED", record["SR"])
    for drive in drives:
        drive.update(VDI=NULL, empty=True)
    remove_disk(pool, vdi)
    return ""


def remove_disk(pool, vdi):
    """Gives the place of a disk back."""
    record = pool.get("VDI", vdi)
    storage = pool.get("SR", record["SR"])
    storage["VDIs"].remove(vdi)
    storage["physical_utilisation"] -= record["physical_utilisation"]
    storage["virtual_allocation"] -= record["virtual_size"]
    origin = pool.objects["VDI"].get(record["snapshot_of"])
    if origin and vdi in origin["snapshots"]:
        origin["snapshots"].remove(vdi)
    pool.remove("VDI", vdi)
