"""The paths that stream: exports of machines, their metadata, the database of the pool."""

import subprocess
import threading

import database
from body import Body, Cut, error_page, page
from failures import Dropped, Failure
from lifecycle import check_operation
from model import now
from tasks import PENDING, complete
from xva import Export, member

UNAUTHORISED = (
    "<html><body><h1>HTTP 401 unauthorised</h1>Please check your credentials and retry.</body></html>")
COMPRESSORS = {"true": ["gzip", "-1"], "gzip": ["gzip", "-1"], "zstd": ["zstd", "-q", "-1"]}


class Transfer:
    """One request of a path that streams."""

    def __init__(self, web, path, query, label):
        self.web, self.path, self.query, self.label = web, path, query, label
        self.pool, self.faults, self.host = web.pool, web.faults, web.host
        self.task = query.get("task_id")

    def run(self):
        """Answers; returns what the log tells of it."""
        if not self.web.is_authorised(self.query):
            self.web.send(page(
                401, "Unauthorised", UNAUTHORISED, f'WWW-Authenticate: Basic realm="{self.label}"'))
            return 401
        try:
            return self.answer()
        except Failure as failure:
            # After the headers, this page lands in the body: XAPI does not know better.
            self.web.send(error_page(f"{failure.description[0]}: {failure.description[1:]}"))
            return failure.description

    def machine(self):
        """The machine of the request; raises `Failure`, and the task stays pending for ever."""
        if "ref" in self.query:
            self.pool.get("VM", self.query["ref"])
            return self.query["ref"]
        uuid = self.query.get("uuid", "")
        found = self.pool.find("VM", uuid=uuid)
        if not found:
            raise Failure("UUID_INVALID", "VM", uuid)
        return found[0]

    def in_task(self, work):
        """Does `work` in the client's task or a new one, and says there how it went."""
        is_ours = self.task is None
        if is_ours:
            with self.pool.lock:
                self.task = self.pool.add("task", name_label=self.label, created=now())
        try:
            return self._work(work)
        finally:
            if is_ours:
                with self.pool.lock:
                    self.pool.objects["task"].pop(self.task, None)
                    self.pool.save()

    def _work(self, work):
        try:
            work()
        except Cut as cut:
            if cut.task != "pending":
                self.end(None if cut.task == "success" else ["INTERNAL_ERROR", "End_of_file"])
            raise
        except OSError as error:
            self.end(["CLIENT_ERROR", f"Unix.Unix_error(Unix.EPIPE, \"write\", \"\") {error}"])
            raise Dropped() from None
        except Failure as failure:
            is_cancelled = failure.description[0] == "TASK_CANCELLED"
            with self.pool.lock:
                complete(self.pool, self.task, failure.description, is_cancelled)
            raise
        fault = self.faults.take("task_failure", self.host, path=self.path)
        self.end(fault and fault["error"])
        return "ok"

    def end(self, error):
        fault = self.faults.take("task_lag", self.host, path=self.path)
        with self.pool.lock:
            record = self.pool.objects["task"].get(self.task)
            if fault and record:
                record["_polls"] = fault["polls"]
                PENDING[self.task] = lambda: complete(self.pool, self.task, error)
            else:
                complete(self.pool, self.task, error)

    def body(self):
        return Body(self.web.connection, self.pool, self.faults, self.path, self.host, self.task,
                    self.query.get("session_id"))

    def head(self, version, *lines):
        self.web.send(("\r\n".join([
            f"HTTP/{version} 200 OK", "Connection: close", "Cache-Control: no-cache, no-store",
            *lines]) + "\r\n\r\n").encode())

    def lock_machines(self, machines, operation):
        with self.pool.lock:
            for machine in machines:
                check_operation(self.pool, machine, operation)
            for machine in machines:
                self.pool.get("VM", machine)["current_operations"][self.task] = operation
            self.pool.save()

    def unlock_machines(self, machines):
        with self.pool.lock:
            for machine in machines:
                if machine in self.pool.objects["VM"]:
                    self.pool.get("VM", machine)["current_operations"].pop(self.task, None)
            self.pool.save()


