"""A reader that knows no OpenMetrics, for a Prometheus that always asks for it: passes each GET on to a server and asks
for the text format whatever the client asked for.

text_proxy.py HOST:PORT: prints the address that it listens on as its first line.
"""
import http.client
import http.server
import sys


class Proxy(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        server = http.client.HTTPConnection(sys.argv[1], timeout=10)
        server.request("GET", self.path, headers={"Accept": "text/plain", "Accept-Encoding": "gzip"})
        reply = server.getresponse()
        body = reply.read()
        self.send_response(reply.status)
        for name in ("Content-Type", "Content-Encoding", "Content-Length"):
            self.send_header(name, reply.headers[name])
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


listener = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Proxy)
print(f"listening on 127.0.0.1:{listener.server_address[1]}", flush=True)
listener.serve_forever()
