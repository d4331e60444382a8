"""Asks this container's service whether it is ready: `python3 -I -S /probe.py PORT`.

By hand over a socket: it runs every few seconds, and urllib alone takes longer to import than all of this.
"""

import socket
import sys

with socket.create_connection(("127.0.0.1", int(sys.argv[1])), timeout=3) as connection:
    connection.sendall(b"GET /readyz HTTP/1.0\r\n\r\n")
    answer = connection.recv(64)
sys.exit(b" 200 " not in answer)
