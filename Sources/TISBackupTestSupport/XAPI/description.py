"""Builds a pool from the short description that a test writes."""

from disks import add_disk
from failures import NULL
from machines import snapshot, switch
from methods import Call


def build(pool, description):
    storages = {one["name"]: _storage(pool, one) for one in description["storages"]}
    networks = {name: pool.add("network", name_label=name, bridge=f"xenbr{index}")
                for index, name in enumerate(description["networks"])}
    for index, host in enumerate(description["hosts"]):
        _host(pool, index, host)
    pool.add("pool", name_label="pool", master=pool.host_at(description["master"]),
             default_SR=next(iter(storages.values())))
    _default_template(pool)
    for machine in description["machines"]:
        _machine(pool, machine, storages, networks)


def _storage(pool, one):
    hosts = one.get("hosts")
    return pool.add(
        "SR", name_label=one["name"], type=one["type"], physical_size=one["size"],
        content_type="iso" if one["type"] == "iso" else "user", shared=hosts is None, _hosts=hosts)


def _host(pool, index, host):
    name, address = host["name"], host["address"]
    version = {"product_brand": "XCP-ng", "product_version": "8.3.0", "xapi": "24.19"}
    reference = pool.add(
        "host", name_label=name, hostname=name, address=address, software_version=version,
        _index=index)
    dom0 = pool.add(
        "VM", name_label=f"Control domain on host: {name}", power_state="Running", domid=0,
        is_control_domain=True, resident_on=reference, other_config={"storage_driver_domain": NULL})
    pool.get("host", reference)["resident_VMs"].append(dom0)


def _default_template(pool):
    pool.add(
        "VM", name_label="Other install media", is_a_template=True, is_default_template=True,
        other_config={"default_template": "true", "mac_seed": pool.identity()})


def _machine(pool, one, storages, networks):
    vm = pool.add(
        "VM", name_label=one["name"], uuid=one.get("uuid") or "",
        name_description=one.get("description", ""), is_a_template=one.get("template", False),
        tags=one.get("tags", []), current_operations=one.get("operations", {}),
        other_config={"mac_seed": pool.identity()} | one.get("other_config", {}),
        _tools=one.get("tools", True))
    for number, disk in enumerate(one.get("disks", [])):
        sr = storages[disk["storage"]]
        vdi = add_disk(
            pool, sr, disk["size"], name_label=f"{one['name']} {number}",
            virtual_size=disk["size"], _content=disk["content"])
        pool.attach(vm, vdi, userdevice=str(number), device=f"xvd{chr(97 + number)}",
                    bootable=number == 0)
    if one.get("cd"):
        _cd(pool, vm, storages[one["cd"]])
    for number, name in enumerate(one.get("networks", [])):
        pool.connect(vm, networks[name], device=str(number), MAC=f"aa:bb:cc:00:{number:02x}:01")
    state = one.get("state", "Halted")
    if state == "Suspended":
        _suspend(pool, vm, storages[one["disks"][0]["storage"]])
    elif state != "Halted":
        switch(pool, vm, state, pool.host_at(one.get("host", 0)))
    for past in one.get("snapshots", []):
        taken = snapshot(Call(pool, None, 0), vm, past["name"])
        pool.get("VM", taken)["other_config"] |= past.get("other_config", {})


def _cd(pool, vm, sr):
    image = pool.find("VDI", SR=sr)
    vdi = image[0] if image else add_disk(
        pool, sr, 0, name_label="debian.iso", virtual_size=1 << 20, read_only=True)
    pool.attach(vm, vdi, userdevice="3", device="xvdd", type="CD", mode="RO")


def _suspend(pool, vm, sr):
    size = 8 << 20
    memory = add_disk(
        pool, sr, size, name_label="Suspend image", type="suspend", virtual_size=size,
        _content={"kind": "random", "seed": 99})
    pool.get("VM", vm).update(power_state="Suspended", suspend_VDI=memory)
