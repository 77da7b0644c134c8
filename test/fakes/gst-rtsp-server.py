"""GStreamer's RTSP server, as a real server that the tests did not write.

Arguments: one JSON object
  {"streams": {"/path": "gst-launch description ending in a payloader named pay0"},
   "login": {"username": "...", "password": "..."} or null, "scheme": "digest" or "basic",
   "shared": true for one pipeline for all clients (cheap; a joining client makes timestamps jump for the others)}
Listens on 127.0.0.1, port 0, and prints one JSON line {"port": n, "version": "..."}; ends when its input does.
"""

import json
import sys
import threading

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtsp", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtsp, GstRtspServer  # noqa: E402

Gst.init(None)
options = json.loads(sys.argv[1])
loop = GLib.MainLoop()

server = GstRtspServer.RTSPServer()
server.set_address("127.0.0.1")
server.set_service("0")

login = options.get("login")
if login:
    auth = GstRtspServer.RTSPAuth()
    token = GstRtspServer.RTSPToken()
    token.set_string("media.factory.role", "viewer")
    if options.get("scheme") == "basic":
        auth.set_supported_methods(GstRtsp.RTSPAuthMethod.BASIC)
        basic = GstRtspServer.RTSPAuth.make_basic(login["username"], login["password"])
        auth.add_basic(basic, token)
    else:
        auth.set_supported_methods(GstRtsp.RTSPAuthMethod.DIGEST)
        auth.add_digest(login["username"], login["password"], token)
    server.set_auth(auth)

mounts = server.get_mount_points()
for path, launch in options["streams"].items():
    factory = GstRtspServer.RTSPMediaFactory()
    factory.set_launch(f"( {launch} )")
    factory.set_shared(bool(options.get("shared")))
    if login:
        permissions = GstRtspServer.RTSPPermissions()
        permissions.add_permission_for_role("viewer", "media.factory.access", True)
        permissions.add_permission_for_role("viewer", "media.factory.construct", True)
        factory.set_permissions(permissions)
    mounts.add_factory(path, factory)

server.attach(None)


def quit_at_end_of_input():
    sys.stdin.read()
    loop.quit()


threading.Thread(target=quit_at_end_of_input, daemon=True).start()
print(json.dumps({"port": server.get_bound_port(), "version": Gst.version_string()}), flush=True)
loop.run()