class MachineExport(Transfer):
    """`/export`: a machine with its disks."""

    def answer(self):
        vm = self.machine()
        target = self._other_host(vm)
        if target is not None:
            address = self.pool.settings["addresses"][target]
            query = "&".join(f"{name}={value}" for name, value in self.query.items())
            url = f"https://{address}{self.path}?{query}"
            self.web.send(f"HTTP/1.1 302 Found\r\nLocation: {url}\r\n\r\n".encode())
            return 302
        return self.in_task(lambda: self._stream(vm))

    def _other_host(self, vm):
        """The host that sees all storages of the machine, when this one does not."""
        fault = self.faults.take("redirect", self.host)
        if fault:
            return fault["to"]
        sharing = [self._hosts_of(drive) for drive in self.pool.get("VM", vm)["VBDs"]]
        able = set(range(len(self.pool.settings["addresses"]))).intersection(*sharing)
        if self.host in able:
            return None
        if not able:
            error = ["NO_HOSTS_AVAILABLE"]
            complete(self.pool, self.task, error)
            raise Dropped()
        return min(able)

    def _hosts_of(self, drive):
        vdi = self.pool.objects["VDI"].get(self.pool.get("VBD", drive)["VDI"])
        hosts = vdi and self.pool.get("SR", vdi["SR"])["_hosts"]
        return set(range(len(self.pool.settings["addresses"])) if hosts is None else hosts)

    def _stream(self, vm):
        self.lock_machines([vm], "export")
        drives = self._attach(vm)
        try:
            self.head(
                "1.0", f"task-id: {self.task}", "Server: xapi/24.19",
                "Content-Type: application/octet-stream",
                'Content-Disposition: attachment; filename="export.xva"')
            self._send(vm)
        finally:
            with self.pool.lock:
                for drive in drives:
                    self.pool.detach(drive)
            self.unlock_machines([vm])

    def _attach(self, vm):
        """Shows the disks to the control domain, which reads them."""
        with self.pool.lock:
            disks = Export(self.pool, [vm], {}).disks(True)
            dom0 = self.pool.dom0(self.host)
            return [self.pool.attach(dom0, vdi, currently_attached=True, mode="RO")
                    for vdi in disks]

    def _send(self, vm):
        flipped = self.faults.take("bad_chunk", self.host)
        with self.pool.lock:
            export = Export(self.pool, [vm], self.pool.settings["export"])
        with_memory = self.query.get("preserve_power_state") == "true"
        pieces = export.pieces(
            self.pool.get("host", self.pool.host_at(self.host))["hostname"], with_memory,
            flipped and flipped["number"])
        command = COMPRESSORS.get(self.query.get("use_compression"))
        body = self.body()
        for piece in compressed(pieces, command) if command else pieces:
            body.write(piece)


def compressed(pieces, command):
    """What a compressor makes of a stream, while it comes."""
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def feed():
        try:
            for piece in pieces:
                process.stdin.write(piece)
            process.stdin.close()
        except OSError:
            pass  # It was ended because nobody reads any more.

    feeder = threading.Thread(target=feed, daemon=True)
    feeder.start()
    try:
        while piece := process.stdout.read1(1 << 20):
            yield piece
    finally:
        process.kill()
        feeder.join()
        process.wait()


class MetadataExport(Transfer):
    """`/export_metadata`: machines without their disks."""

    def answer(self):
        return self.in_task(self._stream)

    def _stream(self):
        if self.query.get("all") == "true":
            machines = [ref for ref, record in self.pool.objects["VM"].items()
                        if not record["is_default_template"]]
        else:
            machines = [self.machine()]
            if self.pool.get("VM", machines[0])["is_a_snapshot"]:
                raise Failure("OPERATION_NOT_ALLOWED", "Exporting metadata of a snapshot is not allowed")
        self.lock_machines(machines, "metadata_export")
        try:
            with self.pool.lock:
                text = Export(self.pool, machines, {}).description("host")
            archive = member("ova.xml", text) + bytes(1024)
        finally:
            self.unlock_machines(machines)
        self.head(
            "1.0", f"task-id: {self.task}", "Server: xapi/24.19",
            "Content-Type: application/octet-stream", f"Content-Length: {len(archive)}",
            'Content-Disposition: attachment; filename="export.xva"')
        self.body().write(archive)


class DatabaseDump(Transfer):
    """`/pool/xmldbdump`: only the master has the database in its memory."""

    def answer(self):
        return self.in_task(self._stream)

    def _stream(self):
        self.head("1.1")
        if self.host != self.web.answerer.master():
            raise Failure("INTERNAL_ERROR", "Db_ref.Database_not_in_memory")
        with self.pool.lock:
            is_minimal = self.faults.entry("minimal_database", self.host)
            pieces = list(database.minimal() if is_minimal else database.dump(self.pool))
        body = self.body()
        for piece in pieces:
            body.write(piece)


TRANSFERS = {
    "/export": (MachineExport, "VM.export"),
    "/export_metadata": (MetadataExport, "VM.export_metadata"),
    "/pool/xmldbdump": (DatabaseDump, "Dumping database as XML"),
}
