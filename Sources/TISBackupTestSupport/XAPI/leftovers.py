"""What somebody would have to clean up by hand."""


class Leftovers:
    """Compares a pool with what it was at the start."""

    def __init__(self, pool):
        self.pool = pool
        pool.baseline = pool.baseline or {
            "snapshots": pool.find("VM", is_a_snapshot=True),
            "orphans": self._orphans(),
            "running": {ref: record["name_label"] for ref, record in pool.objects["VM"].items()
                        if record["power_state"] == "Running"},
        }

    def _orphans(self):
        storages = self.pool.objects["SR"]
        return [reference for reference, disk in self.pool.objects["VDI"].items()
                if not disk["VBDs"] and storages[disk["SR"]]["content_type"] != "iso"]

    def report(self):
        machines, first = self.pool.objects["VM"], self.pool.baseline
        snapshots = [ref for ref in self.pool.find("VM", is_a_snapshot=True)
                     if ref not in first["snapshots"]]
        return {
            "sessions": list(self.pool.sessions),
            "tasks": [f"{record['name_label']}: {record['status']}"
                      for record in self.pool.objects["task"].values()],
            "snapshots": [machines[ref]["name_label"] for ref in snapshots],
            "tagged": [record["name_label"] for record in machines.values()
                       if record["is_a_snapshot"]
                       and any(key.startswith("tisbackup") for key in record["other_config"])],
            "disks": [ref for ref in self._orphans() if ref not in first["orphans"]],
            "halted": [name for ref, name in first["running"].items()
                       if machines.get(ref, {}).get("power_state") != "Running"],
            "operations": [record["name_label"] for record in machines.values()
                           if record["current_operations"]],
        }
