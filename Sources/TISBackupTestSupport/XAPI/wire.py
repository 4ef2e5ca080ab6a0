"""XML-RPC and JSON-RPC as XAPI speaks them (ocaml-rpc, ocaml/xapi/api_server.ml)."""

import json
import re
import xmlrpc.client
from xml.sax.saxutils import escape

from failures import Malformed

_DATE = re.compile(r"\d{8}T\d\d:\d\d:\d\dZ\Z")


def xml_value(value):
    """One value: numbers have no type of their own, so that clients read text."""
    if isinstance(value, bool):
        return f"<value><boolean>{int(value)}</boolean></value>"
    if isinstance(value, int):
        return f"<value>{value}</value>"
    if isinstance(value, float):
        return f"<value><double>{value:g}</double></value>"
    if isinstance(value, str):
        if _DATE.match(value):
            return f"<value><dateTime.iso8601>{value}</dateTime.iso8601></value>"
        return f"<value>{escape(value)}</value>"
    if isinstance(value, dict):
        members = "".join(
            f"<member><name>{escape(name)}</name>{xml_value(item)}</member>"
            for name, item in value.items())
        return f"<value><struct>{members}</struct></value>"
    if isinstance(value, (list, tuple)):
        items = "".join(map(xml_value, value))
        return f"<value><array><data>{items}</data></array></value>"
    raise TypeError(type(value))


def texts_for_numbers(value):
    """The same with every number as text, as some hosts send them."""
    if isinstance(value, dict):
        return {name: texts_for_numbers(item) for name, item in value.items()}
    if isinstance(value, list):
        return [texts_for_numbers(item) for item in value]
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return str(value) if is_number else value


class XMLCall:
    """A call in XML-RPC."""

    protocol = "xml"
    content_type = "text/xml"

    def __init__(self, body):
        try:
            params, self.method = xmlrpc.client.loads(body, use_datetime=False)
        except Exception as error:
            raise Malformed(str(error)) from None
        if self.method is None:
            raise Malformed("no method")
        self.params = list(params)

    def success(self, value):
        return self._response({"Status": "Success", "Value": value})

    def failure(self, description):
        return self._response({"Status": "Failure", "ErrorDescription": description})

    # Before the host is up there is no more to say than the list.
    early_failure = failure

    @classmethod
    def refused(cls):
        """The answer to what is no XML at all."""
        return cls._response(
            {"Status": "Failure", "ErrorDescription": ["XMLRPC_UNMARSHAL_FAILURE", "", ""]})

    @staticmethod
    def _response(value):
        text = f"<methodResponse><params><param>{xml_value(value)}</param></params></methodResponse>"
        return "<?xml version=\"1.0\"?>" + text


class JSONCall:
    """A call in JSON-RPC 2.0, or 1.0 when it names no version."""

    protocol = "json"
    content_type = "application/json"

    def __init__(self, body):
        try:
            request = json.loads(body)
            self.method = request["method"]
            self.version = request.get("jsonrpc")
            self.id = request["id"]
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise Malformed(str(error)) from None
        if not isinstance(self.method, str) or self.version not in (None, "2.0"):
            raise Malformed("method or version")
        if self.id is None or isinstance(self.id, (dict, list)):
            raise Malformed("id")
        self.params = self._params(request)

    def _params(self, request):
        params = request.get("params")
        if self.version and params is None:
            return []
        if self.version and isinstance(params, dict):
            return [params]
        if not isinstance(params, list):
            raise Malformed("params")
        return params

    def success(self, value):
        if self.version:
            return json.dumps({"jsonrpc": "2.0", "result": value, "id": self.id})
        return json.dumps({"result": value, "error": None, "id": self.id})

    def failure(self, description):
        if self.version:
            error = {"code": 1, "message": description[0], "data": description[1:]}
            return json.dumps({"jsonrpc": "2.0", "error": error, "id": self.id})
        return json.dumps({"result": None, "error": description, "id": self.id})

    def early_failure(self, description):
        """Of a host that still boots: a bare list, and not the id of the request."""
        if self.version:
            return json.dumps({"jsonrpc": "2.0", "error": description, "id": 0})
        return json.dumps({"result": None, "error": description, "id": 0})
