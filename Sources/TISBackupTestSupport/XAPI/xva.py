"""Exports of virtual machines: the archive as XAPI streams it (ocaml/xapi/export.ml, stream_vdi.ml)."""

import hashlib
import random

import xxhash

from failures import NULL
from model import now
from wire import xml_value

CHUNK = 1 << 20
ZEROS = bytes(CHUNK)
VERSION = {
    "hostname": "", "date": "", "product_version": "8.3.0", "product_brand": "XCP-ng",
    "build_number": "cloud", "xapi_major": 1, "xapi_minor": 20, "export_vsn": 2,
}


def header(name, size):
    """A header of the seventh edition: no magic, no mode, no owner, no kind."""
    block = bytearray(512)
    block[0:len(name)] = name.encode()
    block[100:108] = block[108:116] = block[116:124] = b"0000000\0"
    block[124:136] = b"%011o\0" % size
    block[136:148] = b"00000000000\0"
    block[148:156] = b"        "
    block[148:156] = b"%06o\0 " % sum(block)
    return bytes(block)


def padding(size):
    return bytes(-size % 512)


def member(name, content):
    return b"".join([header(name, len(content)), content, padding(len(content))])


class Content:
    """What is on a disk, chunk by chunk: `None` is a chunk that nobody ever wrote.

    Kinds: `zeros` (with `allocated`, written ones), `random` from `seed`, with only each `every`th
    chunk written, and `repeated`: one random chunk again and again, which costs no time.
    """

    def __init__(self, spec):
        self.spec = spec
        self._block = None
        self._digests = {}

    def chunk(self, index, size):
        kind, seed = self.spec["kind"], self.spec.get("seed", 0)
        if kind == "zeros":
            return ZEROS[:size] if self.spec.get("allocated") else None
        if kind == "repeated":
            self._block = self._block or random.Random(seed).randbytes(CHUNK)
            return self._block if size == CHUNK else self._block[:size]
        if kind != "random":
            raise ValueError(kind)
        if index % self.spec.get("every", 1):
            return None
        return random.Random(f"{seed}/{index}").randbytes(size)

    def digest(self, data, name):
        """The checksum of a chunk; that of one that comes again is kept."""
        if data is not self._block and data is not ZEROS:
            return checksum(data, name)
        if name not in self._digests:
            self._digests[name] = checksum(data, name)
        return self._digests[name]


def checksum(data, name):
    if name == "xxhash":
        return b"%016X" % xxhash.xxh64_intdigest(data)
    return hashlib.sha1(data).hexdigest().encode()


def disk(prefix, size, spec, options, flipped=None):
    """The members of one disk, each with its checksum behind it.

    With `keep_alive`, an empty chunk comes after so many looked at, as when reading zeros takes
    long; the chunk of the number `flipped` has one wrong bit.
    """
    content, name = Content(spec), options["checksum"]
    number, offset = 0, 0
    while offset < size:
        length = min(CHUNK, size - offset)
        is_edge = offset == 0 or offset + length == size
        if options["keep_alive"] and number and not is_edge and number % options["keep_alive"] == 0:
            yield chunk(prefix, number, b"", checksum(b"", name), name)
            number += 1
        data = content.chunk(offset // CHUNK, length)
        if data is None and is_edge:
            data = ZEROS[:length] if length < CHUNK else ZEROS
        if data is not None:
            digest = content.digest(data, name)
            if number == flipped:
                data = bytes([data[0] ^ 1]) + data[1:]
            yield chunk(prefix, number, data, digest, name)
        number, offset = number + 1, offset + length


def chunk(prefix, number, data, digest, name):
    path = f"{prefix}/{number:08d}"
    return b"".join([
        header(path, len(data)), data, padding(len(data)),
        header(f"{path}.{name}", len(digest)), digest, padding(len(digest))])


class Export:
    """A machine with everything that hangs on it, its references renamed `Ref:0` and so on."""

    def __init__(self, pool, machines, options):
        self.pool, self.machines, self.options = pool, machines, options
        self.names, self.kinds = {}, {}
        for machine in machines:
            self._collect("VM", machine)

    def _collect(self, kind, reference):
        if reference in self.names or reference not in self.pool.objects[kind]:
            return
        self.names[reference] = f"Ref:{len(self.names)}"
        self.kinds[reference] = kind
        record = self.pool.get(kind, reference)
        follow = {"VM": [("VBDs", "VBD"), ("VIFs", "VIF"), ("suspend_VDI", "VDI")],
                  "VBD": [("VDI", "VDI")], "VIF": [("network", "network")], "VDI": [("SR", "SR")]}
        for field, other in follow.get(kind, []):
            for one in record[field] if isinstance(record[field], list) else [record[field]]:
                self._collect(other, one)

    def _renamed(self, value):
        if isinstance(value, str) and value.startswith("OpaqueRef:"):
            return self.names.get(value, NULL)
        if isinstance(value, dict):
            return {self._renamed(key): self._renamed(item) for key, item in value.items()}
        if isinstance(value, list):
            return [self._renamed(item) for item in value]
        return value

    def description(self, hostname):
        """The text of `ova.xml`."""
        objects = [
            {"class": self.kinds[reference], "id": name,
             "snapshot": {field: self._renamed(value)
                          for field, value in self.pool.get(self.kinds[reference], reference).items()
                          if not field.startswith("_")}}
            for reference, name in self.names.items()]
        version = VERSION | {"hostname": hostname, "date": now()}
        return xml_value({"version": version, "objects": objects}).encode()

    def disks(self, with_memory):
        """The disks that are streamed, by the order of their names as text: no CDs, no images."""
        machine = self.pool.get("VM", self.machines[0])
        drives = [self.pool.get("VBD", drive) for drive in machine["VBDs"]]
        found = [drive["VDI"] for drive in drives if drive["type"] != "CD"]
        if with_memory and machine["power_state"] == "Suspended":
            found.append(machine["suspend_VDI"])
        found = [vdi for vdi in found if vdi in self.names
                 and self.pool.get("SR", self.pool.get("VDI", vdi)["SR"])["content_type"] != "iso"]
        return sorted(found, key=lambda vdi: self.names[vdi])

    def pieces(self, hostname, with_memory=False, flipped=None):
        """The archive from its first byte to its last."""
        yield member("ova.xml", self.description(hostname))
        for vdi in self.disks(with_memory):
            record = self.pool.get("VDI", vdi)
            yield from disk(self.names[vdi], record["virtual_size"], record["_content"],
                            self.options, flipped)
        yield bytes(1024)
