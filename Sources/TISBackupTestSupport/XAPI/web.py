"""The web server of a host: connections, requests, who may ask, what is logged."""

import base64
import http.server
import select
import socket
import socketserver
import ssl
import struct
import sys
import urllib.parse

from body import Cut, error_page, page
from failures import Dropped, Failure, Malformed
from transfers import TRANSFERS
from wire import JSONCall, XMLCall, texts_for_numbers

MISSING = "<html><body><h1>HTTP 404 not found</h1>{path} was not found on this server.</body></html>"
FORBIDDEN = (
    "<html><body><h1>HTTP 403 forbidden</h1>Access to the requested resource is forbidden.</body></html>")


class Web(http.server.BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    timeout = 600

    def setup(self):
        super().setup()
        site = self.server.site
        self.pool, self.faults, self.answerer, self.journal = site
        self.host = self.server.index
        self.ending = "farewell"

    def log_message(self, *arguments):
        pass

    def send(self, data):
        self.connection.sendall(data)

    def finish(self):
        """Ends the connection: with the farewell of TLS, without it, or by a reset."""
        try:
            super().finish()
            if self.ending == "farewell":
                self.connection.settimeout(2)
                self.connection.unwrap()
            elif self.ending == "reset":
                self.connection.setsockopt(
                    socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        except (OSError, ValueError):
            pass

    def is_authorised(self, query):
        """Whether a session or a password comes with the request."""
        with self.pool.lock:
            if "session_id" in query:
                return query["session_id"] in self.pool.sessions
        kind, _, word = self.headers.get("Authorization", "").partition(" ")
        try:
            user, _, password = base64.b64decode(word).decode().partition(":")
        except ValueError:
            return False
        settings = self.pool.settings
        return kind == "Basic" and (user, password) == (settings["user"], settings["password"])

    def do_GET(self):
        url = urllib.parse.urlsplit(self.path)
        query = dict(urllib.parse.parse_qsl(url.query, keep_blank_values=True))
        cookies = self.headers.get("Cookie", "")
        query |= dict(pair.strip().split("=", 1) for pair in cookies.split(";") if "=" in pair)
        self.close_connection = True
        self._logged(url.path, query)

    def _logged(self, path, query):
        with self.pool.lock:
            is_valid = query.get("session_id") in self.pool.sessions
        note = self.journal.note(self.host, "GET " + path, query, is_valid)
        try:
            result = self._get(path, query)
        except Cut as cut:
            self.ending = cut.ending
            result = "cut"
        except (Dropped, OSError):
            self.ending = "close"
            result = "dropped"
        self.journal.end(note, result)

    def _get(self, path, query):
        if code := self._status(path):
            return code
        if path not in TRANSFERS:
            self.send(page(404, "Not Found", MISSING.format(path=path)))
            return 404
        kind, label = TRANSFERS[path]
        return kind(self, path, query, label).run()

    def _status(self, path):
        """Answers with a page when a fault asks for one, and returns its code, or says nothing."""
        while self.faults.entry("silent", self.host, path=path):
            if select.select([self.connection], [], [], 0.05)[0]:
                raise Dropped()
        fault = self.faults.take("status", self.host, path=path)
        if not fault:
            return None
        self.close_connection = True
        self.send(page(fault["code"], "Error", f"<html><body>HTTP {fault['code']}</body></html>"))
        return fault["code"]

    def do_PUT(self):
        self.close_connection = True
        self.send(page(403, "Forbidden", FORBIDDEN))

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        path = urllib.parse.urlsplit(self.path).path
        is_json = path == "/jsonrpc" and not self.faults.entry("no_json", self.host)
        try:
            if self._status(path):
                return
            self._call(JSONCall(body) if is_json else XMLCall(body))
        except Malformed:
            self.close_connection = True
            if path == "/jsonrpc" and not is_json:
                # A host of old takes it for XML-RPC.
                return self._send_text(XMLCall.refused(), "text/xml")
            self.send(error_page())
        except (Dropped, OSError):
            self.ending = "close"
            self.close_connection = True

    def _call(self, call):
        with self.pool.lock:
            is_valid = bool(call.params) and call.params[0] in self.pool.sessions
        note = self.journal.note(self.host, call.method, call.params, is_valid, call.protocol)
        drop = self.faults.take("dropped", self.host, method=call.method)
        if drop and not drop["performed"]:
            self.journal.end(note, "dropped")
            raise Dropped()
        text, result = self._answer(call)
        self.journal.end(note, result)
        self._send_answer(call, text, drop)

    def _answer(self, call):
        """The text of an answer, and what the log tells of it."""
        try:
            value = self.answerer.answer(self.host, call.method, call.params)
        except Failure as failure:
            early = failure.description == ["HOST_STILL_BOOTING"]
            answer = call.early_failure if early else call.failure
            return answer(failure.description), failure.description
        if self.faults.entry("numbers_as_texts", self.host):
            value = texts_for_numbers(value)
        return call.success(value), "ok"

    def _send_answer(self, call, text, drop):
        fault = self.faults.take("answer", self.host, method=call.method)
        if fault:
            text = fault["text"] + " " * fault.get("blanks", 0)
        if drop:
            self.send(self._answered(text, call.content_type)[:-len(text) // 2])
            raise Dropped()
        self._send_text(text, call.content_type)

    def _send_text(self, text, content_type):
        self.send(self._answered(text, content_type))

    def _answered(self, text, content_type):
        data = text.encode()
        lines = ["HTTP/1.1 200 OK", f"content-length: {len(data)}",
                 "connection: close" if self.close_connection else "connection: keep-alive",
                 "cache-control: no-cache, no-store", f"content-type: {content_type}",
                 "Access-Control-Allow-Origin: *", "Access-Control-Allow-Headers: X-Requested-With"]
        return ("\r\n".join(lines) + "\r\n\r\n").encode() + data


class Server(socketserver.ThreadingTCPServer):
    """The port of one host."""

    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, index, port, certificate, site):
        self.index, self.site = index, site
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        super().__init__(("127.0.0.1", port), Web)
        # The handshake is the connection's, lest one client that says nothing stops all.
        self.socket = context.wrap_socket(
            self.socket, server_side=True, do_handshake_on_connect=False)

    def handle_error(self, request, client_address):
        """Clients that dislike the certificate or leave are nothing to tell; all else is a defect."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)

    def shutdown_request(self, request):
        self.close_request(request)
