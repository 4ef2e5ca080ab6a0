"""The methods that every class has: reading records and fields, finding objects, setting fields."""

import re

from methods import METHODS, method
from failures import Failure
from schema import FIELDS, WRITABLE
from tasks import visible

_EQUATION = re.compile(r'\s*field\s+"(\w+)"\s*=\s*"([^"]*)"\s*\Z')


def matches(record, query):
    """Whether a record meets a query: `true`, or equations of fields joined by `and`."""
    if query.strip() == "true":
        return True
    for term in query.split(" and "):
        equation = _EQUATION.match(term)
        if not equation or equation[1] not in visible(record):
            raise Failure("INTERNAL_ERROR", f"Parsing.Parse_error: {query}")
        value = record[equation[1]]
        text = str(value).lower() if isinstance(value, bool) else str(value)
        if text != equation[2]:
            return False
    return True


def _enlist(name, function):
    if name not in METHODS:
        method(name, is_asynchronous=False)(function)


def _getters(kind):
    def all_references(call):
        return list(call.pool.objects[kind])

    def all_records(call):
        return {ref: visible(record) for ref, record in call.pool.objects[kind].items()}

    def records_where(call, query: str):
        return {ref: visible(record) for ref, record in call.pool.objects[kind].items()
                if matches(record, query)}

    def one_record(call, reference: kind):
        return visible(call.pool.get(kind, reference))

    def by_uuid(call, uuid: str):
        found = call.pool.find(kind, uuid=uuid)
        if not found:
            raise Failure("UUID_INVALID", kind, uuid)
        return found[0]

    def by_name(call, label: str):
        return call.pool.find(kind, name_label=label)

    _enlist(f"{kind}.get_all", all_references)
    _enlist(f"{kind}.get_all_records", all_records)
    _enlist(f"{kind}.get_all_records_where", records_where)
    _enlist(f"{kind}.get_record", one_record)
    _enlist(f"{kind}.get_by_uuid", by_uuid)
    if "name_label" in FIELDS[kind]:
        _enlist(f"{kind}.get_by_name_label", by_name)


def _field_getter(kind, field):
    def get(call, reference: kind):
        return call.pool.get(kind, reference)[field]

    _enlist(f"{kind}.get_{field}", get)


def _field_setters(kind, field):
    default = FIELDS[kind][field]

    def put(call, reference: kind, value: type(default)):
        call.pool.get(kind, reference)[field] = value
        return ""

    def add_pair(call, reference: kind, key: str, value: str):
        pairs = call.pool.get(kind, reference)[field]
        if key in pairs:
            raise Failure("MAP_DUPLICATE_KEY", kind, field, reference, key)
        pairs[key] = value
        return ""

    def remove_pair(call, reference: kind, key: str):
        call.pool.get(kind, reference)[field].pop(key, None)
        return ""

    def add_item(call, reference: kind, value: str):
        items = call.pool.get(kind, reference)[field]
        if value not in items:
            items.append(value)
        return ""

    def remove_item(call, reference: kind, value: str):
        items = call.pool.get(kind, reference)[field]
        if value in items:
            items.remove(value)
        return ""

    _enlist(f"{kind}.set_{field}", put)
    if isinstance(default, dict):
        _enlist(f"{kind}.add_to_{field}", add_pair)
        _enlist(f"{kind}.remove_from_{field}", remove_pair)
    if isinstance(default, list):
        _enlist(f"{kind}.add_{field}", add_item)
        _enlist(f"{kind}.remove_{field}", remove_item)


def enlist():
    for kind, fields in FIELDS.items():
        _getters(kind)
        for field in fields:
            if not field.startswith("_"):
                _field_getter(kind, field)
        for field in WRITABLE[kind]:
            _field_setters(kind, field)
