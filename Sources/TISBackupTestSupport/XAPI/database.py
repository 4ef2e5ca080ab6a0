"""Dumps of the pool's database (ocaml/xapi/pool_db_backup.ml, ocaml/database/db_xml.ml)."""

from xml.sax.saxutils import escape

from schema import FIELDS, OTHER_TABLES

# What a host sends instead during a rolling upgrade: hosts of any release can read it.
MINIMAL_TABLES = [
    "SR", "pool", "VBD_metrics", "console", "host", "VIF_metrics", "user", "PBD", "pool_patch",
    "host_metrics", "VLAN", "Bond", "VTPM", "event", "VBD", "VM_guest_metrics", "VDI", "VM_metrics",
    "task", "VM", "crashdump", "network", "PIF", "host_patch", "host_crashdump", "SM", "host_cpu",
    "VIF", "session", "PIF_metrics",
]
# Tables whose rows are in memory only.
VOLATILE = {"task", "session", "event"}
_PROTECTED = str.maketrans({" ": "%.", "\t": "%t", "\n": "%n", "\r": "%r", "%": "%%"})


def expression(value):
    """A value as the database keeps it: sets and maps as lists of quoted words."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "(" + " ".join(f"({_quoted(key)} {_quoted(item)})" for key, item in value.items()) + ")"
    if isinstance(value, list):
        return "(" + " ".join(map(_quoted, value)) + ")"
    return str(value)


def _quoted(word):
    return "'" + str(word).replace("\\", "\\\\").replace("'", "\\'") + "'"


def _attribute(value):
    return '"' + escape(value, {'"': "&quot;"}) + '"'


def _pair(key, value):
    return f'<pair key="{key}" value="{value}"/>'


def minimal():
    tables = "".join(f'<table name="{name}"/>' for name in MINIMAL_TABLES)
    manifest = _pair("schema_major_vsn", 5) + _pair("schema_minor_vsn", 35)
    manifest += _pair("generation_count", 103)
    yield f"<database><manifest>{manifest}</manifest>{tables}</database>".encode()


def dump(pool):
    """The whole database, table by table."""
    yield b'<?xml version="1.0" encoding="UTF-8"?>\n<database><manifest>'
    manifest = _pair("schema_major_vsn", 5) + _pair("schema_minor_vsn", 786)
    yield (manifest + _pair("generation_count", 12345) + "</manifest>").encode()
    for name in sorted([*FIELDS, *OTHER_TABLES]):
        if name in VOLATILE or name not in FIELDS or not pool.objects[name]:
            yield f'<table name="{name}"/>'.encode()
            continue
        yield f'<table name="{name}">'.encode()
        for reference, record in pool.objects[name].items():
            yield row(reference, record).encode()
        yield b"</table>"
    yield b"</database>"


def row(reference, record):
    fields = {name.replace("name_", "name__"): value for name, value in record.items()
              if not name.startswith("_")}
    preamble = {"ref": reference, "__ctime": "0", "__mtime": "17", "_ref": reference}
    attributes = " ".join(
        f"{name}={_attribute(expression(value).translate(_PROTECTED))}"
        for name, value in (preamble | fields).items())
    return f"<row {attributes}/>"
