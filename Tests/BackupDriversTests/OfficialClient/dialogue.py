"""Talks to a pool through the official client, and prints what it was told as one JSON object.

usage: dialogue.py SLAVE ARCHIVE   (addresses; the password of root on standard input)
"""

import http.client
import json
import re
import ssl
import sys
import time
import xmlrpc.client

import XenAPI

slave, archive = sys.argv[1:]
password = sys.stdin.read()
told = {}


def refused(call, *parameters):
    """The details of the failure that a call must end with."""
    try:
        return ["no failure", str(call(*parameters))]
    except XenAPI.Failure as failure:
        return failure.details


def connect(address):
    return XenAPI.Session(f"https://{address}", ignore_ssl=True)


# As the documentation of the API tells clients: ask the master that the slave names.
session = connect(slave)
told["slave"] = refused(session.xenapi.login_with_password, "root", password, "1.0", "judge")
master = told["slave"][1]
session = connect(master)
told["wrong password"] = refused(session.xenapi.login_with_password, "root", "x", "1.0", "judge")
session.xenapi.login_with_password("root", password, "1.0", "judge")
xapi = session.xenapi
told["API version"] = session.API_version
told["master"] = xapi.host.get_address(xapi.pool.get_master(xapi.pool.get_all()[0]))

[vm] = xapi.VM.get_by_name_label("web1")
record = xapi.VM.get_record(vm)
told["record"] = {name: record[name] for name in (
    "name_label", "power_state", "is_a_template", "is_a_snapshot", "memory_static_max", "snapshot_of",
    "snapshots", "current_operations")}
told["types"] = {name: type(record[name]).__name__ for name in (
    "VBDs", "other_config", "tags", "snapshot_time", "is_a_template", "VCPUs_max", "affinity")}
told["disks"] = sorted(
    xapi.VDI.get_record(drive["VDI"])["virtual_size"]
    for drive in map(xapi.VBD.get_record, record["VBDs"]) if drive["type"] == "Disk")
told["same uuid"] = xapi.VM.get_by_uuid(record["uuid"]) == vm
told["templates"] = sorted(
    one["name_label"] for one in xapi.VM.get_all_records_where('field "is_a_template" = "true"').values())

task = xapi.Async.VM.snapshot(vm, "judged")
while xapi.task.get_status(task) == "pending":
    time.sleep(0.01)
told["task"] = xapi.task.get_record(task)["status"]
snapshot = re.fullmatch("<value>(.*)</value>", xapi.task.get_result(task))[1]
xapi.task.destroy(task)
told["snapshot"] = {name: xapi.VM.get_record(snapshot)[name] for name in (
    "name_label", "power_state", "is_a_template", "is_a_snapshot")}
told["snapshots"] = [xapi.VM.get_snapshots(vm) == [snapshot], xapi.VM.get_snapshot_of(snapshot) == vm]
xapi.VM.set_is_a_template(snapshot, False)
xapi.VM.add_to_other_config(snapshot, "tisbackup:job", "web1")
told["key twice"] = refused(xapi.VM.add_to_other_config, snapshot, "tisbackup:job", "x")[:3]

names = {vm: "VM", snapshot: "SNAPSHOT"}
told["failures"] = {
    name: [names.get(word, word) for word in refused(call, *parameters)]
    for name, call, parameters in [
        ("another class", xapi.VDI.get_record, (vm,)),
        ("unknown uuid", xapi.VM.get_by_uuid, ("none",)),
        ("unknown method", xapi.VM.explode, (vm,)),
        ("too few parameters", xapi.VM.snapshot, (vm,)),
        ("destroy running", xapi.VM.destroy, (vm,)),
        ("copy running", xapi.VM.copy, (vm, "x", "OpaqueRef:NULL")),
        ("start running", xapi.VM.start, (vm, False, False)),
        ("snapshot of a snapshot", xapi.VM.snapshot, (snapshot, "x")),
        ("wrong type", xapi.VM.set_is_a_template, (snapshot, "yes")),
    ]}
told["no such name"] = xapi.VM.get_by_name_label("nobody")

task = xapi.task.create("export", "of the judge")
connection = http.client.HTTPSConnection(master, context=ssl._create_unverified_context())
connection.request("GET", f"/export?ref={snapshot}&session_id={session.handle}&task_id={task}")
response = connection.getresponse()
told["export"] = [response.status, response.version, response.getheader("Content-Length"),
                  response.getheader("Content-Type"), response.getheader("task-id") == task]
with open(archive, "wb") as file:
    while data := response.read(1 << 20):
        file.write(data)
told["export task"] = xapi.task.get_status(task)
xapi.task.destroy(task)

drives = map(xapi.VBD.get_record, xapi.VM.get_VBDs(snapshot))
disks = [drive["VDI"] for drive in drives if drive["type"] == "Disk" and not drive["empty"]]
xapi.VM.destroy(snapshot)
told["disks stay"] = [xapi.VDI.get_record(vdi)["is_a_snapshot"] for vdi in disks]
for vdi in disks:
    xapi.VDI.destroy(vdi)
told["gone"] = [refused(xapi.VDI.get_record, vdi)[0] for vdi in disks]

xapi.Async.VM.clean_shutdown(vm)
told["power"] = xapi.VM.get_power_state(vm)
handle = session.handle
xapi.session.logout()
server = xmlrpc.client.ServerProxy(f"https://{master}", context=ssl._create_unverified_context())
told["after logout"] = server.VM.get_all(handle)["ErrorDescription"][0]
json.dump(told, sys.stdout)
