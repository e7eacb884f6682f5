"""HTTP on loopback for the workspace: JSON in, one JSON line and then Arrow bytes out."""

import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from pyspark import InheritableThread

from .errors import explain


def start_server(routes, secret, open_routes):
    """Answers the port. Each request runs in a thread of its own, with its own Spark properties.

    Open routes are for the processes of jobs, which are told no secret.
    """

    class Request(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        # One write per answer, and no waiting for a full packet.
        wbufsize = -1
        disable_nagle_algorithm = True

        def log_message(self, *_arguments):
            """The workspace keeps the log."""

        def do_POST(self):
            body = self.rfile.read(int(self.headers["content-length"]))
            has_secret = self.headers.get("x-secret") == secret
            if not has_secret and self.path not in open_routes:
                self.send_error(403)
                return
            head, rest = answer({**routes, **open_routes}, self.path, json.loads(body))
            text = b"".join([json.dumps(head).encode(), b"\n", *rest])
            self.send_response(200)
            self.send_header("content-length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        request_queue_size = 128

        def process_request(self, request, client_address):
            InheritableThread(target=self.process_request_thread, args=(request, client_address), daemon=True).start()

    server = Server(("127.0.0.1", 0), Request)
    InheritableThread(target=server.serve_forever, daemon=True).start()
    return server.server_address[1]


def answer(routes, path, request):
    try:
        result = routes[path](request)
    except Exception as error:  # noqa: BLE001 - every failure travels to the caller, who shows it
        return {"error": explain(error)}, []
    return result if isinstance(result, tuple) else (result, [])
